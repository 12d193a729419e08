"""Stored rows in the shape of the typed feed, so that rules can be asked of them too.

Belongs here: that view. Keep out: which rules can be asked (`quality`), reading tables (`storage`).
"""

from __future__ import annotations

from collections.abc import Mapping

from catalog_specs.models.resource import Resource
from feeds.columns import OPERATION
from storage.delta.table_shape import Column
from storage.delta.tables import Snapshot
from storage.engines.connection import Connection
from storage.sql import identifier
from values.shapes import feed_shape, given_of
from values.typed import Typed, feed_over

__all__ = ["stored_feed"]


def stored_feed(
    con: Connection,
    resource: Resource,
    found: Snapshot,
    types: Mapping[str, str],
    marks: Mapping[str, str],
    row: str = "_row",
) -> Typed:
    """Make a view of a version of a table, with the columns of the typed feed of `types`.

    What is not stored reads as null. A stored row is sound and says that it is there, as an update
    of a change feed does. `marks` are further columns, as in `typed_rows`; `row` is the SQL of a
    row's number. It is a view and no table: rows are worked out as they are read, so that no copy
    of a large table is made.
    """
    stored = {column.name for column in found.columns}
    wanted = [Column(name, kind) for name, kind in types.items()] + [Column("_row", "BIGINT")]
    given = {given_of(code): code for code in types if code in stored}
    columns = [
        f"({row if name == '_row' else _sql(name, given)})::{kind} AS {identifier(name)}"
        for name, kind in feed_shape(resource, types).items()
    ]
    more = "".join(f", {sql} AS {identifier(name)}" for name, sql in marks.items())
    rows = f"(SELECT {', '.join(columns)} FROM {found.select_sql(wanted)} AS stored)"
    return Typed(feed_over(con, f"(SELECT *{more} FROM {rows})"))


def _sql(name: str, given: Mapping[str, str]) -> str:
    if name in given:
        return f"CASE WHEN stored.{identifier(given[name])} IS NOT NULL THEN TRUE END"
    if name == OPERATION:
        return "'U'"
    return "NULL" if name.startswith("_") else f"stored.{identifier(name)}"
