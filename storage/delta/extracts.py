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
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import accumulate
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from deltalake.transaction import AddAction, create_table_with_add_actions

from catalog_specs.errors import TableError
from storage.delta.table_shape import PARTITION, Column, Shape
from storage.delta.tables import Snapshot
from storage.delta.written_files import NO_PARTITION
from storage.engines.connection import GROUP_ROWS, Connection
from storage.engines.workbench import open_workbench
from storage.sql import identifiers, literal, parquet
from storage.swaps import remove

__all__ = [
    "change_extract",
    "commit_partitions",
    "extract_files",
    "partition_folder",
    "polars_type",
    "scan",
    "sink_sorted",
    "write_extract",
    "write_partition",
]

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
        # fast: it is read once, whole, and removed
        frame.sink_parquet(unsorted, compression="lz4", statistics=False)
        with open_workbench(folder) as con:
            return _copy(con, f"SELECT {columns} FROM {parquet(unsorted)}", order, path, options)


def _change_sorted(before: Path, net: pl.DataFrame, count: str, path: Path) -> int | None:
    """Write what `sink_sorted` would write, from a file that it wrote before; see the table's.

    Both are sorted, so each group of rows is changed by itself. A change that fits several groups,
    as equal rows may lie in two of them, goes to the last.
    """
    names = [name for name in net.columns if name != count]
    rest = net.sort(names, nulls_last=True)
    told = pq.read_metadata(before)
    sizes = [told.row_group(number).num_rows for number in range(told.num_row_groups)] or [0]
    stored = pl.scan_parquet(before, glob=False, hive_partitioning=False).select(names)
    with _groups_into(path, told.schema.to_arrow_schema()) as write:
        following = stored.head(sizes[0]).collect()
        for begin, size in zip(accumulate(sizes), (*sizes[1:], 0), strict=True):
            group, following = following, stored.slice(begin, size).collect()
            here = _before(rest, following.head(1), names)
            changed = _applied(group, rest.head(here), count)
            if changed is None:
                return None
            write(changed)
            rest = rest.slice(here)
    return int(pq.read_metadata(path).num_rows)


def _before(rows: pl.DataFrame, bound: pl.DataFrame, names: Sequence[str]) -> int:
    """Return how many sorted rows come before a bound; all of them where there is none."""
    if bound.is_empty():
        return rows.height
    rank = "rank" + "_" * max(map(len, names))
    ranked = [
        one.select(*names, pl.lit(number).alias(rank)) for number, one in enumerate((bound, rows))
    ]
    ordered = pl.concat(ranked).sort(*names, rank, nulls_last=True)
    return int(ordered[rank].arg_min() or 0)


def _applied(group: pl.DataFrame, net: pl.DataFrame, count: str) -> pl.DataFrame | None:
    """Return a sorted group with as many more or fewer of some rows; None where it has too few."""
    names = group.columns
    if net.is_empty():
        return group
    less, more = (net.filter(pl.col(count) * sign > 0) for sign in (-1, 1))
    joined = group.join(less, on=names, how="left", nulls_equal=True, maintain_order="left")
    goes = joined.select(_nth_alike(names) < -pl.col(count)).to_series().fill_null(value=False)
    if int(goes.sum()) != -int(less[count].sum()):
        return None
    kept = group.filter(~goes)
    came = more.select(pl.col(names).repeat_by(count).explode())
    return pl.concat((kept, came)).sort(names, nulls_last=True)


def _nth_alike(names: Sequence[str]) -> pl.Expr:
    """Return how many rows like it stand before each of sorted rows."""
    row = pl.int_range(pl.len())
    differs = pl.any_horizontal(pl.col(one).ne_missing(pl.col(one).shift()) for one in names)
    return row - pl.when(differs | (row == 0)).then(row).forward_fill()


@contextmanager
def _groups_into(path: Path, schema: pa.Schema) -> Iterator[Callable[[pl.DataFrame], None]]:
    """Yield what takes rows in their order, for a file of groups as large as DuckDB makes them."""
    waiting = pa.table(schema.empty_table())
    with pq.ParquetWriter(
        path, schema, compression="zstd", store_schema=False, write_statistics=False
    ) as writer:

        def write(rows: pl.DataFrame) -> None:
            nonlocal waiting
            waiting = pa.concat_tables((waiting, rows.to_arrow().select(schema.names).cast(schema)))
            while waiting.num_rows >= GROUP_ROWS:
                writer.write_table(waiting.slice(0, GROUP_ROWS))
                waiting = waiting.slice(GROUP_ROWS)

        yield write
        if waiting.num_rows:
            writer.write_table(waiting)


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
    _make(target, shape)
    return rows


def partition_folder(target: Path, name: str | None) -> Path:
    """Return where the rows of a partition lie in an extract that is parted."""
    return target / f"{PARTITION}={NO_PARTITION if name is None else name}"


def write_partition(frame: pl.LazyFrame, folder: Path) -> None:
    """Write one partition as `write_extract` writes a table; one without rows has no folder."""
    if not sink_sorted(frame, _file(folder)):
        remove(folder)


def commit_partitions(target: Path, shape: Shape) -> int:
    """Make a Delta table of one version of the partitions that lie in a folder; return its rows."""
    target.mkdir(parents=True, exist_ok=True)
    return _make(target, shape)


def extract_files(target: Path) -> list[Path]:
    """Return the files with an extract's rows, partition by partition."""
    return sorted((*target.glob("*.parquet"), *target.glob(f"{PARTITION}=*/*.parquet")))


def change_extract(
    before: Path, net: pl.DataFrame, count: str, target: Path, shape: Shape
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
    (file,) = before.glob("*.parquet")
    rows = _change_sorted(file, net, count, _file(target))
    if rows is None:
        remove(target)
    else:
        _make(target, shape)
    return rows


def _file(target: Path) -> Path:
    target.mkdir(parents=True)
    return target / f"part-{uuid.uuid4()}.parquet"


def _make(target: Path, shape: Shape) -> int:
    rows = {path: int(pq.read_metadata(path).num_rows) for path in extract_files(target)}
    create_table_with_add_actions(
        str(target.resolve()),
        shape.schema,
        [_added(target, path, number) for path, number in rows.items()],
        partition_by=shape.parted_by,
        name=shape.name,
        description=shape.description,
    )
    return sum(rows.values())


def _added(target: Path, path: Path, rows: int) -> AddAction:
    status, name = path.stat(), path.parent.name.partition("=")[2]
    parted = {} if path.parent == target else {PARTITION: None if name == NO_PARTITION else name}
    return AddAction(
        str(path.relative_to(target)),
        status.st_size,
        parted,
        int(status.st_mtime * 1000),
        data_change=True,
        stats=json.dumps({"numRecords": rows}),
    )
