"""Reminding: what the day says of open cases, entered once for each due day.

Belongs here: going through the open cases. Keep out: the clocks (`clocks`), sending (`alerts`).
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.cases.clocks import Clocks, Told
from governance.cases.settling import open_cases, stored, stored_case
from governance.cases.states import By, Case, EventKind
from governance.store.tables.cases import EventRow

__all__ = ["remind"]

_KINDS = (EventKind.REMINDED, EventKind.OVERDUE)


def remind(session: Session, clocks: Clocks, by: By) -> tuple[tuple[EventKind, Case], ...]:
    """Enter reminders, and that cases are overdue; return what was said now for the first time."""
    asked = select(EventRow.case_id, EventRow.kind, EventRow.facts).where(
        EventRow.kind.in_([one.value for one in _KINDS])
    )
    before: dict[int, set[Told]] = {}
    for number, kind, facts in session.execute(asked):
        before.setdefault(number, set()).add((EventKind(kind), str(facts["due"])))
    done: list[tuple[EventKind, Case]] = []
    for case in open_cases(session):
        event = clocks.told(case, by, before.get(case.number, ()))
        if event is not None:
            _, row = stored_case(session, case.number)
            stored(session, (case, (event,)), row)
            done.append((event.kind, case))
    return tuple(done)
