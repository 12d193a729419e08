"""Accepted and quarantined records of deliveries, divided by the quarantine table.

Belongs here: that division, of the typed feed at hand or read from landing again. Keep out:
deciding it (`quality`), and what happens to either part.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from catalog_specs.catalog import Catalog
from catalog_specs.models.resource import Resource
from register.bundles import ROW_SPAN, Bundle, place_sql, record_sql
from register.records import Delivery
from storage.delta.fast_write import WrittenFile
from storage.delta.table_shape import Column
from storage.delta.tables import scan_sql
from storage.engines.relation import Relation
from storage.layout import Layout
from storage.sql import literal
from values.typed import Typed, feed_sql

__all__ = ["Judged", "accepted_sql", "divide"]

TOGETHER = 200
"""Deliveries that are read in one scan."""


@dataclass(frozen=True)
class Judged:
    """What the gate hands on of a bundle: two relations with the columns of the typed feed."""

    accepted: Relation
    quarantined: Relation
    kept: int
    """Rows that the quarantine holds of it; as many as its verdicts count, or some were lost."""
    files: tuple[WrittenFile, ...] = ()
    """Parquet files that hold the accepted records and no others, where there are such files."""


def divide(layout: Layout, bundle: Bundle, typed: Typed) -> Judged:
    """Part a typed feed by what the quarantine holds of its deliveries."""
    con = typed.feed.con
    columns = (Column("delivery", "VARCHAR"), Column("row", "BIGINT"))
    quarantine = scan_sql(layout.quarantine(bundle.resource), columns)
    names = ", ".join(map(literal, bundle.names))
    con.execute(
        "CREATE OR REPLACE TEMP TABLE _kept_rows AS "
        f'SELECT "row" + {ROW_SPAN} * (list_position([{names}], delivery) - 1) AS "row" '
        f"FROM {quarantine} WHERE delivery IN ({names})"
    )
    [(kept,)] = con.execute("SELECT count(*) FROM _kept_rows").fetchall()
    files = () if kept else typed.files
    judged = Judged(Relation(con, "accepted"), Relation(con, "quarantined"), int(kept), files)
    for part, join in ((judged.accepted, "ANTI"), (judged.quarantined, "SEMI")):
        con.execute(
            f"CREATE OR REPLACE TEMP VIEW {part.sql} AS "
            f'FROM {typed.feed.sql} f {join} JOIN _kept_rows k ON f._row = k."row"'
        )
    return judged


def accepted_sql(
    layout: Layout, catalog: Catalog, resource: Resource, passed: Sequence[Delivery]
) -> Iterator[str]:
    """Yield SQL behind FROM of what was accepted of passed deliveries, read from landing again.

    Columns: those of the typed feed, `_delivery` and `_record`. One relation holds deliveries that
    were read as the same formats, at most `TOGETHER`.
    """
    columns = (Column("delivery", "VARCHAR"), Column("row", "BIGINT"))
    kept = scan_sql(layout.quarantine(resource.ref), columns)
    for read_as, alike in groupby(passed, key=lambda one: one.read_as):
        gathered = list(alike)
        for first in range(0, len(gathered), TOGETHER):
            some = [one.delivery for one in gathered[first : first + TOGETHER]]
            files = [layout.rows(resource.ref, one) for one in some]
            place = place_sql() if len(some) > 1 else "0"
            typed = feed_sql(catalog, resource, files, read_as)
            yield (
                f"(FROM (SELECT *, {literal(some)}[1 + {place}] AS _delivery, "
                f"{record_sql()} AS _record FROM ({typed})) a "
                f'ANTI JOIN {kept} k ON a._delivery = k.delivery AND a._record = k."row")'
            )
