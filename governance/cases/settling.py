"""Settling: signals meet the stored cases, and what they change is stored at once.

Belongs here: looking cases up, storing a step with its events. Keep out: what a step is (`states`),
finding signals (`flow.desk`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from catalog_specs.errors import CatalogLookupError
from governance.cases.signals import CaseOrigin, Signal
from governance.cases.states import By, Case, CaseEvent, CaseState, EventKind, Step, seen
from governance.store.tables.cases import CaseRow, EventRow

__all__ = [
    "Settled",
    "case_of",
    "case_with_key",
    "open_cases",
    "open_states",
    "settle",
    "stored",
    "stored_case",
]

_KEY = (CaseRow.origin, CaseRow.resource, CaseRow.about, CaseRow.cause)
_ASKED = 200
"""Keys in one query: SQLite binds no more than some thousands of values."""
_FIELDS = tuple(one.name for one in fields(Case) if one.name not in {"number", "origin", "state"})


@dataclass(frozen=True)
class Settled:
    """What signals did: the cases they opened, opened again and closed."""

    opened: tuple[Case, ...] = ()
    reopened: tuple[Case, ...] = ()
    closed: tuple[Case, ...] = ()


def settle(session: Session, signals: Iterable[Signal], by: By) -> Settled:
    """Let each signal do what it does to its case; oldest facts first."""
    told = sorted(signals, key=lambda one: one.seen_at)
    rows = _rows(session, told)
    steps: list[tuple[Step, CaseRow]] = []
    for signal in told:
        row = rows.get(signal.key)
        step = seen(case_of(row) if row else None, signal, by)
        if step is not None:
            rows[signal.key] = row = _put(session, step[0], row)
            steps.append((step, row))
    session.flush()  # once for all: each one asks the database to number what is new
    done: dict[EventKind, list[Case]] = {kind: [] for kind in EventKind}
    for (case, events), row in steps:
        session.add_all(_event(row.id, event) for event in events)
        for event in events:
            done[event.kind].append(replace(case, number=row.id))
    session.flush()
    return Settled(
        opened=tuple(done[EventKind.OPENED]),
        reopened=tuple(done[EventKind.REOPENED]),
        closed=tuple(done[EventKind.CLOSED]),
    )


def _rows(session: Session, signals: Sequence[Signal]) -> dict[tuple[str, str, str, str], CaseRow]:
    """Return the cases that signals are about."""
    keys = list(dict.fromkeys(one.key for one in signals))
    found: dict[tuple[str, str, str, str], CaseRow] = {}
    for start in range(0, len(keys), _ASKED):
        asked = select(CaseRow).where(tuple_(*_KEY).in_(keys[start : start + _ASKED]))
        found |= {
            (one.origin, one.resource, one.about, one.cause): one for one in session.scalars(asked)
        }
    return found


def open_states() -> list[str]:
    """Return the states in which somebody has something to do, as they are stored."""
    return [one.value for one in CaseState if one.open]


def open_cases(session: Session, origin: CaseOrigin | None = None) -> tuple[Case, ...]:
    """Return the cases in which somebody has something to do, in their order."""
    asked = select(CaseRow).where(CaseRow.state.in_(open_states())).order_by(CaseRow.id)
    if origin is not None:
        asked = asked.where(CaseRow.origin == origin.value)
    return tuple(map(case_of, session.scalars(asked)))


def stored_case(session: Session, number: int) -> tuple[Case, CaseRow]:
    """Return one case and its row; CatalogLookupError when there is none of this number."""
    row = session.get(CaseRow, number)
    if row is None:
        raise CatalogLookupError(
            f"no case {number}", where="governance store", remedy="see `quanshu case list --all`"
        )
    return case_of(row), row


def case_with_key(session: Session, key: tuple[str, str, str, str]) -> tuple[Case, CaseRow]:
    """Return the case with a key, which is known to be there."""
    row = session.scalars(select(CaseRow).where(tuple_(*_KEY) == key)).one()
    return case_of(row), row


def stored(session: Session, step: Step, row: CaseRow | None) -> tuple[Case, CaseRow]:
    """Store a step: the case as it is now, and its events; return it with its number."""
    case, events = step
    row = _put(session, case, row)
    session.flush()
    session.add_all(_event(row.id, event) for event in events)
    session.flush()
    return case_of(row), row


def _put(session: Session, case: Case, row: CaseRow | None) -> CaseRow:
    """Put a case as it is now into its row, or into a new one, which has no number yet."""
    columns = {name: getattr(case, name) for name in _FIELDS} | {
        "origin": case.origin.value,
        "state": case.state.value,
        "evidence": dict(case.evidence),
    }
    if row is None:
        row = CaseRow(**columns)
        session.add(row)
    else:
        for name, value in columns.items():
            setattr(row, name, value)
    return row


def case_of(row: CaseRow) -> Case:
    """Return the case that a row is."""
    return Case(
        **{name: getattr(row, name) for name in _FIELDS},
        origin=CaseOrigin(row.origin),
        state=CaseState(row.state),
        number=row.id,
    )


def _event(number: int, event: CaseEvent) -> EventRow:
    by = event.by
    return EventRow(
        case_id=number,
        at=by.at,
        kind=event.kind.value,
        by=by.actor,
        document=by.document,
        note=by.note,
        facts=dict(event.facts),
    )
