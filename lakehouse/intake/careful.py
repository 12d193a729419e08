"""CSV read record by record where a block is not strict: the meaning that `framing` speeds up.

Belongs here: what counts as a record when quotes stand where they should not. Keep out: blocks that
`framing` can do, which is nearly all of them; this loop is some ten times slower.

- A quote inside an unquoted field is an ordinary character.
- Text after a closing quote, and a quote never closed, make the *line they begin on* a defect
  (`quoting`); reading goes on with the next line, so that one stray quote costs one line.
- A record of several lines with the wrong number of fields was begun by a stray quote: its first
  line is the defect (`field_count`), the following lines are read afresh.
- A record with bytes that did not decode is a defect (`encoding`), whatever else is wrong with it.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, auto

import numpy as np
import pyarrow as pa

from lakehouse.intake.blocks import split_lines
from lakehouse.intake.dialect import Dialect
from lakehouse.intake.encodings import MARK, shown
from lakehouse.intake.footers import FooterTest
from lakehouse.intake.reader import Defect, DefectCode

__all__ = ["RECORD_LIMIT", "Reading", "read_carefully"]

RECORD_LIMIT = 16 << 20
"""Bytes after which a quote that is still open counts as never closed."""


class _Open(Enum):
    """A record whose quote is open at the end of the lines."""

    OPEN = auto()


_Found = list[str] | str | _Open
"""The fields, or a defect code, or what the line is instead of a record."""


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


def read_carefully(
    data: bytes,
    dialect: Dialect,
    width: int,
    *,
    final: bool,
    footer: FooterTest | None = None,
    enough: int | None = None,
) -> Reading:
    """Read a block that begins at a record; unless `final`, an open record at its end is left.

    After `enough` records all that follows is left too.
    """
    lines = split_lines(data)
    like_footer = _like_footer(lines, footer)
    reading = Reading(passed=len(lines))
    for first, end, found in _records(lines, dialect, width):
        waits = found is _Open.OPEN and not final and _size(lines[first:]) <= RECORD_LIMIT
        if waits or len(reading.lines) == enough:
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


def _records(lines: list[str], dialect: Dialect, width: int) -> Iterator[tuple[int, int, _Found]]:
    """Yield (first line, line after, what was found), starting afresh after a defect."""
    place = 0

    def ahead() -> Iterator[str]:
        nonlocal place
        while place < len(lines):
            place += 1
            yield lines[place - 1]

    records = dialect.records(ahead())
    while place < len(lines):
        first = place
        if dialect.is_comment(lines[first]):
            place += 1
            yield first, place, "comment"
            continue
        try:
            fields = next(records)
        except csv.Error:
            stray = place < len(lines)
            place = first + 1
            records = dialect.records(ahead())
            yield first, place, DefectCode.QUOTING if stray else _Open.OPEN
            continue
        if len(fields) == width:
            yield first, place, fields
        else:
            place = first + 1
            yield first, place, DefectCode.FIELD_COUNT if fields else "blank"


def _size(lines: list[str]) -> int:
    return sum(map(len, lines))
