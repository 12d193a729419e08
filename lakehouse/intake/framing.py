"""Where records begin and end in a block of CSV, found for all records at once.

Belongs here: the strict grammar of RFC 4180 over whole arrays of bytes. Keep out: what to do where
it does not hold: then `frame` answers None and `careful` reads the block record by record.
In strict CSV a line end or delimiter is meant exactly when an even number of quotes stands before
it. That is true only while every quote opens a field at its beginning, closes it at its end, or is
doubled; so every quote is checked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = ["Frame", "frame"]

_NEWLINE, _RETURN, _QUOTE = 10, 13, 34
Octets = np.ndarray[Any, np.dtype[np.uint8]]
Positions = np.ndarray[Any, np.dtype[np.intp]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]


@dataclass(frozen=True)
class Frame:
    """Records of a block: `starts[i]` to `ends[i]` (line end included), and whether `bad[i]`.

    `bad` = not the declared number of fields. Blank lines are no records. `consumed` bytes were
    framed; what follows belongs to a record that goes on after the block.
    """

    starts: Positions
    ends: Positions
    bad: Flags
    consumed: int

    @property
    def clean(self) -> bool:
        """Say whether every record has the declared number of fields."""
        return not bool(self.bad.any())


def frame(data: bytes, delimiter: int, width: int) -> Frame | None:
    """Frame a block that begins at a record; None where it is not strict.

    Not strict: no newline at its end, a quote out of place, a bare carriage return, and a record of
    several lines with the wrong number of fields (its opening quote may be a stray one).
    """
    octets: Octets = np.frombuffer(data, np.uint8)
    if not data.endswith(b"\n") or (b"\r" in data and _bare_returns(octets)):
        return None
    newlines = np.flatnonzero(octets == _NEWLINE)
    quotes = np.flatnonzero(octets == _QUOTE) if b'"' in data else newlines[:0]
    ends = _outside(quotes, newlines)
    if not ends.size:
        return Frame(ends, ends, ends.astype(bool), 0)
    quotes = quotes[: np.searchsorted(quotes, ends[-1])]
    if not _strict(octets, quotes, delimiter):
        return None
    starts = np.concatenate((ends[:1] * 0, ends[:-1] + 1))
    blank = (ends == starts) | ((ends == starts + 1) & (octets[starts] == _RETURN))
    delimiters = np.flatnonzero(octets[: ends[-1]] == delimiter)
    fields = _per_record(delimiters, ends) - _quoted_per_record(quotes, delimiters, ends) + 1
    bad = (fields != width) & ~blank
    if bool((bad & (_per_record(newlines, ends) > 1)).any()):
        return None
    return Frame(starts[~blank], ends[~blank] + 1, bad[~blank], int(ends[-1]) + 1)


def _bare_returns(octets: Octets) -> bool:
    """Say whether a carriage return stands without its newline; the block ends with a newline."""
    returns = np.flatnonzero(octets == _RETURN)
    return bool((octets[returns + 1] != _NEWLINE).any())


def _outside(quotes: Positions, positions: Positions) -> Positions:
    """Keep the positions that an even number of quotes stands before."""
    return positions[np.searchsorted(quotes, positions) % 2 == 0] if quotes.size else positions


def _per_record(positions: Positions, ends: Positions) -> Positions:
    """Count the positions in each record, its end included."""
    return np.diff(np.searchsorted(positions, ends, side="right"), prepend=0)


def _quoted_per_record(quotes: Positions, delimiters: Positions, ends: Positions) -> Positions:
    """Count the delimiters that stand between quotes in each record."""
    before = np.searchsorted(delimiters, quotes)
    so_far = np.concatenate((quotes[:0], [0], np.cumsum(before[1::2] - before[::2])))
    return np.diff(so_far[np.searchsorted(quotes, ends) // 2], prepend=0)


def _strict(octets: Octets, quotes: Positions, delimiter: int) -> bool:
    """Say whether every quote opens a field, closes it, or is doubled."""
    opening, closing = quotes[::2], quotes[1::2]
    before = octets[opening - 1]
    starts = (before == delimiter) | (before == _NEWLINE) | (before == _QUOTE) | (opening == 0)
    after = octets[closing + 1]
    ends = (after == delimiter) | (after == _NEWLINE) | (after == _RETURN) | (after == _QUOTE)
    return bool(starts.all() and ends.all())
