"""Table shapes: name, columns and comments that a Delta table is declared to have.

Belongs here: columns, their types in DuckDB's words and in Delta's, the shape a catalogue asks for.
Keep out: opening or writing tables (`tables`, `fast_write`).
A moment is stored as the local time that was delivered (Delta `timestamp_ntz`, DuckDB TIMESTAMP,
polars naive Datetime): no reader shifts it, whatever its own time zone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from deltalake import Schema

from catalog_specs.catalog import Catalog
from catalog_specs.models.element import Element
from catalog_specs.models.resource import Resource
from catalog_specs.models.timing.partition import Partition
from catalog_specs.vocabulary import ItemType
from storage.sql import identifier, literal

__all__ = [
    "DEFAULT_SCALE",
    "HASH",
    "KEY",
    "LINEAGE",
    "PARTITION",
    "PARTITIONED",
    "Column",
    "Shape",
    "arrow_schema",
    "authoritative_shape",
    "column_type",
    "columns_of",
    "delta_schema",
    "empty_select",
    "partition_sql",
]

DEFAULT_SCALE = 2
"""Digits after the point of a decimal whose element names no scale."""

CHECKPOINT_EVERY = 10
"""Commits between checkpoints: opening a table reads the commits since the last one."""

KEY = "quanshu.key"
"""Metadata of a column, "1" where it is part of the key, so that a changed key is noticed."""

HASH = "_hash"
"""The column of records beside a table's columns that holds `Shape.hash_sql` of each."""

LINEAGE = ("_delivery", "_row")
"""Columns that say which delivery, and which record of it, brought a row's present version."""

PARTITION = "_partition"
"""The column that Delta parts a table by; it lies in folders' names and the log, not in files."""
PARTITIONED = "quanshu.partition"
"""Metadata of that column: what the table is parted by, e.g. `month of tapped_at`."""

_TO_DELTA: dict[str, Any] = {
    "VARCHAR": "string",
    "BIGINT": "long",
    "DOUBLE": "double",
    "DATE": "date",
    "TIMESTAMP": "timestamp_ntz",
    "BOOLEAN": "boolean",
    "VARCHAR[]": {"type": "array", "elementType": "string", "containsNull": True},
    "BIGINT[]": {"type": "array", "elementType": "long", "containsNull": True},
}
_FROM_DELTA = {
    "string": "VARCHAR",
    "long": "BIGINT",
    "integer": "INTEGER",
    "short": "SMALLINT",
    "byte": "TINYINT",
    "float": "FLOAT",
    "double": "DOUBLE",
    "date": "DATE",
    "timestamp_ntz": "TIMESTAMP",
    "timestamp": "TIMESTAMP WITH TIME ZONE",
    "boolean": "BOOLEAN",
    "binary": "BLOB",
}
_PLAIN = {
    ItemType.STRING: "VARCHAR",
    ItemType.INTEGER: "BIGINT",
    ItemType.DATE: "DATE",
    ItemType.DATETIME: "TIMESTAMP",
    ItemType.BOOLEAN: "BOOLEAN",
}


@dataclass(frozen=True)
class Column:
    """One column: its name, its DuckDB type (e.g. `DECIMAL(18,2)`), and what it means."""

    name: str
    type: str
    comment: str = ""
    key: bool = False
    """Whether it is part of what identifies a row of an authoritative table."""


@dataclass(frozen=True)
class Shape:
    """A table's name and description as people read them, and its columns in order.

    `log_days` is how long commits stay in the log; 0 leaves Delta's own default (30 days).
    """

    name: str
    description: str
    columns: tuple[Column, ...]
    log_days: int = 0
    partition: Partition | None = None

    @property
    def parted_by(self) -> list[str]:
        """Return the columns that Delta parts the table by."""
        return [] if self.partition is None else [PARTITION]

    @property
    def parting(self) -> str:
        """Return what the table is parted by as it remembers it; "" if it is not."""
        return "" if self.partition is None else str(self.partition)

    @property
    def schema(self) -> Schema:
        """Return the table's Delta schema, with the column it is parted by."""
        if self.partition is None:
            return delta_schema(self.columns)
        comment = f"分区：{self.partition.of}（{self.partition.by.label}）"
        field = _field(Column(PARTITION, "VARCHAR", comment))
        field["metadata"][PARTITIONED] = self.parting
        return _schema((*map(_field, self.columns), field))

    @property
    def names(self) -> tuple[str, ...]:
        """Return the column names in order."""
        return tuple(column.name for column in self.columns)

    @property
    def values(self) -> tuple[Column, ...]:
        """Return the columns that are about what the key names: neither key nor lineage."""
        return tuple(one for one in self.columns if not one.key and one.name not in LINEAGE)

    @property
    def hash_sql(self) -> str:
        """Return a 64-bit hash of a row's values, as SQL over columns of these names."""
        cast = ", ".join(f"CAST({identifier(one.name)} AS {one.type})" for one in self.values)
        return f"hash({cast})" if cast else "0"

    @property
    def configuration(self) -> dict[str, str]:
        """Return the Delta settings: change data feed on, commits kept for `log_days`."""
        settings = {
            "delta.enableChangeDataFeed": "true",
            "delta.checkpointInterval": str(CHECKPOINT_EVERY),
        }
        if self.log_days:
            settings["delta.logRetentionDuration"] = f"interval {self.log_days} days"
        return settings


