"""Kept rows: what was read of a few files, for whoever asks for the same again.

Belongs here: reading the rows of Parquet files into memory, and for how long they stay there. Keep
out: which files a table has (`tables`), what rows mean. A file of a table never changes, so rows
hold for as long as their files lie there as they lay. One run asks the same ledgers a dozen times.
"""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

__all__ = ["rows_of_files"]

ROOM = 32 << 20
"""Bytes that are kept in all; what alone takes more than a quarter of them is read each time."""
_ENTRY = 4096
"""Bytes that an entry takes beside its rows: its key has the path of each file."""

_Key = tuple[object, ...]


class _Kept:
    """Rows by what was asked, those asked for last at the end."""

    def __init__(self) -> None:
        self._rows: OrderedDict[_Key, pa.Table] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    def get(self, key: _Key) -> pa.Table | None:
        with self._lock:
            found = self._rows.get(key)
            if found is not None:
                self._rows.move_to_end(key)
            return found

    def put(self, key: _Key, rows: pa.Table) -> None:
        if rows.nbytes > ROOM // 4:
            return
        with self._lock:
            if key not in self._rows:
                self._rows[key] = rows
                self._size += _ENTRY + rows.nbytes
            while self._size > ROOM:
                _, oldest = self._rows.popitem(last=False)
                self._size -= _ENTRY + oldest.nbytes


_kept = _Kept()


def rows_of_files(
    files: Sequence[str], schema: pa.Schema, columns: Sequence[str], only: tuple[str, str] | None
) -> pa.Table:
    """Return the rows of files, one file after another, with null where one lacks a column.

    `only` is a column and the text that it must have.

    Raises:
        OSError, ArrowInvalid: a file is gone or cannot be read.
    """
    key = (*((file, *_state(file)) for file in files), schema, *columns, only)
    found = _kept.get(key)
    if found is None:
        empty = pa.table({name: pa.array([], schema.field(name).type) for name in columns})
        parts = [_rows_of(file, schema, columns, only) for file in files]
        found = pa.concat_tables([empty, *parts])
        _kept.put(key, found)
    return found


def _rows_of(
    file: str, schema: pa.Schema, columns: Sequence[str], only: tuple[str, str] | None
) -> pa.Table:
    """Read one file.

    A dataset would do the same in twice the time for a few thousand rows, and imports pandas.
    """
    with pq.ParquetFile(file) as opened:
        there = {*opened.schema_arrow.names}
        asked = {*columns, *(() if only is None else only[:1])} & there
        rows = opened.read(columns=[*asked], use_threads=False)
    if only is not None:
        rows = rows.filter(pc.equal(rows[only[0]], only[1]))
    return pa.table(
        {
            name: rows[name].cast(kind) if name in there else pa.nulls(rows.num_rows, kind)
            for name, kind in ((name, schema.field(name).type) for name in columns)
        }
    )


def _state(file: str) -> tuple[int, int, int]:
    found = os.stat(file)  # noqa: PTH116 - called for each of many files
    return found.st_ino, found.st_size, found.st_mtime_ns
