"""`generalise_date`: the period in which a day lies."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from catalog_specs.vocabulary import ItemType
from tests.unit.catalog_specs.masks.laying import asked, mask, masked

PERIODS = ("decade", "year", "quarter", "month")
DAYS = st.dates(date(1, 1, 2))
NIGHT = datetime(1990, 1, 1)  # noqa: DTZ001 - the delivered clock


def _shown(to: str, values: list[Any], kind: ItemType = ItemType.DATE) -> list[Any]:
    return masked(mask(mask="generalise_date", to=to), values, kind)


@pytest.mark.parametrize(
    ("to", "shown"),
    [("decade", "1980s"), ("year", "1987"), ("quarter", "1987-Q2"), ("month", "1987-06")],
)
def test_a_day_becomes_its_period(to: str, shown: str) -> None:
    """A day and a moment of it become the same period; null stays null."""
    day = date(1987, 6, 5)
    assert _shown(to, [day, None]) == [shown, None]
    assert _shown(to, [datetime.combine(day, time(23, 59)), None], ItemType.DATETIME) == [
        shown,
        None,
    ]


@settings(max_examples=40, deadline=None)
@given(days=st.lists(DAYS, min_size=2, max_size=20))
@example(days=[date(999, 12, 31), date(1000, 1, 1), date(9, 1, 1), date(9999, 12, 31)])
def test_periods_sort_as_their_days_do(days: list[date]) -> None:
    """A later day is never in a period that sorts before, whatever its century."""
    days.sort()
    for to in PERIODS:
        shown = _shown(to, days)
        assert shown == sorted(shown)
        assert not set(shown) & {day.isoformat() for day in days}


@settings(max_examples=40, deadline=None)
@given(days=st.lists(DAYS, min_size=1, max_size=10))
@example(days=[date(1990, 1, 1), date(1990, 4, 1), date(1991, 1, 1), date(1990, 5, 1)])
def test_a_border_is_where_the_period_changes(days: list[date]) -> None:
    """Rows may be chosen from a day on, or before it, exactly where another period begins."""
    for to in PERIODS:
        chosen = mask(mask="generalise_date", to=to)
        before = _shown(to, [day - timedelta(days=1) for day in days])
        for day, here, last in zip(days, _shown(to, days), before, strict=True):
            for op in ("ge", "lt"):
                assert chosen.tells_less_than(op, day) is (here == last), (to, op, day)


@pytest.mark.parametrize("op", ["eq", "ne", "in", "le", "gt", "starts_with"])
def test_no_other_condition_stops_at_a_border(op: str) -> None:
    """Up to and including a first day, or after it, says more than the period."""
    assert mask(mask="generalise_date", to="year").tells_less_than(op, date(1990, 1, 1))


@pytest.mark.parametrize(
    ("moment", "tells"), [(NIGHT, False), (NIGHT + timedelta(microseconds=1), True), (None, True)]
)
def test_a_period_begins_at_midnight(moment: datetime | None, tells: bool) -> None:
    """Of moments, only the first of a period is a border."""
    assert mask(mask="generalise_date", to="decade").tells_less_than("ge", moment) is tells


@settings(max_examples=40, deadline=None)
@given(days=st.lists(DAYS, min_size=2, max_size=10))
def test_intervals_are_numbered_as_periods_are_named(days: list[date]) -> None:
    """Two days have one number exactly when they have one period."""
    for to in PERIODS:
        expression = mask(mask="generalise_date", to=to).interval(pl.col("v"))
        numbers = asked(expression, days, ItemType.DATE)
        pairs = set(zip(_shown(to, days), numbers, strict=True))
        assert len(pairs) == len({name for name, _ in pairs}) == len({n for _, n in pairs})


def test_neighbouring_periods_have_neighbouring_numbers() -> None:
    """Numbers count periods without a gap, over the turn of a year as well."""
    days = [date(1989, 12, 31), date(1990, 1, 1)]
    for to in PERIODS:
        expression = mask(mask="generalise_date", to=to).interval(pl.col("v"))
        last, first = asked(expression, days, ItemType.DATE)
        assert first == last + 1
