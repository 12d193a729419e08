"""Periods: which resources have a cycle, and what it takes from the catalogue."""

from __future__ import annotations

from datetime import UTC, date, datetime

from quality.timeliness.periods import Cycle, cycles
from tests.city import PERSON, REFS, REGION
from tests.city.declared import change, compiled


def _cycle(**more: object) -> Cycle:
    return cycles(compiled(**more))[PERSON]


def test_every_aggregated_resource_has_a_cycle() -> None:
    """One that is not aggregated is owed by nobody."""
    assert set(cycles(compiled())) == set(REFS)
    exempt = {f"resources/{REGION}.yaml": change(aggregation={"mode": "exempt"})}
    assert set(cycles(compiled(**exempt))) == {*REFS} - {REGION}


def test_days_are_those_of_the_city() -> None:
    """Late in the evening by UTC it is the next day there."""
    assert _cycle().local_day(datetime(2026, 3, 1, 16, tzinfo=UTC)) == date(2026, 3, 2)


def test_days_late_are_working_days_unless_every_day_counts() -> None:
    """From a Friday to Monday it is one working day, or three."""
    friday, monday = datetime(2026, 3, 6, 15, tzinfo=UTC), datetime(2026, 3, 9, 1, tzinfo=UTC)
    every = {f"resources/{PERSON}.yaml": change(due__every_day=True)}
    assert _cycle().days_late(friday, monday) == 1
    assert _cycle(**every).days_late(friday, monday) == 3
    assert _cycle().days_late(monday, friday) == 0


def test_a_grace_is_no_term_of_the_profile() -> None:
    """It counts from the end of the period, whatever day begins a term."""
    counts = {
        "profiles/test_rules.yaml": change(day_of_event_counts=True),
        f"resources/{PERSON}.yaml": change(due__grace=1),
    }
    period = next(_cycle(**counts).periods(date(2026, 3, 2)))
    assert (period.name, period.due.date()) == ("2026-03-02", date(2026, 3, 3))
