"""Days on which an office is open."""

from __future__ import annotations

import chinese_calendar
import numpy as np
import pytest

from demo_city.society.calendar import add_years, ages, to_workday


def test_every_moved_day_is_a_workday() -> None:
    """A day that is no working day moves back to one, and a working day stays."""
    days = np.datetime64("2012-01-01") + np.arange(3650)
    moved = to_workday(days)
    assert all(chinese_calendar.is_workday(one) for one in moved.astype(object))
    stays = np.array([chinese_calendar.is_workday(one) for one in days.astype(object)])
    assert (moved[stays] == days[stays]).all()
    assert (moved <= days).all()


@pytest.mark.parametrize(
    ("day", "years", "later"),
    [
        ("2024-02-29", 1, "2025-02-28"),
        ("2024-02-29", 4, "2028-02-29"),
        ("1999-12-31", 1, "2000-12-31"),
    ],
)
def test_add_years_keeps_the_day(day: str, years: int, later: str) -> None:
    """The same day so many years later; 29 February becomes 28 February where there is none."""
    assert str(add_years(np.array([day], dtype="datetime64[D]"), years)[0]) == later


def test_age_counts_completed_years() -> None:
    """A year of life is complete on the birthday and not on the day before."""
    born = np.array(["2000-06-30", "2000-07-01"], dtype="datetime64[D]")
    assert ages(born, np.datetime64("2026-06-30")).tolist() == [26, 25]
