"""Consecutive releases: a difference of few persons between two would reveal them.

Belongs here: when the next release is due, which cells changed by fewer than k persons, and keeping
those as they were published. Keep out: measuring one release (`governance.disclosure`).

Anybody can compare the newest release with any other that was not withdrawn. If a cell had seven
persons, then twelve, and now has eight, the person who moved there is known. So a cell that
differs from any such release by fewer than k persons keeps the rows that were published last. Only
rows are public, and where one person has up to m rows in a cell, (k - 1) * m rows may still be
fewer than k persons. Each release is read once for each new one; only the cells of one are in
memory at a time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from catalog_specs.masks.mask import Remains
from catalog_specs.masks.registry import mask_kinds
from catalog_specs.vocabulary import UpdateCycle
from governance.disclosure import ROWS, Grouped, classes, grouped_here
from outlets.open_data.packages import METADATA, scan_parquet
from outlets.open_data.packaging.national import KEY
from outlets.open_data.plan import ReleasePlan
from storage.swaps import read_json

__all__ = [
    "Previous",
    "previous_releases",
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
_NTH = "__release_before"


@dataclass(frozen=True)
class Previous:
    """An earlier release: its own metadata and its rows."""

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
        """Return the content and the mask of each column as digests; None when not recorded."""
        found: Mapping[str, str] | None = self.lineage.get("columns")
        return found

    @property
    def key_version(self) -> int | None:
        """Return the version of the master key that it says it was made with."""
        found: int | None = self.lineage.get(KEY, {}).get("version")
        return found

    @property
    def may_need_key(self) -> bool:
        """Say whether it has pseudonyms or is a sample, by its own description."""
        risk = self.said.get("脱敏与风险", {})
        keyed = {kind.label for kind in mask_kinds() if kind.remains is Remains.LINK}
        masks = "".join(risk.get("脱敏方式", {}).values())
        return risk.get("抽样比例") is not None or any(label in masks for label in keyed)

    def made_as(self, plan: ReleasePlan) -> bool:
        """Say whether its rows may stand among those of a release to come.

        They may not under other masks, nor under another key: pseudonyms of two would lie in one.
        """
        if plan.key is None or self.cells != plan.cells:
            return self.cells == plan.cells
        said = self.lineage.get(KEY, {}).get("pseudonyms", plan.key.first)
        return bool(said == plan.key.pseudonyms)

    def due(self, cadence: UpdateCycle | None, today: date) -> bool:
        """Say whether the set's cadence allows another release; a clock put back never does."""
        if cadence is None:
            return True
        day = date(int(self.name[:4]), int(self.name[4:6]), int(self.name[6:8]))
        return today >= day + timedelta(days=_DAYS[cadence])


def previous_releases(folder: Path, names: Sequence[str]) -> tuple[Previous, ...]:
    """Return those of these releases whose rows can be read, in the same order."""
    found = ((name, read_json(folder / name / METADATA)) for name in names)
    read = (Previous(name, said, folder / name / "data.parquet") for name, said in found if said)
    return tuple(one for one in read if one.data.is_file())


def rows_of_one(
    frame: pl.LazyFrame,
    columns: Sequence[str],
    units: Sequence[str],
    grouped: Grouped = grouped_here,
) -> int:
    """Return how many rows one person has in one class at most; 1 where every row is a person."""
    found = [
        grouped(frame.drop_nulls(unit), (*columns, unit), [pl.len().alias(ROWS)]).select(ROWS)
        for unit in units
    ]
    if not found:
        return 1
    most = pl.concat(found).max().collect(engine="streaming").item()
    return int(most or 1)


def with_small_changes_delayed(
    earlier: Sequence[Previous],
    frame: pl.LazyFrame,
    columns: Sequence[str],
    bounds: tuple[int, int],
    grouped: Grouped = grouped_here,
) -> pl.LazyFrame:
    """Return the rows to publish: cells too close to an earlier release keep their last rows.

    `earlier` are made alike, oldest first. `bounds` are k and the largest change in rows that may
    be fewer than k persons. A cell that was published under a smaller k than today's is left out,
    since neither side of it may be shown. One that goes back to its last size adds nothing to what
    the releases before tell.
    """
    k, most = bounds
    keys = list(columns)
    near, last = _nearness(earlier, (frame, columns), most, grouped)
    if not near.height:
        return frame
    moved = frame.join(near.lazy(), on=keys, how="anti", nulls_equal=True)
    kept = last.join(near, on=keys, how="semi", nulls_equal=True).filter(pl.col(_WAS) >= k)
    order = frame.collect_schema().names()
    stayed = (
        scan_parquet(earlier[nth].data)
        .join(cells.lazy().select(keys), on=keys, how="semi", nulls_equal=True)
        .select(order)
        for (nth,), cells in sorted(kept.partition_by(_NTH, as_dict=True).items())
    )
    return pl.concat([moved, *stayed], how="vertical_relaxed")


def _nearness(
    earlier: Sequence[Previous],
    cells: tuple[pl.LazyFrame, Sequence[str]],
    most: int,
    grouped: Grouped,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the cells that differ too little from any earlier release, and each cell's last size.

    The last size names the newest of the releases that has the cell.
    """
    frame, columns = cells
    keys = list(columns)
    counted = classes(frame, columns, (), grouped).select(*keys, pl.col(ROWS).cast(pl.Int64))
    now = counted.collect(engine="streaming")
    near = now.select(keys).clear()
    last = now.select(*keys, pl.lit(0, pl.Int64).alias(_WAS), pl.lit(0).alias(_NTH)).clear()
    for nth, one in enumerate(earlier):
        then = scan_parquet(one.data)
        both = _in_both(then, now.lazy(), columns, grouped).collect(engine="streaming")
        near = pl.concat([near, both.filter(_differs(most)).select(keys)]).unique()
        sizes = both.select(*keys, _WAS, pl.lit(nth).alias(_NTH))
        last = pl.concat([last.join(sizes, on=keys, how="anti", nulls_equal=True), sizes])
    return near, last


def small_changes(
    old: pl.LazyFrame,
    new: pl.LazyFrame,
    columns: Sequence[str],
    most: int,
    grouped: Grouped = grouped_here,
) -> pl.LazyFrame:
    """Return the cells of both releases whose numbers of rows differ by 1 to `most`.

    A cell that only one of them has is no small change: all of its k or more persons make it.
    """
    now = classes(new, columns, (), grouped).select(*columns, pl.col(ROWS).cast(pl.Int64))
    return _in_both(old, now, columns, grouped).filter(_differs(most))


def _in_both(
    old: pl.LazyFrame, now: pl.LazyFrame, columns: Sequence[str], grouped: Grouped
) -> pl.LazyFrame:
    keys = list(columns)
    then = classes(old, columns, (), grouped).select(*keys, pl.col(ROWS).cast(pl.Int64).alias(_WAS))
    return now.join(then, on=keys, how="inner", nulls_equal=True)


def _differs(most: int) -> pl.Expr:
    return (pl.col(ROWS) - pl.col(_WAS)).abs().is_between(1, most)
