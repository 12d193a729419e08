"""Cut-off files: the last record is incomplete, and no line end follows it.

Belongs here: telling such a file from one whose last record is merely broken. Keep out: what
becomes of the delivery (`landed_rows` refuses a snapshot: nobody knows how many records it lacks).
A whole last record without a line end is a record; one that is cut off is the defect it seems.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import takewhile

import pyarrow as pa

from catalog_specs.rules.defects import DefectCode
from feeds.reader import DEFECT, RAW, Ending, Source
from feeds.text.encodings import TextCode

__all__ = ["Question", "Watch", "ends_in_line_end"]

Question = Callable[[str], bool]
"""What is asked about a record's text."""
_LOOKED_AT = 64
"""Lines of a cell that may be cut off within its quotes."""
_CODES = {
    DefectCode.FIELD_COUNT,
    DefectCode.QUOTING,
    DefectCode.ENCODING,
    DefectCode.WIDTH,
    DefectCode.JSON,
}
_END_OF_FILE = "\x1a"
"""What old programs write behind the last line: such a file is whole."""


def ends_in_line_end(source: Source, code: TextCode) -> bool:
    """Say whether a line end is the last thing in a file; an empty file lacks nothing."""
    with source.path.open("rb") as stream:
        size = stream.seek(0, 2)
        stream.seek(max(0, size - code.unit))
        return size <= code.mark or stream.read() in {
            end.encode(code.codec) for end in ("\n", "\r")
        }


@dataclass(frozen=True)
class Watch:
    """Looks at the end of a file while its records are read, and notes whether it breaks off.

    `ended`: the file ends in a line end. `lacks` says of a defect's text whether something is
    missing in it, `is_open` whether its quote is open at its end.
    """

    ending: Ending
    ended: bool
    lacks: Question = lambda _: True
    is_open: Question = lambda _: False

    def over(self, tables: Iterator[pa.Table]) -> Iterator[pa.Table]:
        """Yield the tables as they are."""
        last: list[tuple[str | None, str]] = []
        for table in tables:
            yield table
            if table.num_rows:
                tail = table.slice(max(0, table.num_rows - _LOOKED_AT)).select([DEFECT, RAW])
                last = [(row[DEFECT], row[RAW]) for row in tail.to_pylist()]
        broken = list(takewhile(lambda one: one[0] is not None, reversed(last)))
        self.ending.cut_off = bool(broken) and self._breaks_off(broken)

    def _breaks_off(self, broken: list[tuple[str | None, str]]) -> bool:
        """Say so of the broken records at the end, the last one first."""
        code, raw = broken[0]
        if code not in _CODES or not raw.strip(f" \t{_END_OF_FILE}"):
            return False
        if any(one == DefectCode.QUOTING and self.is_open(text) for one, text in broken):
            return True
        return not self.ended and (code != DefectCode.FIELD_COUNT or self.lacks(raw))