def column_type(element: Element) -> str:
    """Return the DuckDB type an element's values are kept in."""
    if element.type is ItemType.DECIMAL:
        return f"DECIMAL(18,{DEFAULT_SCALE if element.scale is None else element.scale})"
    return _PLAIN[element.type]


def authoritative_shape(catalog: Catalog, resource: Resource) -> Shape:
    """Return the shape of a resource's authoritative table.

    Key items first, then the owned items in the catalogue's order, then `_delivery` and `_row`:
    which delivery, and which record of it, brought this version of the row (一数一源).
    """
    rest = (item for item in resource.stored if item.code not in resource.key)
    items = (*(resource.item(code) for code in resource.key), *rest)
    columns = tuple(
        Column(
            item.code,
            column_type(catalog.element_of(item)),
            catalog.name_of(item),
            key=item.code in resource.key,
        )
        for item in items
    )
    lineage = (
        Column("_delivery", "VARCHAR", "带来本行当前版本的交付批次"),
        Column("_row", "BIGINT", "本行当前版本在该批次文件中的记录序号"),
    )
    days = catalog.profile.log_years.value * 366  # every year a leap year: never too short
    return Shape(resource.name, resource.summary, columns + lineage, days, resource.partition)


def partition_sql(partition: Partition) -> str:
    """Return the expression that gives the name of a record's partition, e.g. `2026-03`."""
    return f"strftime({identifier(partition.of)}, {literal(partition.by.pattern)})"


def delta_schema(columns: Iterable[Column]) -> Schema:
    """Return the Delta schema of columns, comments included; every column may be null."""
    return _schema(map(_field, columns))


def _schema(fields: Iterable[dict[str, Any]]) -> Schema:
    return Schema.from_json(json.dumps({"type": "struct", "fields": [*fields]}))


def _field(column: Column) -> dict[str, Any]:
    return {
        "name": column.name,
        "type": _delta_type(column.type),
        "nullable": True,
        "metadata": _metadata(column),
    }


def _metadata(column: Column) -> dict[str, str]:
    comment = {"comment": column.comment} if column.comment else {}
    return comment | ({KEY: "1"} if column.key else {})


def _delta_type(duckdb_type: str) -> Any:  # noqa: ANN401 - Delta's JSON types nest
    if duckdb_type.startswith("DECIMAL("):
        return duckdb_type.lower().replace(" ", "")
    return _TO_DELTA[duckdb_type]


def arrow_schema(columns: Iterable[Column]) -> pa.Schema:
    """Return the Arrow schema of columns."""
    return pa.schema(delta_schema(columns).to_arrow())


def columns_of(schema: Schema) -> tuple[Column, ...]:
    """Return the columns of a stored table in DuckDB's words."""
    fields = json.loads(schema.to_json())["fields"]
    return tuple(
        Column(
            field["name"],
            _duckdb_type(field["type"]),
            field["metadata"].get("comment", ""),
            key=field["metadata"].get(KEY) == "1",
        )
        for field in fields
    )


def _duckdb_type(delta_type: Any) -> str:  # noqa: ANN401 - Delta's JSON types nest
    if isinstance(delta_type, dict):
        return f"{_duckdb_type(delta_type['elementType'])}[]"
    if delta_type.startswith("decimal("):
        return str(delta_type).upper()
    return _FROM_DELTA[delta_type]


def empty_select(columns: Iterable[Column]) -> str:
    """Return a parenthesised SELECT of no rows that has these columns with these types."""
    nulls = ", ".join(f"CAST(NULL AS {c.type}) AS {identifier(c.name)}" for c in columns)
    return f"(SELECT {nulls} WHERE FALSE)"
