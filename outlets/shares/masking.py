"""Masking of whole extracts: on the second engine where their table is there, else by Polars.

Belongs here: which extracts go there, saying what they hold. Keep out: what they hold (`plan`),
changes and partitions, which are made here (`changes`, `partitions`).
There is one statement of a mask, and of a row condition; the second engine is told that very one.
A key never leaves this process: pseudonyms are made here, of the rows that come back.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from catalog_specs.catalog import Catalog
from catalog_specs.models.sharing import GrantedResource
from governance.keys import DerivedKey
from governance.masks.columns import MaskedColumn, masked_columns
from governance.row_filters import render_filter
from outlets.shares.plan import Part, source_columns
from storage.engines.polars_expressions import sql_of
from storage.engines.spark.address import Address
from storage.engines.spark.choice import goes_there
from storage.engines.spark.closed_list import NotSaidAlike
from storage.engines.spark.elsewhere import Elsewhere
from storage.engines.workbench import open_workbench
from storage.sql import identifier
from storage.working_folders import working_folder

__all__ = ["Masking", "masked_here"]


@dataclass(frozen=True)
class Masking:
    """Where extracts are masked: `work` is the folder for files on the way there."""

    work: Path
    address: Address | None = None

    @contextmanager
    def rows(self, part: Part, key: DerivedKey | None) -> Iterator[pl.LazyFrame]:
        """Yield the granted rows of a part, masked; they hold until this ends.

        Raises:
            SettingsError: the resource asks for the second engine, and there is none.
            SecondEngineError: it did not do what it was asked.
        """
        query = self._query(part)
        if query is None or self.address is None:
            yield part.frame(key)
            return
        with (
            working_folder(self.work, "masked-") as folder,
            open_workbench(self.work) as con,
            closing(Elsewhere(con, folder, self.address, {})) as elsewhere,
        ):
            elsewhere.begin()
            try:
                files = [*elsewhere.answered(query, part.resource.ref)]
            except NotSaidAlike:
                yield part.frame(key)
            else:
                empty = part.frame(key).clear()
                came = pl.scan_parquet(files, glob=False) if files else empty
                yield came.select(
                    one.expression(key) if one.needs_key and files else pl.col(one.code)
                    for one in part.columns
                )

    def _query(self, part: Part) -> str | None:
        """Return what the second engine is asked; None where the extract is made here."""
        found, resource = part.found, part.resource
        if found is None or part.disputed is not None:
            return None
        if not goes_there(resource.ref, resource.engine, found.rows(), self.address):
            return None
        try:
            masked = [f"{_masked(one)} AS {identifier(one.code)}" for one in part.columns]
            return (
                f"SELECT {', '.join(masked)} FROM {found.select_sql(part.source)} "
                f"WHERE {sql_of(part.rows)}"
            )
        except NotSaidAlike:
            return None


def masked_here(catalog: Catalog, granted: GrantedResource) -> bool:
    """Say whether extracts of a granted resource are masked here, whatever engine it asks for."""
    from storage.engines.spark.rendering import LANDED, rendered

    resource = catalog.resource(granted.resource)
    columns = masked_columns(catalog, granted)
    wanted = [*(one.code for one in columns), *(one.item for one in granted.where)]
    types = {one.name: one.type for one in source_columns(catalog, resource, iter(wanted))}
    try:
        listed = ", ".join(f"{_masked(one)} AS {identifier(one.code)}" for one in columns)
        rows = sql_of(render_filter(catalog, resource, granted.where))
        rendered(f"SELECT {listed} FROM {identifier(LANDED)} WHERE {rows}", types, {})
    except NotSaidAlike:
        return True
    return granted.mark_disputed


def _masked(column: MaskedColumn) -> str:
    """Return the SQL of a column; of a pseudonym that of the value it will be made of."""
    return identifier(column.code) if column.needs_key else sql_of(column.expression(None))
