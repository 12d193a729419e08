"""Behaviour of the page of violations: suspicions are signals, and every kind has its clause."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from catalog_specs.rules.violations import Confidence, ViolationKind, ViolationState
from governance.violations.life import Violation
from outlets.reports.facts.city import Facts
from outlets.reports.pages import violations
from tests.city import NOW
from tests.unit.outlets.reports.text import cells, table

ONE = Violation(
    "V04-1", ViolationKind.LATE, "late", "civil_affairs", "civil_affairs/person", "missing",
    "三月未交", "March is missing", Confidence.HIGH, {"periods": 1}, NOW, NOW,
)  # fmt: skip
PAST = date(2026, 3, 1)
"""The day before the city's today."""


def lists(facts: Facts, *found: Violation) -> tuple[list[list[str]], ...]:
    """Return the rows of the three lists of the page."""
    changed = replace(facts, desk=replace(facts.desk, violations=found))
    (planned,) = violations.pages(changed)
    names = ("kinds-table", "current-table", "over-table")
    return tuple(cells(table(planned.make(), name)) for name in names)


def test_every_kind_stands_there_with_its_clause_and_count(facts: Facts) -> None:
    """The ten kinds are listed, also those of which nothing is seen."""
    kinds, current, over = lists(facts, ONE)
    assert [row[1] for row in kinds] == [kind.clause for kind in ViolationKind]
    assert sum(int(row[2]) for row in kinds) == 1
    assert (len(current), over) == (1, [])
    assert current[0][3] == "疑似|suspected"


def test_an_overdue_one_stands_out_and_what_is_over_apart(facts: Facts) -> None:
    """A confirmed one past its day has a lamp; a dismissed one is on the list of those over."""
    late = replace(ONE, state=ViolationState.CONFIRMED, rectify_by=PAST)
    done = replace(ONE, id="V04-2", state=ViolationState.DISMISSED)
    _, current, over = lists(facts, late, done)
    assert current[0][6] == "2026-03-01"
    assert [row[0].rpartition("|")[2] for row in over] == ["V04-2"]
