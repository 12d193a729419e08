"""Delta tables: opening a snapshot and reading it from DuckDB.

Belongs here: snapshots, and what a log says of its table. Keep out: the meaning of the tables
(`authoritative`, `register`), writing to them (`appending`, `merging`, `fast_write`).
Nothing here reads data through delta-rs: a snapshot is a list of Parquet files for DuckDB.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pyarrow as pa
from deltalake import DeltaTable

from catalog_specs.errors import TableError
from storage.delta.gained_columns import has_gained
from storage.delta.open_tables import keep_open, made_of_newest, newest, open_table, whole_path
from storage.delta.table_shape import PARTITION, PARTITIONED, Column, columns_of, empty_select
from storage.places.object_path import Place
from storage.sql import identifier, identifiers, parquet

__all__ = [
    "SMALL",
    "Snapshot",
    "StoredFile",
    "commits",
    "exists",
    "glance",
    "leave_open",
    "live_files",
    "scan_sql",
    "seen",
    "snapshot",
    "table_id",
    "transaction_version",
    "version",
]

SMALL = 16 << 20
"""Bytes below which a file costs its readers more to open than to read."""


@dataclass(frozen=True)
class StoredFile:
    """A file as a snapshot names it, what the log calls it and says of it, and its partition."""

    file: str
    logged: str
    bytes: int
    rows: int
    partition: str | None


@dataclass(frozen=True)
class Snapshot:
    """One version of one table; everything read or written through it sees that version."""

    path: Place
    table: DeltaTable
    """delta-rs's own object; nobody outside this package touches it."""
    columns: tuple[Column, ...]
    files: tuple[str, ...]
    narrowed: bool = False
    """Whether `files` are those of some partitions alone."""

    @property
    def version(self) -> int:
        """Return the Delta version."""
        return self.table.version()

    @property
    def table_id(self) -> str:
        """Return the identity that the table got at its creation; a new table has another."""
        return str(self.table.metadata().id)

    def transaction_version(self, app_id: str) -> int | None:
        """Return the highest version committed under `app_id`; None when there was none."""
        return self.table.transaction_version(app_id)

    @property
    def parted_by(self) -> str:
        """Return what the table is parted by, e.g. `month of tapped_at`; "" if it is not."""
        fields = self.table.schema().fields
        told = (one.metadata.get(PARTITIONED) for one in fields if one.name == PARTITION)
        return str(next(told, ""))

    @property
    def apart(self) -> str:
        """Return the column of a parted table that readers take from its folders; "" if none.

        A home may lie below a folder whose name reads as a column too: then from none.
        """
        return PARTITION if self.parted_by and "=" not in str(self.path) else ""

    def stored(self) -> tuple[StoredFile, ...]:
        """Return what the log says of the snapshot's files."""
        told = pa.table(self.table.get_add_actions(flatten=True))
        columns = [told[one].to_pylist() for one in ("path", "size_bytes", "num_records")]
        apart = f"partition.{PARTITION}"
        parted = told[apart].to_pylist() if self.parted_by else [None] * told.num_rows
        here = frozenset(self.files)
        found = (
            # delta-rs percent-encodes the path of the log once more
            StoredFile(str(self.path / unquote(unquote(path))), path, size, rows, partition)
            for path, size, rows, partition in zip(*columns, parted, strict=True)
        )
        return tuple(one for one in found if one.file in here)

    def partitions(self) -> Mapping[str | None, int]:
        """Return the names of the table's partitions and how many rows are in each."""
        rows: Counter[str | None] = Counter()
        for one in self.stored():
            rows[one.partition] += one.rows
        return rows

    def uppermost(self, column: str) -> Mapping[str | None, str]:
        """Return of each partition the highest text of a column, by the bounds in the log.

        A partition has none as long as one of its files has no bounds of that column.
        """
        told = pa.table(self.table.get_add_actions(flatten=True))
        names = (f"partition.{PARTITION}", f"max.{column}")
        if not {*names} <= {*told.column_names}:
            return {}
        found: dict[str | None, list[str]] = {}
        for partition, most in zip(*(told[name].to_pylist() for name in names), strict=True):
            found.setdefault(partition, []).append(most or "")
        return {name: max(each) for name, each in found.items() if all(each)}

    def within(self, partitions: Collection[str | None]) -> Snapshot:
        """Return the snapshot with the files of some partitions alone."""
        files = tuple(one.file for one in self.stored() if one.partition in partitions)
        return replace(self, files=files, narrowed=True)

    def rows(self) -> int:
        """Return the number of rows, from the log's statistics."""
        return sum(self.partitions().values()) if self.narrowed else self.table.count()

    def small_files(self) -> int:
        """Return the number of small files that others of their partition can be joined with."""
        small = Counter(one.partition for one in self.stored() if one.bytes < SMALL)
        return sum(number for number in small.values() if number > 1)

    def files_with(self, column: str, value: str) -> tuple[str, ...]:
        """Return the files that may hold a row with this text, by the bounds in the log.

        Bounds of long texts are cut so that they stay bounds; a file without any may hold it.
        """
        actions = pa.table(self.table.get_add_actions(flatten=True))
        if f"min.{column}" not in actions.column_names:
            return self.files
        bounds = zip(
            *(actions[name].to_pylist() for name in ("path", f"min.{column}", f"max.{column}")),
            strict=True,
        )
        without = {
            Path(path).name
            for path, least, most in bounds
            if least is not None and most is not None and not least <= value <= most
        }
        return tuple(file for file in self.files if Path(file).name not in without)

    def scan_sql(self, apart: str = "") -> str:
        """Return SQL to put behind FROM; typed and without rows when the table is empty.

        With the column `apart` too, who asks for one partition reads no file of another.
        """
        held = (*self.columns, *([Column(apart, "VARCHAR")] if apart else ()))
        if not self.files:
            return empty_select(held)
        # a file may hold more than the table's columns (see `fast_write.adopt`)
        columns = identifiers(column.name for column in held)
        if not has_gained(self.table.schema()):
            return f"(SELECT {columns} FROM {parquet(self.files, apart=apart)})"
        # the empty SELECT gives the columns that none of the remaining files has
        files = parquet(self.files, "union_by_name = true", apart=apart)
        return f"(SELECT {columns} FROM (FROM {files} UNION ALL BY NAME {empty_select(held)}))"

    def select_sql(self, wanted: Sequence[Column]) -> str:
        """Return SQL to put behind FROM with exactly the wanted columns.

        A column that the table does not have yet, because the catalogue gained it since, is null.
        """
        apart = self.apart if any(column.name == PARTITION for column in wanted) else ""
        stored = {*(column.name for column in self.columns), apart}
        columns = ", ".join(
            identifier(column.name)
            if column.name in stored
            else f"CAST(NULL AS {column.type}) AS {identifier(column.name)}"
            for column in wanted
        )
        return f"(SELECT {columns} FROM {self.scan_sql(apart)})"


