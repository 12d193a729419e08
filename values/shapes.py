"""Shapes: columns and types of a resource's items, and of the typed feed.

Belongs here: names and types alone. Keep out: how a text becomes a value (`casts`, `typed`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import pyarrow as pa

from catalog_specs.catalog import Catalog
from catalog_specs.models.resource import Resource
from feeds.columns import OPERATION, SEQUENCE
from storage.delta.table_shape import column_type

__all__ = ["arrow_schema", "feed_shape", "given_of", "typed_schema"]

_ARROW = {
    "VARCHAR": pa.string(),
    "BIGINT": pa.int64(),
    "DATE": pa.date32(),
    "TIMESTAMP": pa.timestamp("us"),
    "BOOLEAN": pa.bool_(),
}
_DECIMAL = re.compile(r"DECIMAL\((\d+),(\d+)\)")


def given_of(item: str) -> str:
    """Return the name of the column that says whether a non-string item has a text."""
    return f"_given_{item}"


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


def feed_shape(resource: Resource, types: Mapping[str, str]) -> dict[str, str]:
    """Return column → DuckDB type of the typed feed, of the items whose types are given."""
    columns = {"_row": "BIGINT", "_defect": "VARCHAR", "_raw": "VARCHAR"}
    for code, kind in types.items():
        columns[code] = kind
        if kind != "VARCHAR":
            columns[given_of(code)] = "BOOLEAN"
    if resource.feed.changes is not None:
        columns |= {OPERATION: "VARCHAR", SEQUENCE: "BIGINT"}
    return columns
