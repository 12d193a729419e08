"""Judging rows of a small table by the condition of one kind of rule, without Great Expectations.

Belongs here: that one way. Keep out: assertions.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyarrow as pa
import sqlalchemy as sa

from quality.rules.condition import Condition
from storage.engines.connection import Connection, in_memory

Bring = Callable[[Connection], object]


def nothing(con: Connection) -> None:
    """Bring no relation."""
    del con


def good_rows(
    condition: Condition, column: str, rows: pa.Table, bring: Bring = nothing, **given: Any
) -> list[int]:
    """Return the numbers (`_row`) of the rows that a condition is true for.

    `bring` makes the relations that it looks values up in.
    """
    table = sa.table("rows", *(sa.column(name) for name in rows.column_names))
    clause = condition.meets(sa.column(column), {**condition.arguments, **given}, table)
    sql = clause.compile(compile_kwargs={"literal_binds": True})
    with in_memory() as con:
        bring(con)
        con.register("rows", rows)
        found = con.execute(f"SELECT _row FROM rows WHERE {sql} ORDER BY 1").fetchall()
    return [number for (number,) in found]
