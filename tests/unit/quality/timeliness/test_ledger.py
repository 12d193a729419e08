"""The ledger of due times: which rows are new, and which stand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from quality.timeliness.duties import Duty, Timeliness
from quality.timeliness.ledger import changes, record_due, standing_due
from quality.timeliness.settling import DueState
from storage.layout import Layout
from tests.city import NOW, VISIT

FIRST = Duty(
    department="data_office",
    resource=VISIT,
    period="2026-02-26",
    first_day=date(2026, 2, 26),
    last_day=date(2026, 2, 26),
    due=NOW - timedelta(days=3),
    provisional=False,
    state=DueState.MISSING,
    delivery=None,
    came_at=None,
    days_late=2,
    stale=True,
)
SECOND = replace(
    FIRST, period="2026-02-27", due=NOW - timedelta(days=2), state=DueState.MET, stale=False
)
AHEAD = replace(FIRST, period="2026-03-02", due=NOW, state=DueState.WAITING, stale=None)


def fresh(layout: Layout, *duties: Duty, now: datetime = NOW) -> list[tuple[str, str, bool]]:
    """Record what is new of these duties; return period, state, and whether it had a row."""
    one = Timeliness("data_office", VISIT, "访问", "daily", duties, None, stale=False)
    found = changes(layout, [one], now)
    record_due(layout, found)
    return [(c.now.period, c.now.state.value, c.before is not None) for c in found]


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """Return a home in which two periods are settled."""
    made = Layout(tmp_path)
    assert fresh(made, FIRST, SECOND, AHEAD) == [
        ("2026-02-26", "missing", False),
        ("2026-02-27", "met", False),
    ]
    return made


def test_what_is_recorded_is_not_new(layout: Layout) -> None:
    """Nor is what is not due yet; days that go by make nothing new."""
    assert fresh(layout, replace(FIRST, days_late=9), SECOND, AHEAD) == []


def test_what_becomes_of_a_period_later_is_new(layout: Layout) -> None:
    """Something came, was refused, came again: a row each, and the last one stands."""
    late = replace(FIRST, state=DueState.LATE, delivery="000001-aaaaaaaaaaaa", came_at=NOW)
    for hours, duty in enumerate((late, FIRST, late), start=1):
        moment = NOW + timedelta(hours=hours)
        assert fresh(layout, duty, SECOND, now=moment) == [("2026-02-26", duty.state.value, True)]
    standing = standing_due(layout, NOW - timedelta(days=9))[VISIT]
    assert [one.state for one in standing.values()] == [DueState.LATE, DueState.MET]


def test_another_term_is_for_what_comes(layout: Layout) -> None:
    """A due moment that a changed declaration moved, or a period it makes of days gone by."""
    moved = replace(FIRST, due=FIRST.due + timedelta(hours=1), state=DueState.MET)
    gone = replace(FIRST, period="2026-W09", due=SECOND.due)
    assert fresh(layout, moved, gone, SECOND) == []
    ahead = replace(FIRST, period="2026-W10", due=SECOND.due + timedelta(minutes=1))
    assert fresh(layout, ahead) == [("2026-W10", "missing", False)]


def test_a_provisional_term_may_move(tmp_path: Path) -> None:
    """When the notice comes it is settled anew, beside days that the notice makes working days."""
    layout = Layout(tmp_path)
    provisional = replace(SECOND, provisional=True)
    fresh(layout, FIRST, provisional)
    weekend = replace(FIRST, period="2026-02-28", due=provisional.due)
    moved = replace(SECOND, due=SECOND.due + timedelta(days=1), state=DueState.MISSING)
    assert fresh(layout, FIRST, weekend, moved) == [
        ("2026-02-28", "missing", False),
        ("2026-02-27", "missing", True),
    ]


def test_a_provisional_day_off_is_void(tmp_path: Path) -> None:
    """A period that was provisional and is none any more is owed by nobody, and said once."""
    layout = Layout(tmp_path)
    fresh(layout, FIRST, replace(FIRST, period="2026-02-27", due=SECOND.due, provisional=True))
    assert fresh(layout, FIRST) == [("2026-02-27", "void", True)]
    assert fresh(layout, FIRST) == []


def test_a_provisional_term_that_moves_ahead_waits(tmp_path: Path) -> None:
    """What seemed to be missing is taken back, said once, and settled when its day comes."""
    layout = Layout(tmp_path)
    fresh(layout, SECOND, replace(FIRST, period="2026-03-02", due=NOW, provisional=True))
    assert fresh(layout, SECOND, AHEAD) == [("2026-03-02", "waiting", True)]
    assert fresh(layout, SECOND, AHEAD) == []
    met = replace(AHEAD, state=DueState.MET, stale=False)
    between = replace(FIRST, period="2026-03-01", due=NOW - timedelta(hours=1))
    assert fresh(layout, SECOND, between, met, now=NOW + timedelta(hours=1)) == [
        ("2026-03-01", "missing", False),
        ("2026-03-02", "met", True),
    ]


def test_what_was_due_a_year_ago_is_settled_for_good(layout: Layout) -> None:
    """Farther back nothing is looked at."""
    late = replace(FIRST, state=DueState.LATE)
    year = FIRST.due + timedelta(days=365)
    assert fresh(layout, late, now=year + timedelta(days=1)) == []
    assert fresh(layout, late, now=year) == [("2026-02-26", "late", True)]
