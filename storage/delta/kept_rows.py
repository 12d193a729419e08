"""Kept rows: what was read of a few files, for whoever asks for the same again.

Belongs here: reading the rows of Parquet files into memory, and for how long they stay there. Keep
out: which files a table has (`tables`), what rows mean. A file of a table never changes, so rows
hold for as long as their files lie there as they lay. One run asks the same ledgers a dozen times.
"""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from threading import Lock

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from storage.places.object_path import is_object
from storage.places.parquet_files import open_parquet

__all__ = ["Wanted", "in_order", "rows_of_files"]

ROOM = 32 << 20
"""Bytes that are kept in all; what alone takes more than a quarter of them is read each time."""
_ENTRY = 4096
"""Bytes that an entry takes beside its rows: its key has the path of each file."""


class _Kept:
    """Rows by what was asked, those asked for last at the end."""

    def __init__(self) -> None:
        self._rows: OrderedDict[Hashable, pa.Table] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    def get(self, key: Hashable, read: Callable[[], pa.Table]) -> pa.Table:
        """Return the rows of a key, read if they are not here."""
        with self._lock:
            found = self._rows.get(key)
            if found is not None:
                self._rows.move_to_end(key)
                return found
        rows = read()
        if rows.nbytes <= ROOM // 4:
            self._put(key, rows)
        return rows

    def _put(self, key: Hashable, rows: pa.Table) -> None:
        with self._lock:
            if key not in self._rows:
                self._rows[key] = rows
                self._size += _ENTRY + rows.nbytes
            while self._size > ROOM:
                _, oldest = self._rows.popitem(last=False)
                self._size -= _ENTRY + oldest.nbytes


_kept = _Kept()


@dataclass(frozen=True)
class Wanted:
    """What is asked of files: columns of a schema, and the column and text that rows must have.

    `order` are the columns by whose values the rows are put in order.
    """

    schema: pa.Schema
    columns: tuple[str, ...]
    only: tuple[str, str] | None = None
    order: tuple[str, ...] = ()


def rows_of_files(files: Sequence[str], wanted: Wanted) -> pa.Table:
    """Return the rows of files in order, with null where a file lacks a column.

    Rows alike in order stay as the files have them. Of a file that came since the last time, and of
    no other, the rows are read.

    Raises:
        OSError, ArrowInvalid: a file is gone or cannot be read.
    """
    states = [_state(file) for file in files]
    apart = replace(wanted, order=())

    def together() -> pa.Table:
        parts = [
            _kept.get((file, state, apart), partial(_rows_of, file, apart))
            for file, state in zip(files, states, strict=True)
        ]
        kinds = [wanted.schema.field(name) for name in wanted.columns]
        empty = pa.schema(kinds).empty_table()
        return in_order(pa.concat_tables([empty, *parts]), wanted.order)

    return _kept.get((tuple(files), tuple(states), wanted), together)


def _rows_of(file: str, wanted: Wanted) -> pa.Table:
    """Read one file.

    A dataset would do the same in twice the time for a few thousand rows, and imports pandas.
    """
    only = wanted.only
    with open_parquet(file) as opened:
        there = {*opened.schema_arrow.names}
        asked = {*wanted.columns, *(() if only is None else only[:1])} & there
        rows = opened.read(columns=[*asked], use_threads=False)
    if only is not None:
        rows = rows.filter(pc.equal(rows[only[0]], only[1]))
    fields = [wanted.schema.field(name) for name in wanted.columns]
    columns = [
        rows[one.name].cast(one.type) if one.name in there else pa.nulls(rows.num_rows, one.type)
        for one in fields
    ]
    return pa.table(columns, schema=pa.schema(fields))


def in_order(rows: pa.Table, columns: Sequence[str]) -> pa.Table:
    """Return rows in the order of some columns; copied only where they do not lie so."""
    if not columns:
        return rows
    places = pc.sort_indices(rows, [(name, "ascending") for name in columns])
    lies_so = np.array_equal(places, np.arange(rows.num_rows))
    return rows if lies_so else rows.take(places)


def _state(file: str) -> tuple[int, int, int]:
    if is_object(file):
        return 0, 0, 0  # no name of an object is used twice, and to ask costs a round trip
    found = os.stat(file)  # noqa: PTH116 - called for each of many files
    return found.st_ino, found.st_size, found.st_mtime_ns
