"""Record framing: where records of strict CSV begin and end, for a whole block at once.

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

from feeds.text.dialect import Dialect
from feeds.text.encodings import MARK

__all__ = ["Frame", "Positions", "frame", "line_ends"]

_NEWLINE, _RETURN = 10, 13
_BYTE = 255
Octets = np.ndarray[Any, np.dtype[np.uint8]]
Positions = np.ndarray[Any, np.dtype[np.intp]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]


@dataclass(frozen=True)
class Frame:
    """Records of a block: `starts[i]` to `ends[i]` (line end included), and whether `bad[i]`.

    `lines[i]` is the line of the block, from 0, that a record begins on. `bad` = not the declared
    number of fields, or `marked[i]`: it holds bytes that did not decode. Blank lines and comments
    are no records, but counted. `consumed` bytes and `passed` lines were framed; what follows
    belongs to a record that goes on after the block.
    """

    starts: Positions
    ends: Positions
    lines: Positions
    bad: Flags
    marked: Flags
    blank: int
    comments: int
    consumed: int
    passed: int

    @property
    def clean(self) -> bool:
        """Say whether every byte framed is a well-formed record's, blank lines aside."""
        return not self.comments and not bool(self.bad.any())


def frame(data: bytes, dialect: Dialect, width: int | None) -> Frame | None:
    """Frame a block that begins at a record, in a dialect of ASCII; None where it is not strict.

    Without a width the fields are not counted: the parser will, and complain.
    Not strict: no newline at its end, a quote out of place, a bare carriage return, and a record or
    comment of several lines unless it is well-formed (its opening quote may be a stray one).
    """
    octets: Octets = np.frombuffer(data, np.uint8)
    if not data.endswith(b"\n") or (b"\r" in data and _bare_returns(octets)):
        return None
    newlines = np.flatnonzero(octets == _NEWLINE)
    quotes = _quotes(data, octets, dialect.quote)
    if not _strict(octets, quotes, dialect):
        return None
    order = _outside(quotes, newlines)
    ends = newlines if order is None else newlines[order]
    if not ends.size:
        return _nothing(ends)
    quotes = quotes[: np.searchsorted(quotes, ends[-1])]
    starts = np.concatenate((ends[:1] * 0, ends[:-1] + 1))  # `* 0` keeps the type of positions
    lines = np.arange(len(ends)) if order is None else np.concatenate(([0], order[:-1] + 1))
    blank = (ends == starts) | ((ends == starts + 1) & (octets[starts] == _RETURN))
    comment = _begin_with(octets, starts, dialect.comment)
    bad = comment
    if width is not None:
        bad = comment | (_fields(octets, quotes, ends, ord(dialect.delimiter)) != width)
    # a bad record of several lines was begun by a stray quote; only line by line is it found again
    if order is not None and _spread(bad, lines, int(order[-1]) + 1):
        return None
    marked = _marked(data, octets, ends)
    kept = ~(blank | comment)
    return Frame(
        starts[kept],
        ends[kept] + 1,
        lines[kept],
        (bad | marked)[kept],
        marked[kept],
        int(blank.sum()),
        int(comment.sum()),
        int(ends[-1]) + 1,
        len(newlines) if order is None else int(order[-1]) + 1,
    )


def line_ends(data: bytes, dialect: Dialect, width: int) -> Positions | None:
    """Return where each line of a block ends, if each is a record of `width` fields, at least two.

    None where one is not, and where this cannot be told from delimiters and newlines alone: in a
    block with quotes or marks, or without a newline at its end, or in a dialect with comments. Nor
    can it of more fields than a byte counts.
    """
    quoted = dialect.quote is not None and dialect.quote.encode() in data
    if dialect.comment is not None or quoted or MARK.encode() in data or not data.endswith(b"\n"):
        return None
    octets: Octets = np.frombuffer(data, np.uint8)
    ends = np.flatnonzero(octets == _NEWLINE)
    delimiters = octets == ord(dialect.delimiter)
    wanted = width - 1
    if wanted > _BYTE or np.count_nonzero(delimiters) != wanted * len(ends):
        return None
    # Bytes begin anew after 255, so a line may have more than is counted; then another has fewer.
    counts = np.add.reduceat(delimiters.view(np.uint8), _begin(ends), dtype=np.uint8)
    return ends if bool((counts == wanted).all()) else None


