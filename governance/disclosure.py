"""Disclosure control: how small the groups are in which a person could be recognised (六(一)).

Belongs here: k-anonymity over declared quasi-identifiers, measured on the values as published, and
naming what makes a release fail. Keep out: what happens then (`governance.open_data`). Results
are counts and column names, never a value. A null counts as a value of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any

import polars as pl

__all__ = ["Measurement", "Narrowing", "measure", "narrowest", "without_small_classes"]

_ROWS = "__rows"
NAMED = 10
"""How many of the failing combinations are named at most."""


@dataclass(frozen=True)
class Narrowing:
    """A combination of columns: its classes smaller than k, and the rows that stand in them."""

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

    `smallest` is the size of the smallest class, 0 when there are no rows; `small_classes` and
    `small_rows` count what lies below k; `narrowest` names the fewest columns that already do.
    """

    k: int
    columns: tuple[str, ...]
    rows: int
    classes: int
    smallest: int
    small_classes: int
    small_rows: int
    narrowest: tuple[Narrowing, ...] = ()

    @property
    def safe(self) -> bool:
        """Say whether no class is smaller than k."""
        return self.small_classes == 0

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        return asdict(self) | {"safe": self.safe}


def measure(frame: pl.LazyFrame, columns: Sequence[str], k: int) -> Measurement:
    """Measure the classes of rows that agree in all of `columns`.

    Without columns there is nothing to tell rows apart by: no class, and only the rows counted.
    """
    if not columns:
        rows = int(frame.select(pl.len()).collect(engine="streaming").item())
        return Measurement(k, (), rows, classes=0, smallest=0, small_classes=0, small_rows=0)
    counts = _counts(frame, columns)
    small = counts.filter(pl.col(_ROWS) < k)
    return Measurement(
        k=k,
        columns=tuple(columns),
        rows=_total(counts),
        classes=counts.height,
        smallest=_least(counts),
        small_classes=small.height,
        small_rows=_total(small),
        narrowest=narrowest(counts, columns, k) if small.height else (),
    )


def without_small_classes(frame: pl.LazyFrame, columns: Sequence[str], k: int) -> pl.LazyFrame:
    """Return the frame without the rows whose class is smaller than k."""
    if not columns:
        return frame
    small = _counts(frame, columns).filter(pl.col(_ROWS) < k).drop(_ROWS)
    return frame.join(small.lazy(), on=list(columns), how="anti", nulls_equal=True)


def narrowest(counts: pl.DataFrame, columns: Sequence[str], k: int) -> tuple[Narrowing, ...]:
    """Return the combinations of fewest columns that already have classes smaller than k.

    Those with the most rows in small classes come first. `counts` holds each class of all columns
    with its number of rows, so that the source is not read again.
    """
    for size in range(1, len(columns) + 1):
        found = list(_failing(counts, columns, size, k))
        if found:
            found.sort(key=lambda one: -one.rows)
            return tuple(found[:NAMED])
    return ()


def _failing(
    counts: pl.DataFrame, columns: Sequence[str], size: int, k: int
) -> Iterator[Narrowing]:
    for chosen in combinations(columns, size):
        classes = counts.group_by(chosen).agg(pl.col(_ROWS).sum())
        small = classes.filter(pl.col(_ROWS) < k)
        if small.height:
            yield Narrowing(chosen, small.height, _total(small), _least(small))


def _counts(frame: pl.LazyFrame, columns: Sequence[str]) -> pl.DataFrame:
    grouped = frame.select(columns).group_by(list(columns)).agg(pl.len().alias(_ROWS))
    return grouped.collect(engine="streaming")


def _total(counts: pl.DataFrame) -> int:
    return int(counts.get_column(_ROWS).cast(pl.Int64).sum())


def _least(counts: pl.DataFrame) -> int:
    return int(counts.select(pl.col(_ROWS).min().fill_null(0)).item())