def exists(path: Place) -> bool:
    """Say whether there is a Delta table at `path`."""
    return newest(path) is not None


def snapshot(path: Place, version: int | None = None) -> Snapshot | None:
    """Open one version of a table, the newest by default; None when there is no table.

    Raises:
        TableError: the table uses deletion vectors or partitions of its own, which a list of files
            cannot express.
    """
    path = whole_path(path)  # views list these files, and are opened from any current folder
    table = open_table(path, version)
    return None if table is None else seen(path, table)


def glance(path: Place) -> Snapshot | None:
    """Open the newest version for reading alone, as `snapshot` does: often asked, seldom opened.

    Raises:
        TableError: as `snapshot`.
    """
    path = whole_path(path)
    return made_of_newest(path, partial(seen, path))


def leave_open(found: Snapshot) -> None:
    """Leave a snapshot's table to whoever glances at it next; nobody commits through it again."""
    keep_open(found.path, found.table)


def seen(path: Place, table: DeltaTable) -> Snapshot:
    """Return the version that an open table is at; TableError as `snapshot`."""
    features = table.protocol().reader_features or []
    parted = table.metadata().partition_columns
    if "deletionVectors" in features or parted not in ([], [PARTITION]):
        raise TableError(
            "the table uses deletion vectors or partition columns of its own",
            where=str(path),
            remedy="rewrite it without them; Quanshu itself never makes such a table",
        )
    # delta-rs percent-encodes what a URL cannot hold, e.g. Chinese; DuckDB wants the plain path
    files = tuple(unquote(uri).removeprefix("file://") for uri in table.file_uris())
    columns = tuple(one for one in columns_of(table.schema()) if one.name not in parted)
    return Snapshot(path, table, columns, files)


def live_files(path: Place, version: int | None = None) -> tuple[str, ...]:
    """Return the absolute paths of a version's Parquet files; none when there is no table."""
    found = glance(path) if version is None else snapshot(path, version)
    return found.files if found else ()


def scan_sql(path: Place, columns: Sequence[Column] = (), version: int | None = None) -> str:
    """Return SQL to put behind FROM for one version of a table.

    Args:
        path: the folder of the table.
        columns: the columns to yield, null where the table has none of that name; if none are
            given, an absent table is an error.
        version: which version; the newest by default.

    Raises:
        TableError: there is no table and `columns` is empty.
    """
    found = glance(path) if version is None else snapshot(path, version)
    if found:
        return found.select_sql(columns) if columns else found.scan_sql()
    if not columns:
        raise TableError(
            "there is no table", where=str(path), remedy="run `quanshu run` so that it is made"
        )
    return empty_select(columns)


def version(path: Place) -> int | None:
    """Return the newest version of a table; None when there is no table."""
    table = newest(path)
    return table.version() if table else None


def table_id(path: Place) -> str | None:
    """Return a table's identity; None when there is no table."""
    table = newest(path)
    return str(table.metadata().id) if table else None


def transaction_version(path: Place, app_id: str) -> int | None:
    """Return the highest version committed under `app_id`; None when there was none."""
    table = newest(path)
    return table.transaction_version(app_id) if table else None


def commits(path: Place, limit: int | None = None) -> tuple[dict[str, Any], ...]:
    """Return the commits' own descriptions, newest first."""
    table = newest(path)
    return tuple(table.history(limit)) if table else ()
