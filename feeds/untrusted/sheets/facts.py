"""Facts from the XML of an XLSX sheet that its parser does not report.

Belongs here: formulas whose result was never stored, the day that is no day, hidden columns. Keep
out: every other cell (`workbook`), which parts may be read at all (`scan`: no document
types), the same of an ODS (`ods_facts`).
A program that writes formulas without computing them leaves the result out, or writes 0 and asks
for a full calculation on opening. Spreadsheets count 29 February 1900, which never was, as day 60.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from dataclasses import dataclass, field
from typing import IO, Protocol
from xml.parsers import expat

__all__ = ["SheetFacts", "parsed", "sheet_facts"]

_CHUNK = 1 << 20
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_DAY_60 = re.compile(r"\s*60(?:\.[0-9]*)?\s*")
_ZERO = re.compile(r"\s*0*(?:\.0*)?\s*")
Place = tuple[int, int]


@dataclass
class SheetFacts:
    """Cells by (row, column) from 0, and how many columns are hidden.

    `merges` are ranges by first and last cell, where the parser of the format does not tell them.
    """

    unstored: set[Place] = field(default_factory=set)
    no_days: set[Place] = field(default_factory=set)
    hidden_columns: int = 0
    merges: list[tuple[Place, Place]] | None = None


def sheet_facts(path: str, sheet: str) -> SheetFacts:
    """Return what an XLSX says of one of its sheets; nothing where the sheet is not found."""
    with zipfile.ZipFile(path) as archive:
        if "xl/workbook.xml" not in archive.namelist():
            return SheetFacts()
        book = _Book(sheet)
        parsed(archive.open("xl/workbook.xml"), book)
        related = "xl/_rels/workbook.xml.rels"
        if book.relation is None or related not in archive.namelist():
            return SheetFacts()
        parsed(archive.open(related), book)
        part = posixpath.normpath(posixpath.join("/xl", book.target))[1:]
        if part not in archive.namelist():
            return SheetFacts()
        cells = _Cells(recalculated=book.recalculated)
        parsed(archive.open(part), cells)
        return cells.facts


class Handler(Protocol):
    """What takes the events of an XML part."""

    def start(self, tag: str, said: dict[str, str]) -> None:
        """Take the beginning of an element."""

    def end(self, tag: str) -> None:
        """Take the end of an element."""

    def text(self, text: str) -> None:
        """Take text."""


def parsed(stream: IO[bytes], handler: Handler) -> None:
    """Let a handler take all events of a part, in bounded memory."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = handler.start
    parser.EndElementHandler = handler.end
    parser.CharacterDataHandler = handler.text
    with stream:
        while chunk := stream.read(_CHUNK):
            parser.Parse(chunk)
        parser.Parse(b"", True)


@dataclass
class _Book:
    """Where a sheet of a name is, and whether results are to be computed on opening."""

    sheet: str
    relation: str | None = None
    target: str = ""
    recalculated: bool = False

    def start(self, tag: str, said: dict[str, str]) -> None:
        """Take an element of the workbook or of its relations."""
        match tag.rpartition(":")[2]:
            case "sheet" if said.get("name") == self.sheet:
                ids = [said[name] for name in said if name.endswith(":id")]
                self.relation = ids[0] if ids else None
            case "calcPr":
                self.recalculated = said.get("fullCalcOnLoad") in {"1", "true"}
            case "Relationship" if said.get("Id") == self.relation:
                self.target = said.get("Target", "")

    def end(self, tag: str) -> None:
        """Take the end of an element."""

    def text(self, text: str) -> None:
        """Take text."""


@dataclass
class _Cells:
    """The facts of one sheet, met from its beginning to its end."""

    recalculated: bool
    facts: SheetFacts = field(default_factory=SheetFacts)
    place: Place = (-1, -1)
    kind: str = "n"
    formula: bool = False
    inside: bool = False
    value: str = ""

    def start(self, tag: str, said: dict[str, str]) -> None:
        """Take the beginning of a column, row, cell, formula or value."""
        match tag.rpartition(":")[2]:
            case "c":
                self.place = _place(said.get("r", ""), (self.place[0], self.place[1] + 1))
                self.kind, self.formula, self.value = said.get("t", "n"), False, ""
            case "row":
                number = said.get("r", "")
                self.place = (int(number) - 1 if number.isdecimal() else self.place[0] + 1, -1)
            case "f":
                self.formula = True
            case "v":
                self.inside = True
            case "col" if said.get("hidden") in {"1", "true"}:
                first, last = said.get("min", "1"), said.get("max", "1")
                if first.isdecimal() and last.isdecimal():
                    self.facts.hidden_columns += max(0, int(last) - int(first)) + 1

    def end(self, tag: str) -> None:
        """Take the end of a value or a cell."""
        match tag.rpartition(":")[2]:
            case "v":
                self.inside = False
            case "c":
                if self.formula and self._is_unstored():
                    self.facts.unstored.add(self.place)
                elif self.kind == "n" and _DAY_60.fullmatch(self.value):
                    self.facts.no_days.add(self.place)

    def text(self, text: str) -> None:
        """Take text, which counts within a value."""
        if self.inside:
            self.value += text

    def _is_unstored(self) -> bool:
        if not self.value:
            return True
        return self.recalculated and self.kind == "n" and bool(_ZERO.fullmatch(self.value))


def _place(reference: str, following: Place) -> Place:
    """Return where `B12` is, or the place after the cell before."""
    found = _REFERENCE.fullmatch(reference)
    if found is None:
        return following
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(found[2]) - 1, column - 1
