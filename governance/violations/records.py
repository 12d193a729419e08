"""Violations in the governance store: read, settled by what is suspected now, decided.

Belongs here: rows to values and back, and which suspicion changes which row. Keep out: what may
follow what (`governance.violations.life`), opening the store (`governance.store`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog_specs.rules.violations import Confidence, ViolationKind, ViolationState
from governance.store.database import exists, open_store
from governance.store.tables.violations import ViolationEventRow, ViolationRow
from governance.violations.detector import Suspicion
from governance.violations.life import By, Decision, Event, Violation, missed, seen
from storage.layout import Layout

__all__ = ["read_violations", "settle_violations", "violations", "write"]

_DECIDED = frozenset(ViolationState) - {ViolationState.SUSPECTED}


def read_violations(session: Session) -> dict[str, Violation]:
    """Return every violation by its id, in the order of the ids."""
    events: dict[str, list[Event]] = {}
    for told in session.scalars(select(ViolationEventRow).order_by(ViolationEventRow.id)):
        events.setdefault(told.violation_id, []).append(_event(told))
    rows = session.scalars(select(ViolationRow).order_by(ViolationRow.id))
    return {row.id: _violation(row, events[row.id]) for row in rows}


def violations(layout: Layout, address: str = "") -> tuple[Violation, ...]:
    """Return every violation of a home, in the order of their ids; none where there is no store."""
    if not exists(layout, address):
        return ()
    with open_store(layout, address) as store, store.reading() as session:
        return tuple(read_violations(session).values())


def settle_violations(session: Session, found: Sequence[Suspicion], by: By) -> tuple[int, int]:
    """Write what is suspected now; return how many are new or seen again, and how many are gone.

    What no detector sees any more says so, and keeps its row for ever.
    """
    known = read_violations(session)
    suspected = {one.id: one for one in found}
    fresh = gone = 0
    for name, one in suspected.items():
        before = known.get(name)
        after = seen(before, one, by)
        fresh += before is None or after.history != before.history
        write(session, after)
    for name, before in known.items():
        after = before if name in suspected else missed(before, by)
        if after is not before:
            gone += 1
            write(session, after)
    return fresh, gone


def write(session: Session, one: Violation) -> None:
    """Write a violation as it is now, and those of its events that are not written yet."""
    row = session.get(ViolationRow, one.id)
    written = 0
    if row is None:
        session.add(ViolationRow(id=one.id, **_columns(one)))
        session.flush()  # its events refer to it
    else:
        for name, value in _columns(one).items():
            setattr(row, name, value)
        told = select(ViolationEventRow.id).where(ViolationEventRow.violation_id == one.id)
        written = len(session.scalars(told).all())
    for event in one.history[written:]:
        decided = asdict(event.decision) if event.decision else {}
        decided.pop("state", None)
        session.add(
            ViolationEventRow(
                violation_id=one.id, at=event.at, what=event.what, by=event.by, **decided
            )
        )


def _columns(one: Violation) -> dict[str, Any]:
    return {
        "kind": one.kind.stored,
        "detector": one.detector,
        "department": one.department,
        "about": one.about,
        "cause": one.cause,
        "wording": one.zh,
        "wording_en": one.en,
        "confidence": one.confidence.value,
        "evidence": dict(one.evidence),
        "state": one.state.value,
        "first_seen": one.first_seen,
        "last_seen": one.last_seen,
        "gone_since": one.gone_since,
        "rectify_by": one.rectify_by,
    }


def _violation(row: ViolationRow, history: Sequence[Event]) -> Violation:
    return Violation(
        id=row.id,
        kind=ViolationKind(row.kind),
        detector=row.detector,
        department=row.department,
        about=row.about,
        cause=row.cause,
        zh=row.wording,
        en=row.wording_en,
        confidence=Confidence(row.confidence),
        evidence=row.evidence,
        first_seen=row.first_seen,
        last_seen=row.last_seen,
        gone_since=row.gone_since,
        state=ViolationState(row.state),
        rectify_by=row.rectify_by,
        history=tuple(history),
    )


def _event(row: ViolationEventRow) -> Event:
    if row.what not in {one.value for one in _DECIDED}:
        return Event(row.at, row.what, row.by)
    decision = Decision(
        ViolationState(row.what),
        row.post or "",
        row.document or "",
        row.reason or "",
        row.rectify_by,
        row.exemption_ref or "",
    )
    return Event(row.at, row.what, row.by, decision)
