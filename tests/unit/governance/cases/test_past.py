"""Behaviour of a case told again: by its events up to a moment it is what it was then."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from governance.cases.past import case_then
from governance.cases.signals import CaseOrigin, Signal
from governance.cases.states import (
    By,
    Case,
    CaseState,
    EventKind,
    decided,
    extended,
    reopened,
    seen,
)
from tests.city import NOW


@dataclass(frozen=True)
class Entered:
    """An event as the store returns it."""

    at: Any
    kind: EventKind
    facts: dict[str, Any] = field(default_factory=dict)


def lived() -> list[tuple[Case, list[Entered]]]:
    """Return a case after each step of a full life, with all of its events so far."""
    told: list[Entered] = []
    states: list[tuple[Case, list[Entered]]] = []

    def step(done: Any, day: int) -> Case:
        assert done is not None
        case, events = done
        told.extend(Entered(by(day).at, one.kind, dict(one.facts)) for one in events)
        states.append((case, list(told)))
        return case  # type: ignore[no-any-return]

    def by(day: int) -> By:
        return By(NOW + timedelta(days=day), "tests", "doc 1", "why")

    def signal(day: int, count: int) -> Signal:
        at = NOW + timedelta(days=day)
        return Signal(
            CaseOrigin.RULE, "a/b", "id:required", "f", count > 0, count, {"n": count}, at, "a"
        )

    case = step(seen(None, signal(0, 3), by(0)), 0)
    case = step(seen(case, signal(1, 5), by(1)), 1)
    case = step(decided(case, by(2), correct=True), 2)
    case = step(extended(case, by(3), 5), 3)
    case = step(seen(case, signal(4, 0), by(4)), 4)
    case = step(reopened(case, by(5)), 5)
    step(decided(case, by(6), correct=False), 6)
    return states


@pytest.mark.parametrize("place", range(7))
def test_a_case_is_told_again_as_it_was(place: int) -> None:
    """Whatever came later, its events up to a moment give its state, count, days and clocks."""
    states = lived()
    last, _ = states[-1]
    was, events = states[place]
    then = case_then(last, events)
    assert then is not None
    for name in ("state", "count", "dispatched_at", "decided_at", "extended_days", "closed_at"):
        assert getattr(then, name) == getattr(was, name), name


def test_before_its_first_event_there_is_no_case() -> None:
    """A case that nobody had opened yet is none."""
    last, _ = lived()[-1]
    assert last.state is CaseState.REJECTED
    assert case_then(last, ()) is None
