"""CSV read record by record where a block is not strict: the meaning that `framing` speeds up.

Belongs here: what counts as a record when quotes stand where they should not. Keep out: blocks that
`framing` can do, which is nearly all of them; this loop is some ten times slower.

- A quote inside an unquoted field is an ordinary character.
- Text after a closing quote, and a quote never closed, make the *line they begin on* a defect
  (`quoting`); reading goes on with the next line, so that one stray quote costs one line.
- A record of several lines with the wrong number of fields was begun by a stray quote: its first
  line is the defect (`field_count`), the following lines are read afresh.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from lakehouse.intake.reader import Defect, DefectCode

__all__ = ["RECORD_LIMIT", "Reading", "first_record", "read_carefully"]

RECORD_LIMIT = 16 << 20
"""Bytes after which a quote that is still open counts as never closed."""


@dataclass(frozen=True)
class Reading:
    """Well-formed records in order, the defects with their places, and the text left for later."""

    rows: list[list[str]]
    defects: list[Defect]
    rest: bytes


def first_record(data: bytes, delimiter: str) -> tuple[list[str], bytes]:
    """Return the fields of the first record that is no blank line, and what follows it.

    `([], b"")` when there is none; csv.Error when its quotes are broken.
    """
    with io.TextIOWrapper(io.BytesIO(data), "utf-8", newline="") as lines:
        used = 0

        def counted() -> Iterator[str]:
            nonlocal used
            for line in lines:
                used += len(line.encode())
                yield line

        rows = csv.reader(counted(), delimiter=delimiter, strict=True)
        return next((fields for fields in rows if fields), []), data[used:]


def read_carefully(data: bytes, delimiter: str, width: int, *, final: bool) -> Reading:
    """Read a block that begins at a record; unless `final`, an open record at its end is left."""
    csv.field_size_limit(max(csv.field_size_limit(), 2 * RECORD_LIMIT + len(data)))
    lines = _lines(data)
    rows: list[list[str]] = []
    defects: list[Defect] = []
    last = len(lines)
    for first, end, found in _records(lines, delimiter, width):
        if isinstance(found, list):
            rows.append(found)
            continue
        if found == "open" and not final and _size(lines[first:]) <= RECORD_LIMIT:
            last = first
            break
        code = "quoting" if found == "open" else found
        raw = "".join(lines[first:end]).rstrip("\r\n")
        defects.append(Defect(len(rows) + len(defects), DefectCode(code), raw))
    return Reading(rows, defects, "".join(lines[last:]).encode())


def _records(
    lines: list[str], delimiter: str, width: int
) -> Iterator[tuple[int, int, list[str] | str]]:
    """Yield (first line, line after, fields or defect code), starting afresh after a defect."""
    start = 0
    while start < len(lines):
        first = start
        ahead = (lines[line] for line in range(start, len(lines)))
        reader = csv.reader(ahead, delimiter=delimiter, strict=True)
        try:
            for fields in reader:
                end = start + reader.line_num
                if len(fields) == width:
                    yield first, end, fields
                elif fields:
                    yield first, first + 1, "field_count"
                    if end > first + 1:
                        end = first + 1
                        break
                first = end
            else:
                return
            start = end
        except csv.Error:
            used_up = start + reader.line_num >= len(lines)
            yield first, first + 1, "open" if used_up else "quoting"
            start = first + 1


def _lines(data: bytes) -> list[str]:
    """Split at newlines and carriage returns only, line ends kept."""
    return list(io.StringIO(data.decode(), newline=""))


def _size(lines: list[str]) -> int:
    return sum(map(len, lines))
