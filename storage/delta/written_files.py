"""Written files: the Parquet files of a table, as DuckDB writes them, before any log names them.

Belongs here: their size, groups and dictionaries, and writing several queries side by side. Keep
out: commits (`fast_write`, `log_entries`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pyarrow.parquet as pq

from storage.engines.connection import Connection
from storage.engines.instances import side_by_side
from storage.places.object_path import Place
from storage.sql import identifier, identifiers, literal

__all__ = ["Target", "WrittenFile", "measured", "write_files"]

FILE_SIZE = "128MB"
"""Where DuckDB begins a new file: a later merge rewrites every file that has a changed row."""
PACKED = "COMPRESSION lz4_raw, PARQUET_VERSION V2"
"""How files are packed: numbers and lengths of texts by what they differ from those before. Beside
Snappy and plain values they are a fifth smaller, and read in two thirds of the time."""
DICTIONARY = 5_000
"""Different values of a column in a row group up to which they are written as a dictionary."""
NO_PARTITION = "__HIVE_DEFAULT_PARTITION__"
"""Of the name of a folder: its rows have no value there."""
GROUPS = 16
"""How many row groups of the largest size would fill the memory: some for each thread, and texts
are in memory twice while they are packed."""


@dataclass(frozen=True)
class WrittenFile:
    """A Parquet file as it was written: its rows, and bounds of its columns."""

    path: Place
    rows: int
    bytes: int
    statistics: Mapping[str, Mapping[str, str]]
    partition: Mapping[str, str | None] = field(default_factory=dict)
    """The values of the columns that its table is parted by; it lies in a folder of their name."""

    @property
    def name(self) -> str:
        """Return its path below its table's folder, or below that of change data."""
        parts = self.path.parts[-1 - len(self.partition) :]
        return "/".join(parts)


def measured(files: Sequence[Path]) -> tuple[WrittenFile, ...]:
    """Return what the footers of files say of them, which another engine wrote."""
    return tuple(map(_measured, files))


def _measured(file: Path) -> WrittenFile:
    footer = pq.read_metadata(file)
    groups = [footer.row_group(place) for place in range(footer.num_row_groups)]
    told = {
        identifier(footer.schema.column(place).path): _told([one.column(place) for one in groups])
        for place in range(footer.num_columns)
    }
    return WrittenFile(file, footer.num_rows, file.stat().st_size, told)


def _told(chunks: Sequence[pq.ColumnChunkMetaData]) -> dict[str, str]:
    """Return nulls and bounds of a column, as DuckDB writes them; none that a group lacks."""
    found = [chunk.statistics for chunk in chunks]
    told: dict[str, str] = {}
    if all(one is not None and one.has_null_count for one in found):
        told["null_count"] = str(sum(one.null_count for one in found))
    bounded = [one for one in found if one is not None and one.has_min_max]
    if bounded and all(one in bounded or _is_empty(one) for one in found):
        told["min"] = str(min(one.min for one in bounded))
        told["max"] = str(max(one.max for one in bounded))
    return told


def _is_empty(one: pq.Statistics | None) -> bool:
    """Say whether a row group has nothing but nulls in a column, and so no bounds of it."""
    return one is not None and one.num_values == 0


@dataclass(frozen=True)
class Target:
    """Where files are written.

    Rows that differ in the columns `parted_by` lie in folders of their own, without these columns.
    """

    folder: Path
    parted_by: Sequence[str] = ()


def write_files(con: Connection, queries: Sequence[str], target: Target) -> tuple[WrittenFile, ...]:
    """Write the rows of queries as Parquet files of a table's size; one without rows gives one.

    Several queries run side by side; what is temporary on the connection is not there for them.
    """
    jobs = [partial(_copied, query=one, target=target) for one in queries]
    return tuple(file for files in side_by_side(con, jobs) for file in files)


def _copied(con: Connection, query: str, target: Target) -> tuple[WrittenFile, ...]:
    # APPEND allows a folder that is not empty, the uuid keeps names apart; without the limit a
    # column of unique texts is looked up in vain for a fifth of every row group
    rows = con.execute(
        f"COPY ({query}) TO {literal(target.folder)} "
        f"(FORMAT parquet, {PACKED}, APPEND, "
        f"{_apart(target.parted_by)}, FILENAME_PATTERN 'part-{{uuid}}', RETURN_STATS, "
        f"DICTIONARY_SIZE_LIMIT {DICTIONARY}, WRITE_BLOOM_FILTER false{_group_size(con)})"
    ).fetchall()
    # a null partition is told as the name of its folder, which the log must not have for a value
    return tuple(
        WrittenFile(Path(row[0]), row[1], row[2], row[4], _partition(row[5])) for row in rows
    )


def _apart(parted_by: Sequence[str]) -> str:
    """Return where a new file begins: DuckDB bounds files or parts them, never both."""
    if parted_by:
        return f"PARTITION_BY ({identifiers(parted_by)})"
    return f"FILE_SIZE_BYTES {literal(FILE_SIZE)}"


def _partition(keys: Mapping[str, str] | None) -> dict[str, str | None]:
    found = (keys or {}).items()
    return {name: None if value == NO_PARTITION else value for name, value in found}


def _group_size(con: Connection) -> str:
    """Return the option that bounds a row group by memory, however wide its records are.

    Every thread gathers a group and packs it, which DuckDB bounds by a number of rows unless told.
    A connection that keeps the order of rows cannot be told.
    """
    found = con.execute(
        "SELECT parse_formatted_bytes(current_setting('memory_limit')),"
        " current_setting('preserve_insertion_order')"
    ).fetchone()
    memory, is_ordered = found or (0, True)
    return "" if is_ordered else f", ROW_GROUP_SIZE_BYTES {memory // GROUPS}"
