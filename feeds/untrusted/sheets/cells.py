"""Cells of a sheet: their text, and numbers that a spreadsheet has damaged.

Belongs here: one cell, one column. Keep out: rows and headers (`workbook`).
A spreadsheet keeps and shows 15 digits of a number, and a cell is worth those: `57.7` is often
stored as 57.700000000000003. A longer identifier typed as a number is rounded, one saved as text
from such a cell reads `3.50502E+17`. Neither can be restored, so neither is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa

__all__ = ["Cell", "column_texts", "is_rounded", "is_shortened", "text_of"]

Cell = int | float | str | bool | date | datetime | time | timedelta

_EXACT = 10**15
_SHORTENED = re.compile(r"\s*[+-]?[0-9](?:\.[0-9]+)?[Ee]\+?[0-9]{2,3}\s*")
_FEWEST_DIGITS = 11
"""A spreadsheet shows numbers of 12 digits and more with an exponent."""


def is_rounded(cell: Cell) -> bool:
    """Say whether a cell is a number too long to be exact."""
    return isinstance(cell, int | float) and abs(cell) >= _EXACT


def is_shortened(cell: Cell) -> bool:
    """Say whether a cell is the text of a long number with an exponent."""
    if not isinstance(cell, str) or not _SHORTENED.fullmatch(cell):
        return False
    return int(re.split("[Ee]", cell)[1]) >= _FEWEST_DIGITS


def text_of(cell: Cell) -> str | None:
    """Return a cell's text; None for an empty one."""
    return _TEXT[type(cell)](cell)


def column_texts(cells: Sequence[Cell]) -> Any:  # noqa: ANN401 - Arrow carries no types
    """Return the texts of a column's cells."""
    if set(map(type, cells)) == {str}:
        return pa.array([cell or None for cell in cells], pa.string())
    return pa.array([_TEXT[type(cell)](cell) for cell in cells], pa.string())


def _number(value: float) -> str:
    return format(Decimal(format(value, ".15g")), "f")


def _moment(value: datetime) -> str:
    return _fraction(value.isoformat(" "))


def _fraction(text: str) -> str:
    return text.rstrip("0") if "." in text else text


def _span(value: timedelta) -> str:
    """Write a duration as hours, minutes, seconds, however many hours."""
    seconds = value // timedelta(seconds=1)
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    return f"{sign}{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


_TEXT: dict[type, Callable[[Any], str | None]] = {
    str: lambda text: text or None,
    bool: lambda value: "true" if value else "false",
    int: str,
    float: _number,
    date: date.isoformat,
    datetime: _moment,
    time: lambda value: _fraction(value.isoformat()),
    timedelta: _span,
}
