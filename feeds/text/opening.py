"""The beginning of a delimited file: preamble, header, and the first record.

Belongs here: finding the header rows by their declared place. Keep out: joining names (`headers`),
reading the records (`delimited`).
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain

from feeds.columns import feed_columns
from feeds.reader import Source, unreadable
from feeds.text.blocks import hostile, split_lines
from feeds.text.careful import RECORD_LIMIT
from feeds.text.dialect import STAND_IN, Dialect
from feeds.text.encodings import shown
from feeds.text.headers import FOUND_WITHIN, WIDTH_LIMIT, joined_names, matches
from feeds.untrusted.header_names import told_apart

__all__ = ["Opening", "open_delimited", "pass_header"]

_HEADER_LINES = 64
"""Lines that one header row may span by its quotes."""


@dataclass(frozen=True)
class Opening:
    """The headers, the text after them, the line it begins on, and the lines passed by reason."""

    headers: tuple[str, ...] = ()
    blocks: Iterator[bytes] = field(default_factory=lambda: iter(()))
    line: int = 1
    skipped: Counter[str] = field(default_factory=Counter)
    rows: Sequence[Sequence[str]] = ()
    """The header rows as delivered."""
    size: int = 0
    """Bytes of the lines before the records, as UTF-8."""


@dataclass(frozen=True)
class _Found:
    names: tuple[str, ...]
    rows: Sequence[Sequence[str]]
    first: int
    end: int
    """Lines of the header rows, from 0; blank lines and comments may be among them."""


class _Short(Exception):  # noqa: N818 - no error: more of the file is wanted
    """The lines in hand end before the header does."""


def open_delimited(source: Source, blocks: Iterator[bytes]) -> Opening:
    """Find the header; without any, the declared headers name the fields in their order.

    Refuses a header whose quotes are broken or that is not where it is declared (GATE-101), and one
    of absurd width (GATE-103). An empty file has no headers.
    """
    if source.feed.header.at == "none":
        names = tuple(dict.fromkeys(_declared(source)))
        headers = told_apart(_widened(source, names), names)
        return Opening(headers, blocks, rows=[names])
    return _searched(_Search(source, Dialect.of(source.feed), matches), blocks)


def _declared(source: Source) -> Collection[str]:
    return feed_columns(source.feed).values()


def _widened(source: Source, names: Sequence[str]) -> Sequence[str]:
    """Return the names with one more, blank, where records end with a delimiter more."""
    return (*names, "") if source.feed.trailing_delimiter and names[-1:] != ("",) else names


def pass_header(source: Source, blocks: Iterator[bytes]) -> Opening:
    """Pass the header of a fixed-width file, of which `find` looks for the names in whole lines.

    Such a file has one only where `feed.header` is written out.
    """
    if "header" not in source.feed.model_fields_set or source.feed.header.at == "none":
        return Opening((), blocks)
    whole_lines = Dialect(STAND_IN, quote=None, comment=source.feed.comment)
    return _searched(_Search(source, whole_lines, _contained), blocks)


def _contained(names: Sequence[str], declared: Collection[str]) -> int:
    return sum(any(one in name for name in names) for one in declared)


def _searched(search: _Search, blocks: Iterator[bytes]) -> Opening:
    data = b""
    for block in blocks:
        data += block
        search.lines = split_lines(data)
        try:
            return _opened(search, data, blocks)
        except _Short:
            if len(data) > RECORD_LIMIT:
                break
    search.final = True
    return _opened(search, data, blocks)


def _opened(search: _Search, data: bytes, blocks: Iterator[bytes]) -> Opening:
    found = search.header()
    if found is None:
        return Opening(skipped=search.passed(0, len(search.lines)))
    used = sum(len(line.encode()) for line in search.lines[: found.end])
    rest = chain([data[used:]] if data[used:] else [], blocks)
    names = told_apart(_widened(search.source, found.names), _declared(search.source))
    passed = search.passed(found.first, found.end)
    return Opening(names, rest, found.end + 1, passed, found.rows, used)


@dataclass
class _Search:
    """Looks for the header rows among the first lines of a file."""

    source: Source
    dialect: Dialect
    matches: Callable[[Sequence[str], Collection[str]], int]
    lines: list[str] = field(default_factory=list)
    final: bool = False
    """Whether `lines` are all there are."""

    def header(self) -> _Found | None:
        """Return the header rows; None when the file holds nothing but blanks and comments."""
        at = self.source.feed.header.at
        if at == "find":
            return self._best()
        first = self._next(int(at) - 1 if isinstance(at, int) else 0)
        if first is None:
            if isinstance(at, int) and any(map(self._is_text, self.lines)):
                raise unreadable(self.source, f"no header on line {at}", "correct `feed.header.at`")
            return None
        found = self._group(first)
        if found is None:
            raise unreadable(
                self.source,
                "the quotes of the header row are broken",
                "deliver one header row whose quoted names are closed",
            )
        return found

    def passed(self, first: int, end: int) -> Counter[str]:
        """Count the lines before `end` that are no header, by what they are."""
        kinds = Counter(self._kind(place, first) for place in range(end))
        return Counter({kind: count for kind, count in kinds.items() if kind})

    def _kind(self, place: int, first: int) -> str:
        line = self.lines[place]
        if not line.rstrip("\r\n"):
            return "blank"
        if self.dialect.is_comment(line):
            return "comment"
        return "preamble" if place < first else ""

    def _is_text(self, line: str) -> bool:
        return bool(line.rstrip("\r\n")) and not self.dialect.is_comment(line)

    def _next(self, place: int) -> int | None:
        """Return the first line from a place on that is neither blank nor a comment."""
        found = next(
            (i for i in range(place, len(self.lines)) if self._is_text(self.lines[i])), None
        )
        if found is None and not self.final:
            raise _Short
        return found

    def _best(self) -> _Found | None:
        """Return the first of the records that holds every declared header, else the nearest."""
        declared = set(feed_columns(self.source.feed).values())
        best, most = None, -1
        place = self._next(0)
        for _ in range(FOUND_WITHIN):
            if place is None:
                break
            found = self._group(place)
            if found is not None:
                count = self.matches(found.names, declared)
                if count == len(declared):
                    return found
                if count > most:
                    best, most = found, count
            place = self._next(place + 1)
        return best

    def _group(self, first: int) -> _Found | None:
        """Return the header that would begin on a line; None when its quotes are broken."""
        rows: list[list[str]] = []
        place: int | None = first
        while place is not None and len(rows) < self.source.feed.header.rows:
            start = self._next(place) if rows else place
            if start is None:
                break
            fields, place = self._record(start)
            if fields is None:
                return None
            rows.append([shown(cell) for cell in fields])
        names = joined_names(rows, self.source.feed.header.join)
        return _Found(names, rows, first, len(self.lines) if place is None else place)

    def _record(self, place: int) -> tuple[list[str] | None, int]:
        """Return the fields of the record that begins on a line, None if broken, and its end."""
        lines = self.lines[place : place + _HEADER_LINES]
        if lines[0].count(self.dialect.delimiter) >= WIDTH_LIMIT:
            raise hostile(
                self.source,
                f"a header of more than {WIDTH_LIMIT} columns",
                "deliver the declared columns, or declare the delimiter the file has",
            )
        used = 0

        def counted() -> Iterator[str]:
            nonlocal used
            for line in lines:
                used += 1
                yield line

        try:
            return next(self.dialect.records(counted()), []), place + used
        except csv.Error:
            if len(lines) < _HEADER_LINES and not self.final:
                raise _Short from None
            return None, place + 1
