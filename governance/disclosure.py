"""Disclosure control: the number of persons behind each distinguishable group (六(一)).

Belongs here: k-anonymity over quasi-identifiers, measured on the values as published and counted in
persons, and naming what makes a release fail. Keep out: what happens then
(`outlets.open_data.release`). Results are counts and column names, never a value. A null counts as
a value of its own.

A class holds as many persons as it holds different values of its unit, a column that names the
persons and does not leave; six payments of one resident are one person. Where a row names several
persons, the fewest count: a class of five landlords with one tenant holds one. Without a unit every
row is a person.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations, islice
from typing import Any

import polars as pl

__all__ = [
    "Grouped",
    "Measurement",
    "Narrowing",
    "classes",
    "grouped_here",
    "measure",
    "without_small_classes",
]

Grouped = Callable[[pl.LazyFrame, Sequence[str], Sequence[pl.Expr]], pl.LazyFrame]
"""(rows, columns, expressions) → these over each group of rows that agree in the columns."""

ROWS = "__rows"
PERSONS = "__persons"
NAMED = 10
"""How many of the failing combinations are named at most."""
TRIED = 300
"""How many combinations are tried before all columns together are named: there are 2ⁿ of them."""


@dataclass(frozen=True)
class Narrowing:
    """A combination of columns: its classes smaller than k, and the rows in them."""

    columns: tuple[str, ...]
    classes: int
    rows: int
    smallest: int

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        return asdict(self)


@dataclass(frozen=True)
class Measurement:
    """The equivalence classes of all quasi-identifiers together.

    `smallest` is the size of the smallest class in persons, 0 when there are no rows, and
    `smallest_safe` that of the smallest with k or more; `small_classes` and `small_rows` count what
    lies below k; `narrowest` names the fewest columns that already do.
    """

    k: int
    columns: tuple[str, ...]
    rows: int
    classes: int
    smallest: int
    small_classes: int
    small_rows: int
    smallest_safe: int = 0
    narrowest: tuple[Narrowing, ...] = ()

    @property
    def safe(self) -> bool:
        """Say whether no class is smaller than k."""
        return self.small_classes == 0

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        return asdict(self) | {"safe": self.safe}


def grouped_here(
    frame: pl.LazyFrame, columns: Sequence[str], asked: Sequence[pl.Expr]
) -> pl.LazyFrame:
    """Group rows in this process; without columns all of them are one group."""
    return frame.group_by(list(columns)).agg(*asked) if columns else frame.select(*asked)


def measure(
    frame: pl.LazyFrame,
    columns: Sequence[str],
    k: int,
    units: Sequence[str] = (),
    grouped: Grouped = grouped_here,
) -> Measurement:
    """Measure the classes of rows that agree in all of `columns`, in persons named by `units`.

    Without columns there is nothing to tell rows apart by: no class, and only the rows counted.
    `grouped` does the grouping.
    """
    if not columns:
        rows = int(frame.select(pl.len()).collect(engine="streaming").item())
        return Measurement(k, (), rows, classes=0, smallest=0, small_classes=0, small_rows=0)
    counts = classes(frame, columns, units, grouped).collect(engine="streaming")
    small = counts.filter(pl.col(PERSONS) < k)
    return Measurement(
        k=k,
        columns=tuple(columns),
        rows=_total(counts),
        classes=counts.height,
        smallest=_least(counts),
        small_classes=small.height,
        small_rows=_total(small),
        smallest_safe=_least(counts.filter(pl.col(PERSONS) >= k)),
        narrowest=_narrowest(frame, (counts, columns, units), k) if small.height else (),
    )


def without_small_classes(
    frame: pl.LazyFrame,
    columns: Sequence[str],
    k: int,
    units: Sequence[str] = (),
    grouped: Grouped = grouped_here,
) -> pl.LazyFrame:
    """Return the frame without the rows whose class holds fewer than k persons."""
    if not columns:
        return frame
    small = classes(frame, columns, units, grouped).filter(pl.col(PERSONS) < k).select(columns)
    small = small.collect(engine="streaming").lazy()  # few rows: the join then keeps these alone
    # a null is a value of its own here: without `nulls_equal` its class would never be left out
    return frame.join(small, on=list(columns), how="anti", nulls_equal=True)


def classes(
    frame: pl.LazyFrame,
    columns: Sequence[str],
    units: Sequence[str] = (),
    grouped: Grouped = grouped_here,
) -> pl.LazyFrame:
    """Return every class with its number of rows and of persons."""
    persons = [pl.col(unit).drop_nulls().n_unique() for unit in units]
    counted = pl.min_horizontal(persons) if persons else pl.len()
    asked = pl.len().alias(ROWS), counted.alias(PERSONS)
    return grouped(frame.select(*columns, *units), columns, asked)


def _narrowest(
    frame: pl.LazyFrame, found: tuple[pl.DataFrame, Sequence[str], Sequence[str]], k: int
) -> tuple[Narrowing, ...]:
    """Return the combinations of fewest columns that already have classes smaller than k.

    Those with the most rows in small classes come first. Rows that count as persons are added up
    from the classes of all columns; persons cannot be added up, and are counted again.
    """
    counts, columns, units = found
    source = frame.select(*columns, *units).collect(engine="streaming") if units else counts
    tried = 0
    for size in range(1, len(columns)):
        chosen = tuple(islice(combinations(columns, size), TRIED - tried))
        tried += len(chosen)
        failing = sorted(_failing(source, chosen, units, k), key=lambda one: -one.rows)
        if failing:
            return tuple(failing[:NAMED])
    return tuple(_failing(source, (tuple(columns),), units, k))


def _failing(
    source: pl.DataFrame, chosen: Sequence[tuple[str, ...]], units: Sequence[str], k: int
) -> Iterator[Narrowing]:
    for columns in chosen:
        if units:
            joined = classes(source.lazy(), columns, units).collect()
        else:
            joined = source.group_by(columns).agg(pl.col(ROWS, PERSONS).sum())
        small = joined.filter(pl.col(PERSONS) < k)
        if small.height:
            yield Narrowing(columns, small.height, _total(small), _least(small))


def _total(counts: pl.DataFrame) -> int:
    return int(counts.get_column(ROWS).cast(pl.Int64).sum())


def _least(counts: pl.DataFrame) -> int:
    return int(counts.select(pl.col(PERSONS).min().fill_null(0)).item())
