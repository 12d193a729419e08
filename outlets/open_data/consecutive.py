"""Consecutive releases: a difference of few persons between two would reveal them.

Belongs here: when the next release is due, which cells changed by fewer than k persons, and keeping
those as they were published. Keep out: measuring one release (`governance.disclosure`).

Anybody can lay two releases side by side. If a cell held seven and now holds eight, whoever moved
in between is that one. So a cell that changed by fewer than k persons stays as it was until more
has come together. Only rows are public, so a row counts as little as it may: where one person has
up to m rows in a cell, (k - 1) * m rows may still be fewer than k persons.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from catalog_specs.vocabulary import UpdateCycle
from governance.disclosure import ROWS, classes
from outlets.open_data.packages import scan_parquet
from storage.swaps import read_json

__all__ = [
    "Previous",
    "previous_release",
    "rows_of_one",
    "small_changes",
    "with_small_changes_delayed",
]

_DAYS = {
    UpdateCycle.REALTIME: 0,
    UpdateCycle.DAILY: 1,
    UpdateCycle.WEEKLY: 7,
    UpdateCycle.MONTHLY: 28,
    UpdateCycle.QUARTERLY: 90,
    UpdateCycle.YEARLY: 365,
}
_WAS = "__rows_before"


@dataclass(frozen=True)
class Previous:
    """The last release as it lies there: its own account of itself, and its rows."""

    name: str
    said: Mapping[str, Any]
    data: Path

    @property
    def lineage(self) -> Mapping[str, Any]:
        """Return what it was made from."""
        found: Mapping[str, Any] = self.said.get("lineage", {})
        return found

    @property
    def k(self) -> int:
        """Return the smallest class that it allowed; 0 when it does not say."""
        return int(self.said.get("脱敏与风险", {}).get("k", 0))

    @property
    def smallest(self) -> int:
        """Return its smallest class."""
        return int(self.said.get("脱敏与风险", {}).get("最小等价类", 0))

    @property
    def suppressed(self) -> int:
        """Return how many rows were left out at most."""
        risk = self.said.get("脱敏与风险", {})
        return int(risk.get("抑制行数上限", risk.get("抑制行数", 0)))

    @property
    def rows(self) -> int:
        """Return its number of rows."""
        return int(self.said.get("数据集", {}).get("行数", 0))

    @property
    def cells(self) -> Mapping[str, str] | None:
        """Return what each column held and how it was masked, as digests; None when not said."""
        found: Mapping[str, str] | None = self.lineage.get("columns")
        return found

    def due(self, cadence: UpdateCycle | None, today: date) -> bool:
        """Say whether the set's cadence allows another release; a clock put back never does."""
        if cadence is None:
            return True
        day = date(int(self.name[:4]), int(self.name[4:6]), int(self.name[6:8]))
        return today >= day + timedelta(days=_DAYS[cadence])


def previous_release(folder: Path, names: Sequence[str]) -> Previous | None:
    """Return the last of these releases, or None when there is none whose rows can be read."""
    if not names:
        return None
    place = folder / names[-1]
    data = place / "data.parquet"
    said = read_json(place / "metadata.json")
    return Previous(names[-1], said, data) if said and data.is_file() else None


def rows_of_one(frame: pl.LazyFrame, columns: Sequence[str], units: Sequence[str]) -> int:
    """Return how many rows one person has in one class at most; 1 where every row is a person."""
    found = [
        frame.drop_nulls(unit).group_by(*columns, unit).agg(pl.len().alias(ROWS)).select(ROWS)
        for unit in units
    ]
    if not found:
        return 1
    most = pl.concat(found).max().collect(engine="streaming").item()
    return int(most or 1)


def with_small_changes_delayed(
    before: Previous, frame: pl.LazyFrame, columns: Sequence[str], bounds: tuple[int, int]
) -> pl.LazyFrame:
    """Return the rows to publish: cells that changed too little hold the rows they had.

    `bounds` are k and the largest change in rows that may be fewer than k persons. A cell that was
    published under a smaller k than today's is left out, since neither side of it may be shown.
    """
    k, most = bounds
    old = scan_parquet(before.data)
    small = small_changes(old, frame, columns, most).collect(engine="streaming")
    if not small.height:
        return frame
    keys = list(columns)
    moved = frame.join(small.lazy().select(keys), on=keys, how="anti", nulls_equal=True)
    kept = small.lazy().filter(pl.col(_WAS) >= k).select(keys)
    stayed = old.join(kept, on=keys, how="semi", nulls_equal=True)
    order = frame.collect_schema().names()
    return pl.concat([moved, stayed.select(order)], how="vertical_relaxed")


def small_changes(
    old: pl.LazyFrame, new: pl.LazyFrame, columns: Sequence[str], most: int
) -> pl.LazyFrame:
    """Return the cells of both releases whose numbers of rows differ by 1 to `most`.

    A cell that only one of them has is no small change: all of its k or more persons make it.
    """
    keys = list(columns)
    then = classes(old, columns).select(*keys, pl.col(ROWS).cast(pl.Int64).alias(_WAS))
    now = classes(new, columns).select(*keys, pl.col(ROWS).cast(pl.Int64))
    both = now.join(then, on=keys, how="inner", nulls_equal=True)
    return both.filter((pl.col(ROWS) - pl.col(_WAS)).abs().is_between(1, most))
