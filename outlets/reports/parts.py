"""The parts of a page: what a page function returns and the templates draw.

Belongs here: frozen values, of which every page is made. Keep out: HTML (`templates`, `marks`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from outlets.reports.marks import Cell
from outlets.reports.words import Words

__all__ = [
    "Chart",
    "Column",
    "Command",
    "Crumb",
    "Page",
    "Part",
    "Planned",
    "Section",
    "Table",
    "Terms",
    "Tile",
    "Tiles",
]


@dataclass(frozen=True)
class Column:
    """A column of a table; figures stand to the right."""

    words: Words
    figure: bool = False
    width: str = ""
    brief: bool = False
    """Whether its cells are a word each, which is never parted between two lines."""


@dataclass(frozen=True)
class Table:
    """A list with its total, or the sentence that says why it is empty; the first cell names a row.

    `name` is its place in the page, of letters and hyphens.
    """

    name: str
    caption: Words
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    empty: Words
    total: Words | None = None
    kind: str = "table"

    @property
    def sum(self) -> Words:
        """Return what stands below it: its own total, or how many rows there are."""
        many = len(self.rows)
        return self.total or Words(f"合计 {many:,} 项", f"{many:,} in all")


@dataclass(frozen=True)
class Tile:
    """A figure of which somebody wants to know first thing in the morning."""

    value: int | str | Words
    words: Words
    note: Words
    kind: str = ""
    href: str = ""

    @property
    def worded(self) -> bool:
        """Say whether it is words, which are longer than a figure."""
        return isinstance(self.value, tuple)

    @property
    def shown(self) -> Words | str:
        """Return the value as it is said."""
        return str(self.value) if isinstance(self.value, int) else self.value


@dataclass(frozen=True)
class Tiles:
    """Figures side by side."""

    tiles: Sequence[Tile]
    kind: str = "tiles"


@dataclass(frozen=True)
class Terms:
    """Names and what each stands for."""

    terms: Sequence[tuple[Words, Cell]]
    kind: str = "terms"


@dataclass(frozen=True)
class Command:
    """What somebody types to see more than a page may show."""

    line: str
    kind: str = "command"


@dataclass(frozen=True)
class Chart:
    """A drawing with what its two ends are."""

    drawing: Cell
    first: Words
    last: Words
    kind: str = "chart"


Part = Table | Tiles | Terms | Command | Chart


@dataclass(frozen=True)
class Section:
    """A part of a page with its heading, the clause behind it, and a sentence on how to read it."""

    name: str
    title: Words
    parts: Sequence[Part]
    clause: str = ""
    note: Words | None = None


@dataclass(frozen=True)
class Crumb:
    """A page above this one."""

    href: str
    words: Words


@dataclass(frozen=True)
class Page:
    """One page: where it lies below the report's folder, and everything it says."""

    place: str
    title: Words
    kicker: Words
    sections: Sequence[Section]
    lead: Words | None = None
    tiles: Tiles | None = None
    crumbs: Sequence[Crumb] = field(default_factory=tuple)
    tab: str = ""
    """The entry of the navigation that it belongs to."""
    as_of: str = ""
    """The day it speaks of, where it says something else on another day."""
    sheet: bool = False
    """Whether it is a document to be printed and signed."""

    @property
    def up(self) -> str:
        """Return the way from this page to the report's folder."""
        return "../" * self.place.count("/")

    def tables(self) -> Iterator[Table]:
        """Yield every table that is shown, for the sheet that aligns and names its columns."""
        for section in self.sections:
            for part in section.parts:
                if isinstance(part, Table) and part.rows:
                    yield part


@dataclass(frozen=True)
class Planned:
    """A page to be: its place, a stamp that changes with what it says, and how it is made.

    A page whose stamp is what it was is not made again; one without a stamp is made and compared.
    """

    place: str
    make: Callable[[], Page]
    stamp: str = ""
