"""Working days: the days on which an office is open, by the published calendar.

Belongs here: moving dates onto working days, drawing dates. Keep out: deadlines (`governance`).
`chinesecalendar` knows 2004 to 2026; before and after, Monday to Friday are taken as open.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from demo_city.society.dice import Dice

__all__ = ["Days", "add_years", "ages", "day", "days_between", "to_workday"]

Days = NDArray[np.datetime64]


def day(value: date | str) -> np.datetime64:
    """Return one day as numpy counts days."""
    return np.datetime64(value, "D")


def days_between(dice: Dice, first: Days, last: Days) -> Days:
    """Draw one day for each row from `first` to `last`, both inclusive; `last` wins if earlier."""
    room = np.maximum((last - first).astype(np.int64), 0)
    drawn = np.floor(dice.generator.random(len(room)) * (room + 1)).astype(np.int64)
    chosen: Days = np.minimum(first + drawn.astype("timedelta64[D]"), last)
    return chosen


def add_years(days: Days, years: int | NDArray[np.int64]) -> Days:
    """Return the same day `years` later; 29 February becomes 28 February where there is none."""
    months = days.astype("datetime64[M]")
    within = (days - months.astype("datetime64[D]")).astype(np.int64)
    target = months + np.asarray(years, dtype=np.int64) * 12
    longest = ((target + 1).astype("datetime64[D]") - target.astype("datetime64[D]")).astype(int)
    offset = np.minimum(within, longest - 1)
    moved: Days = target.astype("datetime64[D]") + offset.astype("timedelta64[D]")
    return moved


def ages(born: Days, on: np.datetime64) -> NDArray[np.int64]:
    """Return completed years of life on one day."""
    years = on.astype("datetime64[Y]").astype(np.int64) - born.astype("datetime64[Y]").astype(int)
    completed: NDArray[np.int64] = years - (add_years(born, years) > on)
    return completed


def to_workday(days: Days) -> Days:
    """Move each day that is no working day back to the last working day before it."""
    table, first = workday_table()
    position = np.clip((days - first).astype(np.int64), 0, len(table) - 1)
    moved: Days = first + table[position].astype("timedelta64[D]")
    return np.where(days < first, days, moved)


@lru_cache(maxsize=1)
def workday_table() -> tuple[NDArray[np.int64], np.datetime64]:
    """Return, for each day from 1949 to 2030, the offset of the last working day up to it."""
    from chinese_calendar.constants import holidays, workdays

    # The table has to begin on a working day (a Monday), for every day looks back to one.
    first, last = date(1949, 10, 3), date(2030, 12, 31)
    span = (last - first).days + 1
    every = (first + timedelta(days=offset) for offset in range(span))
    is_open = np.array(
        [one in workdays or (one.weekday() < 5 and one not in holidays) for one in every]  # noqa: PLR2004
    )
    offsets = np.maximum.accumulate(np.where(is_open, np.arange(span), 0))
    return offsets.astype(np.int64), day(first)
