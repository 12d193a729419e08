"""Counting for a release: on the second engine where the resource's work is there, else by Polars.

Belongs here: where rows are grouped, and bringing them there. Keep out: what is counted of a group
(`governance.disclosure`, `governance.masks.effect`), what follows (`checks`).
There is one statement of what is counted; the second engine is told that very one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import polars as pl

from catalog_specs.models.resource import Resource
from governance.disclosure import Grouped, grouped_here
from storage.engines.polars_expressions import grouped_sql
from storage.engines.spark.address import Address
from storage.engines.spark.choice import goes_there
from storage.engines.spark.elsewhere import Elsewhere
from storage.engines.workbench import open_workbench
from storage.sql import parquet
from storage.working_folders import working_folder

__all__ = ["counting"]


@contextmanager
def counting(
    work: Path, resource: Resource, rows: int, address: Address | None
) -> Iterator[Grouped]:
    """Yield what groups rows of a resource that has so many; its answers hold until this ends.

    Raises:
        SettingsError: the resource asks for the second engine, and there is none.
    """
    if not goes_there(resource.ref, resource.engine, rows, address):
        yield grouped_here
        return
    assert address is not None  # noqa: S101 - `goes_there` has said so
    with (
        working_folder(work, "counted-") as folder,
        open_workbench(work) as con,
        closing(Elsewhere(con, folder, address, {})) as elsewhere,
    ):
        yield _There(elsewhere, elsewhere.begin(), resource.ref)


@dataclass(frozen=True)
class _There:
    """Groups rows on the second engine, which finds them in a file of the columns asked for."""

    elsewhere: Elsewhere
    folder: Path
    where: str
    _number: Iterator[int] = field(default_factory=count)

    def __call__(
        self, frame: pl.LazyFrame, columns: Sequence[str], asked: Sequence[pl.Expr]
    ) -> pl.LazyFrame:
        """Work out expressions over each group of rows.

        Raises:
            SecondEngineError: the engine did not do what it was asked.
        """
        needed = dict.fromkeys([*columns, *(name for e in asked for name in e.meta.root_names())])
        # a count of all rows names no column, and a file has one at least
        source = frame.select(*needed) if needed else frame.select(pl.lit(0).alias("__any"))
        file = self.folder / f"counted-{next(self._number)}.parquet"
        source.sink_parquet(file)
        query = grouped_sql(f"FROM {parquet(file)}", columns, asked)
        files = self.elsewhere.answered(query, self.where)
        empty = grouped_here(source.clear(), columns, asked)
        found = pl.scan_parquet([*files], glob=False) if files else empty
        return found.cast(empty.collect_schema())
