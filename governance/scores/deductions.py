"""Deductions: what costs points in a span, counted from the governance store.

Belongs here: which violations and cases count. Keep out: how many points each costs (profile),
deciding them (`governance.violations`, `governance.cases`).
Both are counted from events that are never changed, so that an earlier day gives the same count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC

from catalog_specs.rules.violations import ViolationState
from governance.scores.moments import Span
from governance.violations.life import Violation, as_of
from storage.layout import Layout

__all__ = ["Deductions", "counting", "deductions"]

_ENDED = frozenset({ViolationState.CIRCULATED, ViolationState.REFERRED})


@dataclass(frozen=True)
class Deductions:
    """What the store says of all departments: its violations, and when cases became overdue."""

    violations: tuple[Violation, ...] = ()
    overdue: tuple[tuple[str, float], ...] = field(default=())
    """Owner of a case, and the moment at which its term was over."""

    def of(self, span: Span) -> tuple[Counter[str], Counter[str]]:
        """Return violations and overdue cases that count in a span, by department."""
        counted = Counter(one.department for one in counting(self.violations, span))
        begin, end = span.begin.timestamp(), span.end.timestamp()
        late = Counter(owner for owner, at in self.overdue if begin <= at < end)
        return counted, late


def counting(found: Iterable[Violation], span: Span) -> list[Violation]:
    """Return the violations that cost points: their term is over, or they ended badly meanwhile."""
    counted = []
    for one in found:
        then = as_of(one, span.end)
        if then is None:
            continue
        decided = [event.at for event in then.history if event.decision]
        ended = then.state in _ENDED and decided[-1] >= span.begin
        if ended or then.overdue(span.last):
            counted.append(then)
    return counted


def deductions(layout: Layout, address: str = "") -> Deductions:
    """Read the store once; a home without one has nothing to deduct."""
    if not (address or layout.governance_db.is_file()):
        return Deductions()
    from sqlalchemy import select

    from governance.cases.states import EventKind
    from governance.store.database import open_store
    from governance.store.tables.cases import CaseRow, EventRow
    from governance.violations.records import read_violations

    overdue = (
        select(CaseRow.owner, EventRow.at)
        .join(EventRow, EventRow.case_id == CaseRow.id)
        .where(EventRow.kind == EventKind.OVERDUE.value)
        .order_by(EventRow.id)
    )
    with open_store(layout, address) as store, store.reading() as session:
        late = tuple(
            (owner, at.astimezone(UTC).timestamp()) for owner, at in session.execute(overdue)
        )
        return Deductions(tuple(read_violations(session).values()), late)
