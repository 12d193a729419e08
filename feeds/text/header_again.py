"""Repeated headers: files that were joined, pages that were printed.

Belongs here: finding it in a block of delimited text, and what stands where below it. Keep out:
whether a record is the header (`feeds.untrusted.header_names.stands_again`), reading records.
It is searched for only in blocks that contain all of its names, which are very few.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from feeds.text.blocks import split_lines
from feeds.text.dialect import Dialect
from feeds.text.headers import joined_names
from feeds.untrusted.header_names import plain_name, stands_again
from feeds.untrusted.markings import holds

__all__ = ["HeaderAgain", "Section"]

_END = re.compile(rb"\r\n|\n|\r")
_QUOTED = 4
"""How many times as long as its bare names a header may be, for quotes and blanks."""
_BOM = "\ufeff".encode()


@dataclass(frozen=True)
class Section:
    """Text up to a header that stands again: how many lines that has, and where its names stand.

    `rest` is text after it that may be the beginning of a header. The last section has no header.
    """

    text: bytes
    lines: int = 0
    places: tuple[int, ...] | None = None
    rest: bytes = b""


@dataclass(frozen=True)
class HeaderAgain:
    """The header of a file: its rows as delivered, and how their names are joined."""

    rows: Sequence[Sequence[str]]
    join: str = "/"

    @property
    def names(self) -> tuple[str, ...]:
        """Return the joined names."""
        return joined_names([list(row) for row in self.rows], self.join)

    def sections(self, data: bytes, dialect: Dialect, *, final: bool) -> Iterator[Section]:
        """Part a block, which begins at a line, at every header that stands in it."""
        cells = sorted({plain_name(cell).encode() for cell in self.rows[0]} - {b""}, key=len)
        # the longest first: it is the rarest
        if not cells or not all(holds(data, cell) for cell in reversed(cells)):
            yield Section(data)
            return
        longest = _QUOTED * (sum(map(len, cells)) + len(self.rows[0]))
        start = place = 0
        while (place := data.find(cells[-1], place)) >= 0:
            first, ends = _line_of(data, place, len(self.rows))
            place = ends[0]
            line = data[first:place]
            if (len(line) > longest and _BOM not in line) or not all(one in line for one in cells):
                continue
            found = self._found(data[first : ends[-1]], dialect)
            if found is None and len(ends) < len(self.rows) and not final:
                yield Section(data[start:first], rest=data[first:])
                return
            if found is None:
                continue
            before, places = found
            text = data[start : first + before]
            if before:  # what stands before it in its line may be a header as well
                *earlier, last = self.sections(text + b"\n", dialect, final=True)
                yield from earlier
                text = last.text
            yield Section(text, len(ends) - bool(before), places)
            start = place = ends[-1]
        yield Section(data[start:])

    def _found(self, text: bytes, dialect: Dialect) -> tuple[int, tuple[int, ...]] | None:
        """Return how many bytes stand before the header in its first line, and where names stand.

        A file that ends without a line end, and one with a byte-order mark put behind it, share a
        line.
        """
        before = text.rfind(_BOM)
        for skipped in (0, before + len(_BOM)) if before >= 0 else (0,):
            try:
                rows = list(dialect.records(split_lines(text[skipped:])))
            except csv.Error:
                continue
            if len(rows) == len(self.rows):
                places = stands_again(joined_names(rows, self.join), self.names)
                if places is not None:
                    return max(0, before) if skipped else 0, places
        return None


def _line_of(data: bytes, place: int, rows: int) -> tuple[int, list[int]]:
    """Return where the line of a place begins, and where it and the lines below it end."""
    first = max(data.rfind(b"\n", 0, place), data.rfind(b"\r", 0, place)) + 1
    ends: list[int] = []
    at = place
    for _ in range(rows):
        end = _END.search(data, at)
        if end is None:
            return first, [*ends, len(data)] if at < len(data) or not ends else ends
        ends.append(at := end.end())
    return first, ends
