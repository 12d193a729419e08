"""The careful reader: CSV record by record, where a block is not strict.

Belongs here: what counts as a record when quotes stand where they should not. Keep out: blocks that
`framing` can do, which is nearly all of them; this loop is some ten times slower.

- A quote inside an unquoted field is an ordinary character (5" pipe) as long as it is the record's
  only field with one and does not end it. A closing quote that nothing opened, or stray quotes on
  both sides of a delimiter, mean that a delimiter or a quote is lost: the columns may have shifted,
  so the line is a defect (`quoting`), however many fields it seems to have. The other quote may
  stand on a line above or below that is no record: then a cell of several lines is cut up.
- Text after a closing quote, and a quote never closed, make the *line they begin on* a defect
  (`quoting`); reading goes on with the next line, so that one stray quote costs one line.
- A record of several lines with the wrong number of fields was begun by a stray quote: its first
  line is the defect (`field_count`), the following lines are read again.
- A record with bytes that did not decode is a defect (`encoding`), whatever else is wrong with it.
- Because of a stray quote the lines below it are read twice. A file full of them would be read
  again and again; it is refused (GATE-103), because nobody can tell its records.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, auto

import numpy as np
import pyarrow as pa

from catalog_specs.errors import IntakeError
from catalog_specs.rules.defects import DefectCode
from catalog_specs.rules.refusals import DeliveryRefusal
from feeds.reader import Defect
from feeds.text.blocks import split_lines
from feeds.text.dialect import Dialect, Stray
from feeds.text.encodings import MARK, shown
from feeds.text.footers import FooterTest

__all__ = ["RECORD_LIMIT", "TIMES", "Effort", "Reading", "read_carefully"]

RECORD_LIMIT = 16 << 20
"""Bytes after which a quote that is still open counts as never closed."""
_FREE = 128 << 20
"""Bytes that may be read again in any file: some 8 records of the greatest size."""
TIMES = 8
"""How often, beyond that, each byte of a file may be read."""
_CUT_UP = 64
"""Lines below a stray quote among which its other one is looked for."""


class _Open(Enum):
    """A record that is not over at the end of the lines: for good, or until more lines come."""

    OPEN = auto()
    WAITS = auto()


_Found = list[str] | str | _Open
"""The fields, or a defect code, or what the line is instead of a record."""


@dataclass
class Effort:
    """What reading a file has cost in bytes read, and what it may cost by the bytes that came."""

    where: str = "delivery"
    came: int = 0
    spent: int = 0

    def spend(self, count: int) -> None:
        """Count bytes that are read with care; refuse (GATE-103) a file that costs too many."""
        self.spent += count
        if self.spent > _FREE + TIMES * self.came:
            raise IntakeError(
                DeliveryRefusal.HOSTILE,
                "its quotes are broken throughout: nobody can tell where its records end",
                where=self.where,
                remedy="deliver quotes that are closed, or declare `quote: null` where there are"
                " none",
            )


@dataclass
class Reading:
    """Well-formed records in order, the defects with their places, and the text left for later.

    `lines` says of every record, defects included, on which line of the block it begins, from 0;
    `passed` lines were read, `skipped` of them are no records, by reason.
    """

    rows: list[list[str]] = field(default_factory=list)
    defects: list[Defect] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    rest: bytes = b""
    passed: int = 0


def read_carefully(  # noqa: PLR0913 - one block, its grammar, and how far to go
    data: bytes,
    dialect: Dialect,
    width: int,
    *,
    final: bool,
    footer: FooterTest | None = None,
    enough: int | None = None,
    effort: Effort | None = None,
) -> Reading:
    """Read a block that begins at a record; unless `final`, an open record at its end is left.

    After `enough` records all that follows is left too.
    """
    lines = split_lines(data)
    like_footer = _like_footer(lines, footer)
    reading = Reading(passed=len(lines))
    effort = effort or Effort()
    effort.spend(len(data))
    source = _Lines(lines, dialect, width, final, effort)
    for first, end, found in source.records():
        is_enough = enough is not None and len(reading.lines) >= enough
        if found is _Open.WAITS or (is_enough and first >= source.doubtful):
            reading.passed, reading.rest = first, "".join(lines[first:]).encode()
            break
        if found in ("blank", "comment"):
            reading.skipped[str(found)] += 1
        else:
            _add(reading, lines[first:end], DefectCode.FOOTER if first in like_footer else found)
            reading.lines.append(first)
    return reading


def _like_footer(lines: list[str], footer: FooterTest | None) -> set[int]:
    if footer is None:
        return set()
    bare = pa.array([line.rstrip("\r\n") for line in lines], pa.string())
    return set(np.flatnonzero(footer(bare)).tolist())


def _add(reading: Reading, lines: list[str], found: _Found) -> None:
    raw = "".join(lines)
    if MARK in raw:
        found = DefectCode.ENCODING
    if isinstance(found, list):
        reading.rows.append(found)
        return
    code = DefectCode.QUOTING if isinstance(found, _Open) else DefectCode(found)
    place = len(reading.rows) + len(reading.defects)
    reading.defects.append(Defect(place, code, shown(raw.rstrip("\r\n"))))


@dataclass
class _Lines:
    """Lines that are read one record after another; `place` is the next one to read.

    Lines before `doubtful` belong to a defect whose quote they may close.
    """

    lines: list[str]
    dialect: Dialect
    width: int
    final: bool
    effort: Effort
    place: int = 0
    doubtful: int = 0

    def records(self) -> Iterator[tuple[int, int, _Found]]:
        """Yield (first line, line after, result), starting again after a defect."""
        records = self.dialect.records(self._ahead())
        while self.place < len(self.lines):
            first = self.place
            if self.dialect.is_comment(self.lines[first]):
                self.place += 1
                yield first, self.place, "comment"
                continue
            try:
                found = self._judged(first, next(records))
            except csv.Error:
                found = DefectCode.QUOTING if self.place < len(self.lines) else self._open(first)
                self.doubtful = max(self.doubtful, self.place)
                records = self.dialect.records(self._ahead())
            if not isinstance(found, list):
                self.effort.spend(_size(self.lines[first + 1 : self.place]))
                self.place = first + 1
            yield first, self.place, found
            if found is _Open.WAITS:
                return

    def _ahead(self) -> Iterator[str]:
        while self.place < len(self.lines):
            self.place += 1
            yield self.lines[self.place - 1]

    def _judged(self, first: int, fields: list[str]) -> _Found:
        """Return the fields of a record that csv has split, or what is wrong with it."""
        if len(fields) != self.width:
            return DefectCode.FIELD_COUNT if fields else "blank"
        stray = self.dialect.stray_quotes("".join(self.lines[first : self.place]))
        if stray is Stray.NONE:
            return fields
        if stray is Stray.SHIFTED or first < self.doubtful:
            return DefectCode.QUOTING
        match self._closes_below():
            case None if self._may_wait(first):
                return _Open.WAITS
            case True:
                return DefectCode.QUOTING
        return fields

    def _closes_below(self) -> bool | None:
        """Say whether a line below, no record by itself, closes a quote; None: it may come yet."""
        for line in self.lines[self.place : self.place + _CUT_UP]:
            if self.dialect.closes(line):
                return line.count(self.dialect.delimiter) + 1 != self.width
            if line.count(self.dialect.delimiter) + 1 == self.width:
                return False
        return None if self.place + _CUT_UP > len(self.lines) else False

    def _open(self, first: int) -> _Open:
        return _Open.WAITS if self._may_wait(first) else _Open.OPEN

    def _may_wait(self, first: int) -> bool:
        return not self.final and _size(self.lines[first:]) <= RECORD_LIMIT


def _size(lines: list[str]) -> int:
    return sum(map(len, lines))
