"""Parting a delivery's typed feed into what the gate accepted and what it kept back.

Belongs here: that division, from what the quarantine holds. Keep out: deciding it (`quality`), and
what happens to either part.
"""

from __future__ import annotations

import duckdb

from lakehouse.bundles import ROW_SPAN, Bundle
from lakehouse.layout import Layout
from lakehouse.sql import identifier, literal
from lakehouse.table_shape import Column
from lakehouse.tables import scan_sql

__all__ = ["divide"]


def divide(
    con: duckdb.DuckDBPyConnection, layout: Layout, bundle: Bundle, feed: str = "feed"
) -> tuple[str, str]:
    """Part a typed feed by what the quarantine holds of its deliveries.

    Returns:
        The names of two temporary views: the accepted records and those kept back.
    """
    columns = (Column("delivery", "VARCHAR"), Column("row", "BIGINT"))
    quarantine = scan_sql(layout.quarantine(bundle.resource), columns)
    names = ", ".join(map(literal, bundle.names))
    con.execute(
        "CREATE OR REPLACE TEMP TABLE _kept_rows AS "
        f'SELECT "row" + {ROW_SPAN} * (list_position([{names}], delivery) - 1) AS "row" '
        f"FROM {quarantine} WHERE delivery IN ({names})"
    )
    for view, join in (("accepted", "ANTI"), ("kept_back", "SEMI")):
        con.execute(
            f"CREATE OR REPLACE TEMP VIEW {view} AS "
            f'FROM {identifier(feed)} f {join} JOIN _kept_rows k ON f._row = k."row"'
        )
    return "accepted", "kept_back"
