"""A table of numbered rows, for tests of how tables are written and read.

Belongs here: its shape, its rows, its numbers. Keep out: assertions.
"""

from __future__ import annotations

import pyarrow as pa

from storage.delta.table_shape import Column, Shape
from storage.delta.tables import scan_sql
from storage.engines.connection import in_memory
from storage.places.object_path import Place

__all__ = ["SHAPE", "numbers", "rows"]

SHAPE = Shape(
    "账", "一本账", (Column("day", "DATE", "日期"), Column("n", "BIGINT"), Column("t", "VARCHAR[]"))
)


def rows(*numbers: int) -> pa.Table:
    """Return rows without dates."""
    columns = {"day": [None] * len(numbers), "n": numbers, "t": [["甲"]] * len(numbers)}
    schema = pa.schema([("day", pa.date32()), ("n", pa.int64()), ("t", pa.list_(pa.string()))])
    return pa.table(columns, schema=schema)


def numbers(path: Place, at: int | None = None) -> list[int]:
    """Return the numbers a table holds."""
    with in_memory() as con:
        found = con.execute(f"SELECT n FROM {scan_sql(path, version=at)} ORDER BY n").fetchall()
    return [row[0] for row in found]
