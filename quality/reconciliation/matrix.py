"""The matrix: department by element, how often what is referred to disagrees with its source.

Belongs here: those figures at a moment, from the ledger of comparisons. Keep out: comparing,
printing, pages. Figures hold counts, rates and codes, never a value.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from catalog_specs.catalog import Catalog
from catalog_specs.rules.mismatches import MismatchPattern, Uncompared
from quality.reconciliation.links import links, referring
from register.comparisons import COMPARISONS, Comparison, recent_sql
from storage.delta.tables import scan_sql
from storage.engines.connection import on_values
from storage.layout import Layout

__all__ = ["TREND", "Cell", "Line", "Matrix", "Pair", "Point", "matrix"]

TREND = 12
"""Comparisons that a trend goes back."""


@dataclass(frozen=True)
class Point:
    """What had been found by one moment."""

    at: str
    compared: int
    mismatched: int

    @property
    def rate(self) -> float | None:
        """Return the share that disagreed; None when nothing was compared."""
        return _rate(self.mismatched, self.compared)


@dataclass(frozen=True)
class Line:
    """One referred item, as it was compared last."""

    resource: str
    item: str
    source: str
    compared: int
    mismatched: int
    missing: int
    """Records whose subject the source does not have; they are not among `mismatched`."""
    patterns: tuple[tuple[MismatchPattern, int], ...]
    """How many records differ in which way, the most frequent first, missing ones among them."""
    reason: Uncompared | None
    source_version: int | None
    compared_at: str


@dataclass(frozen=True)
class Cell:
    """One department and one element, over all its items that refer to it."""

    department: str
    element: str
    name: str
    """The element's name."""
    owner: str
    """The department that is the source."""
    compared: int
    mismatched: int
    missing: int
    lines: tuple[Line, ...]
    trend: tuple[Point, ...]
    """Oldest first; the last is what stands."""

    @property
    def rate(self) -> float | None:
        """Return the share of compared records that disagree."""
        return _rate(self.mismatched, self.compared)


@dataclass(frozen=True)
class Pair:
    """Two departments that disagree, and the element on which they do most."""

    department: str
    owner: str
    compared: int
    mismatched: int
    element: str
    element_mismatched: int

    @property
    def rate(self) -> float | None:
        """Return the share of compared records that disagree."""
        return _rate(self.mismatched, self.compared)


@dataclass(frozen=True)
class Matrix:
    """All cells, those that disagree most first, and the pairs of departments likewise."""

    cells: tuple[Cell, ...]
    pairs: tuple[Pair, ...]

    @property
    def compared(self) -> int:
        """Return how many values were compared."""
        return sum(one.compared for one in self.cells)

    @property
    def mismatched(self) -> int:
        """Return how many of them disagree."""
        return sum(one.mismatched for one in self.cells)

    @property
    def missing(self) -> int:
        """Return how many are of subjects that the source does not have."""
        return sum(one.missing for one in self.cells)

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        return {
            "compared": self.compared,
            "mismatched": self.mismatched,
            "missing": self.missing,
            "cells": [asdict(one) | {"rate": one.rate} for one in self.cells],
            "pairs": [asdict(one) | {"rate": one.rate} for one in self.pairs],
        }


def matrix(
    layout: Layout, catalog: Catalog, as_of: datetime | None = None, trend: int = TREND
) -> Matrix:
    """Return what stands by now, or stood at a moment; the same moment gives the same figures.

    Items that the catalogue no longer has are left out.
    """
    declared = {
        (r.ref, link.item.code): r for r in referring(catalog) for link in links(catalog, r)
    }
    said = [one for one in _recent(layout, as_of, trend) if (one.resource, one.item) in declared]
    place = _cell_of
    cells = [
        _cell(catalog, tuple(group), trend) for _, group in groupby(sorted(said, key=place), place)
    ]
    ordered = sorted(cells, key=lambda one: (-one.mismatched, -one.missing, *place(one)))
    return Matrix(tuple(ordered), tuple(_pairs(ordered)))


def _recent(layout: Layout, as_of: datetime | None, trend: int) -> Sequence[Comparison]:
    """Return the last comparisons of what stands of each item, in the order they were made."""
    rows = scan_sql(COMPARISONS.path(layout), COMPARISONS.shape.columns)
    if as_of is not None:
        until = "CAST(compared_at AS TIMESTAMP WITH TIME ZONE) <= $until"
        rows = f"(FROM {rows} WHERE {until})"
    with on_values() as con:
        given = {} if as_of is None else {"until": as_of}
        found = con.execute(f"FROM {recent_sql(rows, trend)} ORDER BY ago DESC", given)
        return [COMPARISONS.fact(row) for row in found.to_arrow_table().to_pylist()]


def _cell_of(one: Comparison | Cell) -> tuple[str, str]:
    return one.department, one.element


def _cell(catalog: Catalog, said: Sequence[Comparison], trend: int) -> Cell:
    last = {(one.resource, one.item): one for one in said}
    standing = tuple(last.values())
    element = catalog.elements[standing[0].element]
    return Cell(
        department=standing[0].department,
        element=element.code,
        name=element.name,
        owner=standing[0].source.partition("/")[0],
        compared=sum(one.compared for one in standing),
        mismatched=sum(one.mismatched for one in standing),
        missing=sum(one.missing_in_source for one in standing),
        lines=tuple(map(_line, sorted(standing, key=lambda one: (one.resource, one.item)))),
        trend=tuple(_trend(said))[-trend:],
    )


def _line(one: Comparison) -> Line:
    patterns = sorted(one.by_pattern.items(), key=lambda pair: (-pair[1], pair[0]))
    return Line(
        one.resource,
        one.item,
        one.source,
        one.compared,
        one.mismatched,
        one.missing_in_source,
        tuple(patterns),
        one.reason,
        one.source_version,
        one.compared_at,
    )


def _trend(said: Sequence[Comparison]) -> Iterator[Point]:
    """Yield what all lines of a cell together said at each moment at which one was compared."""
    known: dict[tuple[str, str], Comparison] = {}
    by_moment = sorted(said, key=lambda one: datetime.fromisoformat(one.compared_at))
    for at, group in groupby(by_moment, key=lambda one: one.compared_at):
        known |= {(one.resource, one.item): one for one in group}
        counted = known.values()
        yield Point(at, sum(o.compared for o in counted), sum(o.mismatched for o in counted))


def _pairs(cells: Iterable[Cell]) -> list[Pair]:
    """Return the pairs of departments, those that disagree most first; `cells` are so already."""
    gathered: dict[tuple[str, str], list[Cell]] = {}
    for one in cells:
        if one.department != one.owner:
            gathered.setdefault((one.department, one.owner), []).append(one)
    found = [
        Pair(
            department,
            owner,
            sum(one.compared for one in group),
            sum(one.mismatched for one in group),
            group[0].element,
            group[0].mismatched,
        )
        for (department, owner), group in gathered.items()
        if group[0].mismatched
    ]
    return sorted(found, key=lambda one: (-one.mismatched, one.department, one.owner))


def _rate(part: int, whole: int) -> float | None:
    return round(part / whole, 6) if whole else None
