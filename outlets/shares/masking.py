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

from governance.keys import DerivedKey
from governance.masks.columns import MaskedColumn
from outlets.shares.plan import Part
from storage.engines.polars_expressions import sql_of
from storage.engines.spark.address import Address
from storage.engines.spark.choice import goes_there
from storage.engines.spark.closed_list import NotSaidAlike
from storage.engines.spark.elsewhere import Elsewhere
from storage.engines.workbench import open_workbench
from storage.sql import identifier
from storage.working_folders import working_folder

__all__ = ["Masking"]


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


def _masked(column: MaskedColumn) -> str:
    """Return the SQL of a column; of a pseudonym that of the value it will be made of."""
    return identifier(column.code) if column.needs_key else sql_of(column.expression(None))
