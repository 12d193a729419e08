"""Extracts: lazy frames out of a snapshot, and tables without history made from one.

Belongs here: Polars reading a Delta snapshot's files, and a Delta table made of one lazy frame in
one commit. Keep out: which rows and columns a frame has (`governance`). Both directions stream.
Rows are sorted before they are written, by DuckDB: it spills to disk, where Polars would keep
everything in memory.
"""

from __future__ import annotations

import json
import tempfile
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
from deltalake.transaction import AddAction, create_table_with_add_actions

from catalog_specs.errors import TableError
from storage.delta.table_shape import Column, Shape, delta_schema
from storage.delta.tables import Snapshot, live_files
from storage.engines.connection import Connection
from storage.engines.workbench import open_workbench
from storage.sql import identifier, identifiers, literal, parquet, same_key

__all__ = ["change_extract", "polars_type", "scan", "sink_sorted", "write_extract"]

_POLARS: dict[str, type[pl.DataType] | pl.DataType] = {
    "VARCHAR": pl.String,
    "BIGINT": pl.Int64,
    "DATE": pl.Date,
    "TIMESTAMP": pl.Datetime("us"),
    "BOOLEAN": pl.Boolean,
}


def scan(found: Snapshot, columns: Sequence[Column]) -> pl.LazyFrame:
    """Return a snapshot's rows with these columns; one the table does not have yet is null.

    Raises:
        TableError: a column is stored in another type than the one asked for.
    """
    stored = {column.name: column.type for column in found.columns}
    for column in columns:
        if stored.get(column.name, column.type) != column.type:
            raise TableError(
                f"column {column.name} is stored as {stored[column.name]}, not {column.type}",
                where=str(found.path),
                remedy="deliver the resource again so that its table is rewritten",
            )
    schema = {column.name: polars_type(column.type) for column in columns}
    if not found.files:
        return pl.LazyFrame(schema=schema)
    return pl.scan_parquet(
        list(found.files),
        schema=schema,
        glob=False,  # a home may be below a folder named, say, `[2024]`
        hive_partitioning=False,
        missing_columns="insert",
        extra_columns="ignore",
    )


def polars_type(duckdb_type: str) -> type[pl.DataType] | pl.DataType:
    """Return the Polars type of values stored in a DuckDB type."""
    if duckdb_type.startswith("DECIMAL("):
        precision, scale = duckdb_type.removeprefix("DECIMAL(").removesuffix(")").split(",")
        return pl.Decimal(int(precision), int(scale))
    return _POLARS[duckdb_type]


def sink_sorted(
    frame: pl.LazyFrame,
    path: Path,
    first: pl.Expr | None = None,
    notes: Mapping[str, str] | None = None,
) -> int:
    """Write a frame to one Parquet file, sorted by all of its columns; return its number of rows.

    With `first` rows are sorted by that before their columns; it is not stored. `notes` go into
    the file's metadata.

    Rows are stored in the order of keys or of arrival. That order would survive a pseudonym: the
    rank of a pseudonym would be the rank of the id behind it. Rows that are sorted by published
    values reveal nothing more. Unsorted rows and spilled data are in a temporary folder beside the
    file. Without notes the file's metadata contains the schema and nothing else.
    """
    names = frame.collect_schema().names()
    columns, order = identifiers(names), identifiers(names)
    if first is not None:
        beside = "order" + "_" * max(map(len, names))  # longer than every column, so none of them
        frame, order = frame.with_columns(first.alias(beside)), identifiers((beside, *names))
    said = "".join(f", {literal(name)}: {literal(text)}" for name, text in (notes or {}).items())
    options = f", KV_METADATA {{{said.removeprefix(', ')}}}" if said else ""
    with _aside(path) as folder:
        unsorted = folder / "unsorted.parquet"
        frame.sink_parquet(unsorted, compression="lz4")  # fast: it is read once and removed
        with open_workbench(folder) as con:
            return _copy(con, f"SELECT {columns} FROM {parquet(unsorted)}", order, path, options)


def _change_sorted(before: Sequence[str], net: pl.LazyFrame, count: str, path: Path) -> int | None:
    """Write what `sink_sorted` would write, from files that it wrote before; see the table's."""
    names = [name for name in net.collect_schema().names() if name != count]
    columns, more, same = identifiers(names), identifier(count), same_key("o", "n", names)
    with _aside(path) as folder, open_workbench(folder) as con:
        changes = folder / "net.parquet"
        net.sink_parquet(changes, compression="lz4")
        old, told = parquet(before), parquet(changes)
        con.execute(
            f"CREATE TABLE touched AS SELECT {columns}, CAST(sum({more}) AS BIGINT) AS {more} FROM "
            f"(SELECT {columns}, {more} FROM {told} UNION ALL SELECT {columns}, 1 FROM {old} AS o "
            f"WHERE EXISTS (FROM {told} AS n WHERE {same})) GROUP BY ALL"
        )
        if con.execute(f"SELECT 1 FROM touched WHERE {more} < 0 LIMIT 1").fetchall():
            return None
        query = (
            f"SELECT {columns} FROM {old} AS o WHERE NOT EXISTS (FROM touched AS n WHERE {same}) "
            f"UNION ALL SELECT {columns} FROM touched, range({more})"
        )
        return _copy(con, query, columns, path, "")


def _copy(con: Connection, query: str, order: str, path: Path, options: str) -> int:
    con.execute(
        f"COPY ({query} ORDER BY {order}) TO {literal(path)} "
        f"(FORMAT parquet, COMPRESSION zstd{options})"
    )
    return int(pq.read_metadata(path).num_rows)


@contextmanager
def _aside(path: Path) -> Iterator[Path]:
    """Yield a temporary folder beside a file that is about to be written."""
    with tempfile.TemporaryDirectory(prefix=".sorting-", dir=path.parent) as folder:
        yield Path(folder)


def write_extract(frame: pl.LazyFrame, target: Path, shape: Shape) -> int:
    """Make a Delta table of one version at `target`, which must not exist; return its rows.

    Rows are in the order of their own values. The log has the number of rows but no minimum or
    maximum of any column, and there is no change data feed: a value that is not in the frame is
    nowhere in the folder.
    """
    rows = sink_sorted(frame, _file(target))
    _make(target, rows, shape)
    return rows


def change_extract(
    before: Path, net: pl.LazyFrame, count: str, target: Path, shape: Shape
) -> int | None:
    """Make the table that `write_extract` would make of changed rows, from the former table.

    Args:
        before: the former table.
        net: each row that there are now more or fewer of, once.
        count: the column of `net` that says how many more; negative for fewer.
        target: as in `write_extract`.
        shape: that of both tables.

    Returns:
        The number of rows. None where the changes are not those of the former table: rows would
        have to go that are not in it. Then nothing is left at `target`.
    """
    rows = _change_sorted(live_files(before), net, count, _file(target))
    if rows is None:
        target.rmdir()
    else:
        _make(target, rows, shape)
    return rows


def _file(target: Path) -> Path:
    target.mkdir(parents=True)
    return target / f"part-{uuid.uuid4()}.parquet"


def _make(target: Path, rows: int, shape: Shape) -> None:
    (file,) = target.glob("*.parquet")
    status = file.stat()
    action = AddAction(
        file.name,
        status.st_size,
        {},
        int(status.st_mtime * 1000),
        data_change=True,
        stats=json.dumps({"numRecords": rows}),
    )
    create_table_with_add_actions(
        str(target.resolve()),
        delta_schema(shape.columns),
        [action],
        name=shape.name,
        description=shape.description,
    )
