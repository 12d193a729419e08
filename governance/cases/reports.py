"""Reports of consumers as they are stored beside their cases.

Belongs here: storing a report, reading those whose evidence has to be looked for. Keep out: what a
report is and what shows that it was corrected (`corrections`).
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from governance.cases.corrections import Checked, Filed, Known, Wrong
from governance.cases.disputes import Disputed
from governance.cases.records import Record
from governance.cases.settling import open_states
from governance.cases.states import By, CaseState
from governance.store.tables.cases import CaseRow, ReportRow

__all__ = ["add_report", "disputed_values", "key_versions", "known_reports", "looked_at"]


def add_report(session: Session, number: int, filed: Filed, wrong: Wrong, by: By) -> bool:
    """Store the first report of a case; False when it has one: others say the same of it.

    Then its record is looked for anew, from where this report has seen the value.
    """
    delivery, record = filed.record.place
    place = {
        "table_id": filed.table[0],
        "checked_version": filed.table[1],
        "delivery": delivery,
        "record": record,
    }
    known = session.get(ReportRow, number)
    if known is not None:
        for name, value in place.items():
            setattr(known, name, value)
        return False
    row = ReportRow(
        **place,
        case_id=number,
        item=filed.signal.about,
        version=wrong.version,
        key_digest=filed.record.key,
        digest=filed.record.value,
        key_version=filed.key_version,
        wrong=wrong.text.strip(),
        consumer=wrong.consumer,
        grant=wrong.grant.code,
        reported_at=by.at,
        reported_by=by.actor,
    )
    session.add(row)
    session.flush()
    return True


def disputed_values(session: Session) -> tuple[Disputed, ...]:
    """Return the reported values that nobody has decided about or corrected yet."""
    asked = (
        select(CaseRow, ReportRow)
        .join(ReportRow, ReportRow.case_id == CaseRow.id)
        .where(CaseRow.state.in_(open_states()))
        .order_by(CaseRow.id)
    )
    return tuple(
        Disputed(
            *(case.resource, row.delivery, row.record, row.item, case.id),
            since=row.reported_at.isoformat(),
        )
        for case, row in session.execute(asked)
    )


def known_reports(session: Session) -> tuple[Known, ...]:
    """Return the reports whose records may still be corrected, or become wrong again."""
    asked = (
        select(CaseRow, ReportRow)
        .join(ReportRow, ReportRow.case_id == CaseRow.id)
        .where(CaseRow.state != CaseState.REJECTED.value)
        .order_by(CaseRow.id)
    )
    return tuple(
        Known(
            *(case.id, case.resource, case.about, case.cause, row.item),
            record=Record((row.delivery, row.record), row.key_digest, row.digest),
            table=(row.table_id, row.checked_version),
            key_version=row.key_version,
            seen_at=case.seen_at,
        )
        for case, row in session.execute(asked)
    )


def key_versions(session: Session) -> dict[int, int]:
    """Return the number of reports that each version of the master key is still needed for."""
    counts = (
        select(ReportRow.key_version, func.count().label("reports"))
        .join(CaseRow, ReportRow.case_id == CaseRow.id)
        .where(CaseRow.state != CaseState.REJECTED.value)
        .group_by(ReportRow.key_version)
    )
    return {one.key_version: one.reports for one in session.execute(counts)}


def looked_at(session: Session, checked: Iterable[Checked]) -> None:
    """Remember how far each report's table was looked at, and where its record is now."""
    for one in checked:
        row = session.get_one(ReportRow, one.known.number)
        row.table_id, row.checked_version = one.table
        if one.record is not None:
            row.delivery, row.record = one.record.place
