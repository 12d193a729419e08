"""Reading cases: lists and single files of them, as frozen values for screens, pages and JSON.

Belongs here: what a reader is shown of a case, its reason in both languages, its due day. Keep out:
changing cases (`states`, `settling`), printing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.cases.clocks import Clocks, Due, Standing
from governance.cases.past import case_then
from governance.cases.settling import case_of, open_states, stored_case
from governance.cases.states import Case, EventKind
from governance.store.tables.cases import CaseRow, EventRow, NoticeRow, ReportRow

__all__ = ["CaseFile", "Event", "Notice", "Report", "Shown", "case_file", "case_files", "cases"]


@dataclass(frozen=True)
class Shown:
    """One case as a list shows it."""

    case: Case
    standing: Standing
    due: Due | None

    @property
    def reason(self) -> str:
        """Say in Chinese why there is a case."""
        case = self.case
        said = f"：{case.wording}" if case.wording else ""
        return f"{case.origin.label}{said}（{case.count:,} 处）"

    @property
    def reason_en(self) -> str:
        """Say in English why there is a case."""
        case = self.case
        said = f": {case.wording_en}" if case.wording_en else ""
        return f"{case.origin.english}{said} ({case.count:,})"

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        case = self.case
        return {
            "case": case.number,
            "origin": case.origin.value,
            "resource": case.resource,
            "about": case.about,
            "cause": case.cause,
            "owner": case.owner,
            "state": case.state.value,
            "standing": self.standing.value,
            "due": self.due.day.isoformat() if self.due else None,
            "provisional": self.due.provisional if self.due else False,
            "clause": self.due.clause if self.due else None,
            "count": case.count,
            "reason": self.reason,
            "reason_en": self.reason_en,
            "evidence": dict(case.evidence),
            "opened_at": case.opened_at.isoformat(),
            "dispatched_at": case.dispatched_at.isoformat(),
            "decided_at": case.decided_at.isoformat() if case.decided_at else None,
            "closed_at": case.closed_at.isoformat() if case.closed_at else None,
        }


@dataclass(frozen=True)
class Event:
    """One event of a case as it was entered."""

    at: datetime
    kind: EventKind
    by: str
    document: str | None
    note: str
    facts: dict[str, Any]


@dataclass(frozen=True)
class Report:
    """What a consumer reported: where the record is, by digests and in their own words."""

    item: str
    version: int
    delivery: str
    record: int
    wrong: str
    consumer: str
    grant: str
    reported_at: datetime
    reported_by: str


@dataclass(frozen=True)
class Notice:
    """Who was told of what, through which grant."""

    party: str
    grant: str | None
    kind: str
    at: datetime


@dataclass(frozen=True)
class CaseFile:
    """Everything that is known of one case."""

    shown: Shown
    events: tuple[Event, ...]
    report: Report | None
    notices: tuple[Notice, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        return self.shown.as_dict() | {
            "events": [_plain(one) for one in self.events],
            "report": _plain(self.report) if self.report else None,
            "notices": [_plain(one) for one in self.notices],
        }


def cases(
    session: Session,
    clocks: Clocks,
    now: datetime,
    *,
    every: bool = False,
    resource: str | None = None,
) -> tuple[Shown, ...]:
    """Return the open cases, or all, of one resource or of all.

    The most pressing come first, those that are over last.
    """
    asked = select(CaseRow)
    if not every:
        asked = asked.where(CaseRow.state.in_(open_states()))
    if resource is not None:
        asked = asked.where(CaseRow.resource == resource)
    found = [_shown(case_of(row), clocks, now) for row in session.scalars(asked)]
    return tuple(sorted(found, key=_pressing))


def case_file(session: Session, number: int, clocks: Clocks, now: datetime) -> CaseFile:
    """Return one case with its history; CatalogLookupError when there is none of this number."""
    case, _ = stored_case(session, number)
    events = session.scalars(
        select(EventRow).where(EventRow.case_id == number).order_by(EventRow.id)
    )
    told = session.scalars(
        select(NoticeRow).where(NoticeRow.case_id == number).order_by(NoticeRow.id)
    )
    report = session.get(ReportRow, number)
    return CaseFile(
        _shown(case, clocks, now),
        tuple(map(_event, events)),
        _report(report) if report else None,
        tuple(map(_notice, told)),
    )


def case_files(
    session: Session, clocks: Clocks, now: datetime, until: datetime | None = None
) -> tuple[CaseFile, ...]:
    """Return every case with its history, the most pressing first; each table is read once.

    With `until` they are told as they stood before that moment.
    """
    events: dict[int, list[Event]] = {}
    for one in session.scalars(select(EventRow).order_by(EventRow.id)):
        events.setdefault(one.case_id, []).append(_event(one))
    notices: dict[int, list[Notice]] = {}
    for row in session.scalars(select(NoticeRow).order_by(NoticeRow.id)):
        notices.setdefault(row.case_id, []).append(_notice(row))
    reports = {row.case_id: _report(row) for row in session.scalars(select(ReportRow))}
    files = [
        CaseFile(
            shown,
            tuple(events.get(shown.case.number, ())),
            reports.get(shown.case.number),
            tuple(notices.get(shown.case.number, ())),
        )
        for shown in cases(session, clocks, now, every=True)
    ]
    if until is not None:
        files = [then for one in files if (then := _then(one, clocks, now, until))]
    return tuple(sorted(files, key=lambda one: _pressing(one.shown)))


def _then(file: CaseFile, clocks: Clocks, now: datetime, until: datetime) -> CaseFile | None:
    events = tuple(one for one in file.events if one.at < until)
    case = case_then(file.shown.case, events)
    if case is None:
        return None
    told = tuple(one for one in file.notices if one.at < until)
    return CaseFile(_shown(case, clocks, now), events, file.report, told)


def _event(row: EventRow) -> Event:
    return Event(row.at, EventKind(row.kind), row.by, row.document, row.note, row.facts)


def _notice(row: NoticeRow) -> Notice:
    return Notice(row.party, row.grant, row.kind, row.at)


def _shown(case: Case, clocks: Clocks, now: datetime) -> Shown:
    return Shown(case, clocks.standing(case, now), clocks.due(case))


def _pressing(one: Shown) -> tuple[bool, str, int]:
    day = one.due.day.isoformat() if one.due else str(one.case.closed_at)
    return one.due is None, day, one.case.number


def _report(row: ReportRow) -> Report:
    return Report(
        row.item,
        row.version,
        row.delivery,
        row.record,
        row.wrong,
        row.consumer,
        row.grant,
        row.reported_at,
        row.reported_by,
    )


def _plain(value: object) -> dict[str, Any]:
    return {
        name: cell.isoformat() if isinstance(cell, datetime) else cell
        for name, cell in vars(value).items()
    }
