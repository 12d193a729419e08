"""Undeclared columns (三(二)): counted in the receipt, stored apart where an exception exists.

Belongs here: reading them beside the declared ones, counting, the file of excepted cells. Keep out:
the ledger (`register.undeclared`), the holding table (`authoritative.holding`), which exceptions
there are (`catalog_specs`).
What no exception covers is not taken in: it stays in the raw file, and its header and the number of
its cells become a finding. Cells that a null marker stands in are empty.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from catalog_specs.catalog import Catalog
from feeds.reader import ROW
from feeds.untrusted.header_names import PERSONAL_NUMBER, is_nameless

__all__ = ["EXCEPTED_FILE", "EXCEPTED_SCHEMA", "Undeclared", "exceptions_on"]

EXCEPTED_FILE = "held.parquet"
"""File of a delivery with the cells that an exception covers; absent when there are none."""
EXCEPTED_SCHEMA = pa.schema([("row", pa.int64()), ("header", pa.string()), ("value", pa.string())])
SHEET = "sheet:"
"""Prefix of a finding about a sheet that is not read; its cells are not counted."""
_NAMES = 4096
"""How many undeclared columns of a file are looked at."""
_LONGEST = 200
"""Characters of a header that a receipt shows."""


def exceptions_on(catalog: Catalog, ref: str, day: date) -> dict[str, str]:
    """Return header → exception for what a delivery of this resource may bring on this day."""
    return {
        header: exception.code
        for exception in catalog.exceptions.values()
        if exception.resource == ref and exception.covers(day)
        for header in exception.headers
    }


@dataclass
class Undeclared:
    """The undeclared columns of one delivered file, found part by part while it is read.

    `excepted` maps a header that a live exception covers to that exception; its cells are written
    to the file `EXCEPTED_FILE` in `folder`. `nulls` are the texts that mean "no value".
    """

    folder: Path
    nulls: Sequence[str] = ("",)
    excepted: Mapping[str, str] = field(default_factory=dict)
    found: Counter[str] = field(default_factory=Counter)
    sheets: list[str] = field(default_factory=list)
    covered: dict[str, str] = field(default_factory=dict)
    _files: ExitStack = field(default_factory=ExitStack)
    _writer: Any = None

    def columns(self, headers: Iterable[str], declared: Iterable[str]) -> dict[str, str]:
        """Return a column name → header for each undeclared header of a part; note them all."""
        known = set(declared)
        extra = [header for header in dict.fromkeys(headers) if header and header not in known]
        self.found.update(dict.fromkeys((_shown(header) for header in extra[:_NAMES]), 0))
        self.covered |= {_shown(h): self.excepted[h] for h in extra[:_NAMES] if h in self.excepted}
        return {f"_undeclared_{place}": header for place, header in enumerate(extra[:_NAMES])}

    def without(self, batch: pa.Table, extra: Mapping[str, str], first: int) -> pa.Table:
        """Count and store the undeclared cells of a batch; return it without them.

        `first` is the number of records before this part.
        """
        for name, header in extra.items():
            texts = batch.column(name)
            blanks = pa.array(["", *self.nulls], pa.string())
            empty = pc.or_(pc.is_null(texts), pc.is_in(texts, blanks))
            filled = len(texts) - (pc.sum(empty).as_py() or 0)
            self.found[_shown(header)] += filled
            if filled and header in self.excepted:
                kept = pc.invert(empty)
                rows = pc.add(batch.column(ROW).filter(kept), first)
                self._store(rows, header, texts.filter(kept))
        return batch.drop_columns(list(extra)) if extra else batch

    def findings(self) -> dict[str, int | None]:
        """Return header → cells with a value; None for a sheet, whose cells are not counted.

        A column with neither a name nor a value is left out.
        """
        sheets = dict.fromkeys(f"{SHEET}{_shown(name)}" for name in self.sheets)
        named = {name: n for name, n in self.found.items() if n or not is_nameless(name)}
        return {**named, **sheets}

    def close(self) -> None:
        """Finish the file of excepted cells, if there is one."""
        self._files.close()

    def discard(self) -> None:
        """Remove the file of excepted cells: nothing of the file may be kept."""
        self.close()
        (self.folder / EXCEPTED_FILE).unlink(missing_ok=True)

    def _store(self, rows: Any, header: str, texts: Any) -> None:  # noqa: ANN401 - Arrow carries no types
        if self._writer is None:
            target = self.folder / EXCEPTED_FILE
            writer = pq.ParquetWriter(target, EXCEPTED_SCHEMA, compression="zstd")
            self._writer = self._files.enter_context(writer)
        headers = pa.repeat(pa.scalar(header, pa.string()), len(texts))
        self._writer.write_table(pa.table([rows, headers, texts], schema=EXCEPTED_SCHEMA))


def _shown(header: str) -> str:
    """Return a header as findings name it: cut, and without what could be somebody's number."""
    return PERSONAL_NUMBER.sub("*", header)[:_LONGEST]
