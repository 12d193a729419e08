"""From landed text to typed items, as SQL generated from the catalogue.

Belongs here: the typed feed of one delivery, the record as delivered, the types of a resource.
Keep out: how one text is cast (`casts`), whether the result is good (`quality`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa

from catalog_specs.catalog import Catalog
from catalog_specs.models.feed import Changes
from catalog_specs.models.resource import Item, Resource
from catalog_specs.vocabulary import ItemType
from lakehouse.bundles import landed_sql
from lakehouse.casts import cast_sql, compose_sql, integer_sql, null_sql
from lakehouse.feed_columns import OPERATION, SEQUENCE, feed_columns
from lakehouse.sql import identifier, literal
from lakehouse.table_shape import column_type

__all__ = [
    "arrow_schema",
    "create_feed",
    "delivered_sql",
    "feed_sql",
    "raw_json_sql",
    "text_of",
    "typed_schema",
]

_MARKS = ("_row", "_defect", "_raw")
_ARROW = {
    "VARCHAR": pa.string(),
    "BIGINT": pa.int64(),
    "DATE": pa.date32(),
    "TIMESTAMP": pa.timestamp("us"),
    "BOOLEAN": pa.bool_(),
}
_DECIMAL = re.compile(r"DECIMAL\((\d+),(\d+)\)")


def text_of(item: str) -> str:
    """Return the name of the column that keeps a non-string item's text beside its value."""
    return f"{item}__text"


def typed_schema(catalog: Catalog, resource: Resource) -> dict[str, str]:
    """Return item code → DuckDB type, for every item in the catalogue's order."""
    return {item.code: column_type(catalog.element_of(item)) for item in resource.items}


def arrow_schema(catalog: Catalog, resource: Resource, items: Iterable[str]) -> pa.Schema:
    """Return the Arrow schema of some items, in the order given."""
    types = typed_schema(catalog, resource)
    return pa.schema([(item, _arrow(types[item])) for item in items])


def _arrow(kind: str) -> pa.DataType:
    decimal = _DECIMAL.fullmatch(kind)
    return pa.decimal128(int(decimal[1]), int(decimal[2])) if decimal else _ARROW[kind]


def create_feed(
    con: duckdb.DuckDBPyConnection,
    catalog: Catalog,
    resource: Resource,
    rows: Path | Sequence[Path],
    table: str = "feed",
) -> None:
    """Make the typed feed of a bundle's rows.parquet files as a table; replaces one of that name.

    Writing the table costs more than casting once: where few queries read the feed, make a view of
    `feed_sql` instead.

    Columns: `_row`, `_defect`, `_raw`; then for each item `<item>` with its type and, unless it is
    a string, `<item>__text`, the text it was cast from (null markers applied). An item whose text
    does not fit its type is NULL while its text is not. A change feed also has `_op` (I, U, D or
    NULL), `_op__text`, `_seq` (BIGINT), `_seq__text`.
    """
    con.execute(
        f"CREATE OR REPLACE TABLE {identifier(table)} AS {feed_sql(catalog, resource, rows)}"
    )


def feed_sql(catalog: Catalog, resource: Resource, rows: Path | Sequence[Path]) -> str:
    """Return the SELECT behind `create_feed`, for a view or a COPY."""
    feed = resource.feed
    parts = [
        f"{null_sql(identifier(name), feed.nulls)} AS {identifier(name)}"
        for name in feed_columns(feed)
    ]
    texts: list[str] = []
    values: list[str] = []
    for item in resource.items:
        kept, typed = _columns(catalog, resource, item)
        texts.append(kept)
        values += typed
    if feed.changes is not None:
        texts += [f"{identifier(n)} AS {identifier(text_of(n))}" for n in (OPERATION, SEQUENCE)]
        values += _change_columns(feed.changes)
    marks = ", ".join(_MARKS)
    return (
        f"SELECT {marks}, {', '.join(values)} FROM ("
        f"SELECT {marks}, {', '.join(texts)} FROM ("
        f"SELECT {marks}, {', '.join(parts)} FROM {landed_sql(rows)}))"
    )


def _columns(catalog: Catalog, resource: Resource, item: Item) -> tuple[str, list[str]]:
    """Return the inner column with an item's text, and the outer ones made of it."""
    feed, element = resource.feed, catalog.element_of(item)
    template = feed.compose.get(item.code)
    if template is not None:
        text = compose_sql(template, identifier)
    elif item.code in feed.columns.values():
        text = identifier(item.code)
    else:
        text = "CAST(NULL AS VARCHAR)"
    if element.type is ItemType.STRING:
        return f"{text} AS {identifier(item.code)}", [identifier(item.code)]
    kept = identifier(text_of(item.code))
    value = f"{cast_sql(kept, element, feed)} AS {identifier(item.code)}"
    return f"{text} AS {kept}", [value, kept]


def _change_columns(changes: Changes) -> list[str]:
    operation, sequence = identifier(text_of(OPERATION)), identifier(text_of(SEQUENCE))
    words = {"I": changes.insert, "U": changes.update, "D": changes.delete}
    cases = " ".join(
        f"WHEN {operation} IN ({', '.join(map(literal, texts))}) THEN {literal(mark)}"
        for mark, texts in words.items()
        if texts
    )
    return [
        f"CASE {cases} END AS {identifier(OPERATION)}",
        operation,
        f"{integer_sql(sequence)} AS {identifier(SEQUENCE)}",
        sequence,
    ]


def raw_json_sql(resource: Resource) -> str:
    """Return the SQL of a record as it was delivered, over the columns of rows.parquet.

    `_raw` where there is one (a defective record, or any record of a delivery that lacks columns),
    else a JSON object keyed by delivered header, in the catalogue's order, before null markers.
    """
    columns: dict[str, str] = {}
    for column, header in feed_columns(resource.feed).items():
        columns.setdefault(header, column)
    fields = ", ".join(f"{literal(h)}, {identifier(column)}" for h, column in columns.items())
    return f"coalesce(_raw, CAST(json_object({fields}) AS VARCHAR))"


def delivered_sql(resource: Resource, rows: Path | Sequence[Path]) -> str:
    """Return a SELECT of `_row` and `raw` (see `raw_json_sql`) for every record of rows.parquet."""
    return f"SELECT _row, {raw_json_sql(resource)} AS raw FROM {landed_sql(rows)}"
