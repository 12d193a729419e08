"""Where the header of an undescribed file stands among its first records, if it has one.

Belongs here: telling a header from a title above it and from a record. Keep out: reading the file
(`sampling`). What is taken for a header is shown to people, and a record must not be.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from lakehouse.untrusted.header_names import PERSONAL_NUMBER

__all__ = ["header_place", "is_record"]

Cells = Sequence[str | None]

_YEAR = re.compile(r"(19|20)\d\d年?")
"""Wide statistical tables have years for headers."""
_DIGITS = re.compile(r"[0-9]+[Xx]?")
_LETTERS = re.compile(r"[A-Za-z]+")


def header_place(records: Sequence[Cells], width: int) -> int | None:
    """Return which of a file's first records is the header; None when none of them can be.

    `width` is how many columns most records have. Of a title, which a sheet or an export puts above
    the header, most cells are empty.
    """
    for place, cells in enumerate(records):
        if 2 * sum(bool(cell) for cell in cells) >= width:
            return place
    return None


def is_record(cells: Cells, below: Sequence[Cells]) -> bool:
    """Say whether what stands where a header should is a record like those below it.

    It is one when a cell holds a number of a person, is written with digits as most texts below it
    are, or stands below once more in a record that is not the same all over.
    """
    others = [record for record in below if record != cells]
    return any(
        _is_value(cell, [record[place] for record in others if place < len(record)])
        for place, cell in enumerate(cells)
        if cell
    )


def _is_value(cell: str, column: Cells) -> bool:
    if PERSONAL_NUMBER.search(cell) or cell in column:
        return True
    if not _DIGITS.search(cell) or _YEAR.fullmatch(cell):
        return False
    texts = [text for text in column if text]
    return 2 * sum(_shape(text) == _shape(cell) for text in texts) > len(texts)


def _shape(text: str) -> str:
    """Return how a text is written: 2024-01-05 like 1999-12-31, A-17 like B-3."""
    return _LETTERS.sub("a", _DIGITS.sub("9", text))
