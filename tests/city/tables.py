"""Authoritative tables of the city, filled by hand.

Belongs here: rows, and ways to store them without a delivery. Keep out: texts (`records`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa

from catalog_specs.catalog import Catalog
from storage.delta.appending import append
from storage.delta.commits import Commit
from storage.delta.table_shape import arrow_schema, authoritative_shape
from storage.delta.tables import version
from storage.layout import Layout

__all__ = ["fill", "persons", "someone"]


def fill(layout: Layout, catalog: Catalog, ref: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Append rows to a resource's authoritative table; what a row leaves out is null."""
    path = layout.authoritative(ref)
    shape = authoritative_shape(catalog, catalog.resource(ref))
    lineage = {"_delivery": "000001-aaaaaaaaaaaa", "_row": 1}
    complete = [{name: row.get(name) for name in shape.names} | lineage for row in rows]
    table = pa.Table.from_pylist(complete, schema=arrow_schema(shape.columns))
    append(path, table, Commit("tests", 1 + (version(path) or 0)), shape)


def someone(number: int, **changes: Any) -> dict[str, Any]:
    """Return one person of 3505…, born between 1950 and 1999."""
    record = {
        "resident_id": f"3505{number:014}",
        "name": f"张某{number:06}",
        "sex": str(1 + number % 2),
        "birth_date": date(1950 + number % 50, 1 + number % 12, 1 + number % 28),
        "residence": "350502" if number % 3 else "350503",
        "income": Decimal(number) / 4,
    }
    return record | changes


def persons(count: int) -> list[dict[str, Any]]:
    """Return that many persons."""
    return [someone(number) for number in range(count)]
