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
from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
from deltalake.transaction import AddAction, create_table_with_add_actions

from catalog_specs.errors import TableError
from storage.delta.table_shape import Column, Shape, delta_schema
from storage.delta.tables import Snapshot
from storage.engines.workbench import open_workbench
from storage.sql import identifiers, literal, parquet

__all__ = ["polars_type", "scan", "sink_sorted", "write_extract"]

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
    with tempfile.TemporaryDirectory(prefix=".sorting-", dir=path.parent) as folder:
        unsorted = Path(folder) / "unsorted.parquet"
        frame.sink_parquet(unsorted, compression="lz4")  # fast: it is read once and removed
        with open_workbench(Path(folder)) as con:
            con.execute(
                f"COPY (SELECT {columns} FROM {parquet(unsorted)} "
                f"ORDER BY {order}) TO {literal(path)} "
                f"(FORMAT parquet, COMPRESSION zstd{options})"
            )
    return int(pq.read_metadata(path).num_rows)


def write_extract(frame: pl.LazyFrame, target: Path, shape: Shape) -> int:
    """Make a Delta table of one version at `target`, which must not exist; return its rows.

    Rows are in the order of their own values. The log has the number of rows but no minimum or
    maximum of any column, and there is no change data feed: a value that is not in the frame is
    nowhere in the folder.
    """
    target.mkdir(parents=True)
    file = target / f"part-{uuid.uuid4()}.parquet"
    rows = sink_sorted(frame, file)
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
    return rows
