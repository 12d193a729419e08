"""Rule results of a span: which count, and what they add up to."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from governance.scores.moments import Span
from governance.scores.results import open_results
from register.rule_results import Origin
from storage.layout import Layout
from tests.unit.governance.scores.scored import at, ruled

ZONE = "Asia/Shanghai"


def _span(first: int, last: int) -> Span:
    return Span(date(2026, 3, first), date(2026, 3, last), ZONE)


def _counted(layout: Layout, span: Span) -> list[tuple[str, int, int]]:
    found = open_results(layout, span).of(span)
    return [(one.rule, one.judged, one.failing) for one in found.get("civil_affairs", ())]


def test_results_of_a_span_are_added_up_by_rule(tmp_path: Path) -> None:
    """What came before it or after it is left out."""
    layout = Layout(tmp_path)
    for day, failing in ((1, 1), (2, 2), (3, 4), (4, 8)):
        ruled(layout, day, 10, failing)
    assert _counted(layout, _span(2, 3)) == [("name:required", 20, 6)]
    assert _counted(layout, _span(5, 9)) == []


def test_a_rule_about_a_delivery_as_a_whole_fails_all_of_it(tmp_path: Path) -> None:
    """It names no record; one that looked at nothing and passed says nothing."""
    layout = Layout(tmp_path)
    ruled(layout, 1, 10, 0, rule="a", passed=False)
    ruled(layout, 1, 0, 0, rule="b", passed=False)
    ruled(layout, 1, 0, 0, rule="c")
    assert _counted(layout, _span(1, 1)) == [("a", 10, 10), ("b", 1, 1), ("c", 0, 0)]


def test_the_clock_counts_and_a_recheck_does_not(tmp_path: Path) -> None:
    """What is stored was judged when it came."""
    layout = Layout(tmp_path)
    ruled(layout, 1, 1, 1, rule="a", origin=Origin.CLOCK, delivery=None)
    ruled(layout, 1, 10, 5, rule="b", origin=Origin.RECHECK, delivery=None)
    assert _counted(layout, _span(1, 1)) == [("a", 1, 1)]


def test_of_a_delivery_judged_twice_the_last_by_that_day_stands(tmp_path: Path) -> None:
    """An attempt that was broken off is repeated; the day before, the first one stood."""
    layout = Layout(tmp_path)
    ruled(layout, 1, 10, 5)
    ruled(layout, 1, 10, 1, judged_at=at(2))
    assert _counted(layout, _span(1, 1)) == [("name:required", 10, 5)]
    assert _counted(layout, _span(1, 2)) == [("name:required", 10, 1)]