def _begin(ends: Positions) -> Positions:
    """Return where each line begins."""
    starts = np.empty_like(ends)
    starts[0], starts[1:] = 0, ends[:-1] + 1
    return starts


def _nothing(none: Positions) -> Frame:
    return Frame(none, none, none, none.astype(bool), none.astype(bool), 0, 0, 0, 0)


def _quotes(data: bytes, octets: Octets, quote: str | None) -> Positions:
    if quote is None or quote.encode() not in data:
        return np.empty(0, np.intp)
    return np.flatnonzero(octets == ord(quote))


def _bare_returns(octets: Octets) -> bool:
    """Say whether a carriage return stands without its newline; the block ends with a newline."""
    returns = np.flatnonzero(octets == _RETURN)
    return bool((octets[returns + 1] != _NEWLINE).any())


def _outside(quotes: Positions, newlines: Positions) -> Positions | None:
    """Return which newlines an even number of quotes stands before; None for all."""
    if not quotes.size:
        return None
    even = np.searchsorted(quotes, newlines) % 2 == 0
    return None if bool(even.all()) else np.flatnonzero(even)


def _begin_with(octets: Octets, starts: Positions, prefix: str | None) -> Flags:
    found: Flags = np.full(len(starts), prefix is not None)
    # beyond the block's end the last byte is compared, a newline, which no prefix contains
    for place, byte in enumerate((prefix or "").encode()):
        found &= octets[np.minimum(starts + place, len(octets) - 1)] == byte
    return found


def _fields(octets: Octets, quotes: Positions, ends: Positions, delimiter: int) -> Positions:
    delimiters = np.flatnonzero(octets[: ends[-1]] == delimiter)
    return _per_record(delimiters, ends) - _quoted_per_record(quotes, delimiters, ends) + 1


def _spread(bad: Flags, lines: Positions, passed: int) -> bool:
    """Say whether a bad record has more than one line."""
    return bool((bad & (np.diff(lines, append=passed) > 1)).any())


def _marked(data: bytes, octets: Octets, ends: Positions) -> Flags:
    found: Flags = np.zeros(len(ends), dtype=bool)
    if MARK.encode() in data:
        marks = np.flatnonzero(octets[: ends[-1]] == ord(MARK))
        found[np.searchsorted(ends, marks)] = True
    return found


def _per_record(positions: Positions, ends: Positions) -> Positions:
    """Count the positions in each record, its end included."""
    return np.diff(np.searchsorted(positions, ends, side="right"), prepend=0)


def _quoted_per_record(
    quotes: Positions, delimiters: Positions, ends: Positions
) -> Positions | int:
    """Count the delimiters that stand between quotes in each record."""
    if not quotes.size:
        return 0
    before = np.searchsorted(delimiters, quotes)
    so_far = np.concatenate((quotes[:0], [0], np.cumsum(before[1::2] - before[::2])))
    return np.diff(so_far[np.searchsorted(quotes, ends) // 2], prepend=0)


def _strict(octets: Octets, quotes: Positions, dialect: Dialect) -> bool:
    """Say whether every quote opens a field, closes it, or is doubled."""
    if not quotes.size:
        return True
    delimiter, quote = ord(dialect.delimiter), octets[quotes[0]]
    opening, closing = quotes[::2], quotes[1::2]
    before = octets[opening - 1]  # of a quote at 0 this is the last byte; `opening == 0` covers it
    starts = (before == delimiter) | (before == _NEWLINE) | (before == quote) | (opening == 0)
    after = octets[closing + 1]  # always there: the block ends with a newline
    ends = (after == delimiter) | (after == _NEWLINE) | (after == _RETURN) | (after == quote)
    return bool(starts.all() and ends.all())
