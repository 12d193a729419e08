"""Written files: the Parquet files of a table, as DuckDB writes them, before any log names them.

Belongs here: their size, groups and dictionaries, writing several queries side by side, and what a
log will say of their rows and values. Keep out: commits (`fast_write`, `log_entries`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from storage.delta.table_shape import Column
from storage.engines.connection import Connection
from storage.engines.instances import side_by_side
from storage.places.object_path import Place
from storage.sql import identifier, identifiers, literal

__all__ = ["Target", "WrittenFile", "measured", "statistics", "write_files"]

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
INDEXED = 32
"""How many leading columns get statistics; the default of Delta writers."""
TEXT = 32
"""Characters of a text that a bound keeps; the default of Delta writers."""
EXACT = 15
"""Digits that survive in a double, which is how some readers read a JSON number. A bound that
was rounded could hide rows, so longer numbers get none."""


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


def statistics(file: WrittenFile, columns: Sequence[Column]) -> str:
    """Return what the log says of a file's rows and values, as Delta's JSON text."""
    told: dict[str, Any] = {
        "numRecords": file.rows,
        "minValues": {},
        "maxValues": {},
        "nullCount": {},
    }
    for column in columns[:INDEXED]:
        found = file.statistics.get(identifiers([column.name]), {})
        if "null_count" in found:
            told["nullCount"][column.name] = int(found["null_count"])
        low, high = _bounds(column.type, found)
        if low is not None and high is not None:
            told["minValues"][column.name] = low
            told["maxValues"][column.name] = high
    return json.dumps(told, ensure_ascii=False)


Bound = int | float | str | None


def _bounds(duckdb_type: str, found: Mapping[str, str]) -> tuple[Bound, Bound]:
    """Return a column's bounds as the log writes them; None where no exact bound exists."""
    if "min" not in found or "max" not in found:
        return None, None
    if duckdb_type == "VARCHAR":
        return found["min"][:TEXT], _upper(found["max"])
    render = _RENDER.get(duckdb_type.partition("(")[0])
    return (render(found["min"]), render(found["max"])) if render else (None, None)


def _upper(text: str) -> str | None:
    """Shorten a text to an upper bound of every text with the same beginning."""
    if len(text) <= TEXT:
        return text
    for end in range(TEXT, 0, -1):
        following = ord(text[end - 1]) + 1
        if following not in {0xD800, 0x110000}:  # the surrogates, and the end of Unicode
            return text[: end - 1] + chr(following)
    return None


def _number(text: str) -> float | None:
    value = Decimal(text)
    return float(value) if len(value.as_tuple().digits) <= EXACT else None


def _moment(text: str) -> str | None:
    try:
        return datetime.fromisoformat(text).isoformat(timespec="microseconds")
    except ValueError:  # infinity, or a year that ISO 8601 has no four digits for
        return None


def _day(text: str) -> str | None:
    moment = _moment(text)
    return moment and moment[:10]


_RENDER: Mapping[str, Callable[[str], Bound]] = {
    "BIGINT": int,
    "DECIMAL": _number,
    "DATE": _day,
    "TIMESTAMP": _moment,
}
