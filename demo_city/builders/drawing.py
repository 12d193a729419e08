"""Draws that many registers make: days, moments, empty cells, running numbers.

Belongs here: columns of values without meaning of their own. Keep out: registers.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from demo_city.society.calendar import Days, day, days_between, to_workday
from demo_city.society.dice import Dice

__all__ = ["all_of", "emptied", "moments", "numbered", "sample", "since", "workdays_since"]


def since(dice: Dice, first: str, last: np.datetime64, size: int) -> Days:
    """Draw days from `first` to `last`."""
    return days_between(dice, np.full(size, day(first)), np.full(size, last))


def workdays_since(dice: Dice, first: str, last: np.datetime64, size: int) -> Days:
    """Draw working days from about `first` to `last`."""
    return to_workday(since(dice, first, last, size))


def moments(dice: Dice, days: Days) -> NDArray[np.datetime64]:
    """Draw a time of day between 08:00 and 17:59:59 for each day."""
    seconds = dice.whole(8 * 3600, 18 * 3600 - 1, len(days))
    result: NDArray[np.datetime64] = days.astype("datetime64[us]") + (seconds * 1_000_000).astype(
        "timedelta64[us]"
    )
    return result


def emptied(dice: Dice, share: float, column: pl.Series | NDArray[np.generic]) -> pl.Series:
    """Leave a share of a column's cells without value."""
    values = pl.Series(column)
    return values.set(pl.Series(dice.chance(share, values.len())), None)


def numbered(size: int, width: int, first: int = 1) -> pl.Series:
    """Count from `first`, as text of `width` digits."""
    return pl.Series(np.arange(first, first + size)).cast(pl.String).str.zfill(width)


def sample(dice: Dice, frame: pl.DataFrame, size: int) -> pl.DataFrame:
    """Draw different rows, in their order; all of them when there are no more."""
    return frame[dice.some(frame.height, min(size, frame.height))]


def all_of(text: str, size: int) -> pl.Series:
    """Repeat a text."""
    return pl.Series([text]).new_from_index(0, size)
