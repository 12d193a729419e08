"""Facts from the XML of an ODS sheet that its parser does not report.

Belongs here: merged cells, formulas whose result was never stored, hidden columns. Keep out: every
other cell (`workbook`), the same of an XLSX (`facts`).
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, field

from feeds.untrusted.sheets.facts import SheetFacts, parsed

__all__ = ["ods_facts"]

_CONTENT = "content.xml"
_MOST = 1 << 10
"""How many repetitions of a cell or row are looked at: a longer run holds nothing."""


def ods_facts(path: str, sheet: str) -> SheetFacts:
    """Return what an ODS says of one of its sheets; rows and columns count from 0."""
    with zipfile.ZipFile(path) as archive:
        if _CONTENT not in archive.namelist():
            return SheetFacts()
        cells = _Cells(sheet)
        parsed(archive.open(_CONTENT), cells)
        return cells.facts


@dataclass
class _Cells:
    """The facts of the sheet of one name, met from its beginning to its end."""

    sheet: str
    facts: SheetFacts = field(default_factory=lambda: SheetFacts(merges=[]))
    tables: list[bool] = field(default_factory=list)
    row: int = 0
    column: int = 0
    rows: int = 1
    columns: int = 1
    waits: bool = False

    def start(self, tag: str, said: dict[str, str]) -> None:
        """Take the beginning of a table, column, row or cell."""
        if tag == "table:table":
            self.tables.append(said.get("table:name") == self.sheet)
        if self.tables != [True]:
            return
        match tag:
            case "table:table-column" if said.get("table:visibility") == "collapse":
                self.facts.hidden_columns += _count(said, "table:number-columns-repeated")
            case "table:table-row":
                self.column, self.rows = 0, _count(said, "table:number-rows-repeated")
            case "table:table-cell" | "table:covered-table-cell":
                self.columns = _count(said, "table:number-columns-repeated")
                self._merge(said)
                stored = any(name.endswith("-value") or name == "office:value" for name in said)
                self.waits = "table:formula" in said and not stored

    def end(self, tag: str) -> None:
        """Take the end of a table, row or cell."""
        if self.tables == [True] and tag in {"table:table-cell", "table:covered-table-cell"}:
            if self.waits:
                rows = range(self.row, self.row + min(self.rows, _MOST))
                columns = range(self.column, self.column + min(self.columns, _MOST))
                self.facts.unstored |= {(row, column) for row in rows for column in columns}
            self.waits, self.column = False, self.column + self.columns
        elif self.tables == [True] and tag == "table:table-row":
            self.row += self.rows
        if tag == "table:table":
            self.tables.pop()

    def text(self, text: str) -> None:
        """Take text, which is a result where a formula has no other."""
        self.waits = self.waits and not text.strip()

    def _merge(self, said: dict[str, str]) -> None:
        down = _count(said, "table:number-rows-spanned")
        right = _count(said, "table:number-columns-spanned")
        if self.facts.merges is not None and (down > 1 or right > 1):
            last = (self.row + down - 1, self.column + right - 1)
            self.facts.merges.append(((self.row, self.column), last))


def _count(said: dict[str, str], name: str) -> int:
    number = said.get(name, "1")
    return max(1, int(number)) if number.isdecimal() and len(number) < 10 else 1  # noqa: PLR2004
