"""Record rows of a sheet: those below the header that are records.

Belongs here: blank rows, comments, footers, headers that come again. Keep out: what is in a record
(`workbook`). Rows without any value of their own are no records.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from catalog_specs.rules.defects import DefectCode
from feeds.untrusted.header_names import Again, header_again, plain_name
from feeds.untrusted.jobs import ReadJob
from feeds.untrusted.sheets.cells import text_of

__all__ = ["Numbered", "Row", "SheetRows"]

_BATCH_ROWS, _BATCH_CELLS = 8192, 1 << 20
Row = list[Any]
Numbered = tuple[int, Row]
Batch = tuple[list[Numbered], dict[int, DefectCode]]
"""Records with their places in the sheet, and which of them are defects, by place."""


@dataclass
class SheetRows:
    """The rows below a header, which are `header`; `skipped` counts those that are no records."""

    job: ReadJob
    header: Sequence[Row]
    skipped: Counter[str]
    names: list[tuple[str, ...]] = field(init=False)
    firsts: set[str] = field(init=False)
    strange: bool = False

    def __post_init__(self) -> None:
        """Take the names that each header row has."""
        rows = [tuple(plain_name(text_of(cell) or "") for cell in row) for row in self.header]
        self.names = [row for row in rows if any(row)]
        self.firsts = {name for row in self.names for name in row if name}

    def batches(self, rows: Iterator[Numbered], width: int) -> Iterator[Batch]:
        """Yield the records; what looks like a footer is one only behind the last record."""
        size = max(1, min(_BATCH_ROWS, _BATCH_CELLS // max(1, width)))
        doubtful: list[Numbered] = []
        while batch := list(islice(rows, size)):
            kept: list[Numbered] = doubtful
            defects = {line: DefectCode.FOOTER for line, _ in doubtful}
            doubtful = []
            texts = [_said(row) for _, row in batch]
            like_footer = self._like_footer(texts)
            for (line, row), said, ends in zip(batch, texts, like_footer, strict=True):
                if self._is_no_record(row, said):
                    continue
                if ends:
                    doubtful.append((line, row))
                    continue
                defects |= {line: DefectCode.FOOTER for line, _ in doubtful}
                kept += [*doubtful, (line, row)]
                doubtful = []
                if self.strange:
                    defects[line] = DefectCode.HEADER
            if kept and all(defects.get(line) is DefectCode.FOOTER for line, _ in kept):
                doubtful = kept + doubtful
            elif kept:
                yield kept, defects
        self.skipped["footer"] += len(doubtful)

    def _like_footer(self, texts: list[str]) -> list[bool]:
        """Say which rows are written like a footer, in linear time whatever the pattern."""
        if not self.job.footer:
            return [False] * len(texts)
        found = pc.match_substring_regex(pa.array(texts, pa.string()), self.job.footer)
        return [bool(one) for one in found.to_pylist()]

    def _is_no_record(self, row: Row, said: str) -> bool:
        if not said or (self.job.comment and said.startswith(self.job.comment)):
            self.skipped["comment" if said else "blank"] += 1
            return True
        first = next((cell for cell in row if cell != ""), "")
        if not isinstance(first, str) or plain_name(first) not in self.firsts:
            return False
        texts = [plain_name(text_of(cell) or "") for cell in row]
        found = {header_again(texts, names) for names in self.names}
        if Again.SAME in found:
            self.strange = False
            self.skipped["header"] += 1
            return True
        self.strange = self.strange or Again.OTHER in found
        return False


def _said(row: Row) -> str:
    """Return the cells that hold anything, with a blank between."""
    return " ".join(str(cell) for cell in row if cell != "").strip()
