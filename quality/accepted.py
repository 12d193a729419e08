"""Accepted and quarantined records of deliveries, divided by the quarantine table.

Belongs here: that division, of the typed feed at hand or read from landing again. Keep out:
deciding it (`quality`), and what happens to either part.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

from catalog_specs.catalog import Catalog
from catalog_specs.models.resource import Resource
from register.bundles import ROW_SPAN, Bundle, landed_file, place_sql, record_sql
from register.records import Delivery
from storage.delta.table_shape import Column
from storage.delta.tables import scan_sql
from storage.delta.written_files import WrittenFile
from storage.engines.relation import Relation, as_table, as_view
from storage.layout import Layout
from storage.sql import literal, parquet
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
    """Parquet files that hold accepted records and no others, where there are such files."""
    beside: Relation | None = None
    """The accepted records that lie in none of these files; None where all do."""


def divide(layout: Layout, bundle: Bundle, typed: Typed) -> Judged:
    """Part a typed feed by what the quarantine holds of its deliveries."""
    con = typed.feed.con
    columns = (Column("delivery", "VARCHAR"), Column("row", "BIGINT"))
    quarantine = scan_sql(layout.quarantine(bundle.resource), columns)
    names = ", ".join(map(literal, bundle.names))
    numbers = as_table(
        con,
        "_kept_rows",
        f'SELECT "row" + {ROW_SPAN} * (list_position([{names}], delivery) - 1) AS _row '
        f"FROM {quarantine} WHERE delivery IN ({names})",
    )
    [(kept,)] = con.execute(f"SELECT count(*) FROM {numbers.sql}").fetchall()
    # a join would hand the records on in another order than they lie in, which tells of their keys
    without = f" ANTI JOIN {numbers.sql} USING (_row)" if kept else ""
    accepted = as_view(con, "accepted", f"FROM {typed.feed.sql}{without}")
    accepted = replace(accepted, elsewhere=typed.feed.elsewhere)
    quarantined = as_view(
        con, "quarantined", f"FROM {typed.feed.sql} SEMI JOIN {numbers.sql} USING (_row)"
    )
    if not kept or not typed.files:
        return Judged(accepted, quarantined, int(kept), typed.files)
    sound, beside = _parted(typed.files, numbers)
    return Judged(accepted, quarantined, int(kept), sound, beside)


def _parted(
    files: Sequence[WrittenFile], numbers: Relation
) -> tuple[tuple[WrittenFile, ...], Relation | None]:
    """Part typed files: those that hold no quarantined record, and what is accepted of the rest."""
    rows = parquet([file.path for file in files], "filename = '_path'")
    found = numbers.con.execute(
        f"SELECT DISTINCT _path FROM {rows} SEMI JOIN {numbers.sql} USING (_row)"
    ).fetchall()
    mixed = [Path(path) for (path,) in found]
    if not mixed:
        return tuple(files), None
    sound = tuple(file for file in files if file.path not in mixed)
    query = f"FROM {parquet(mixed)} ANTI JOIN {numbers.sql} USING (_row)"
    return sound, as_view(numbers.con, "accepted_beside", query)


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
            taken = gathered[first : first + TOGETHER]
            some = [one.delivery for one in taken]
            files = [landed_file(layout, one) for one in taken]
            place = place_sql() if len(some) > 1 else "0"
            typed = feed_sql(catalog, resource, files, read_as)
            yield (
                f"(FROM (SELECT *, {literal(some)}[1 + {place}] AS _delivery, "
                f"{record_sql()} AS _record FROM ({typed})) a "
                f'ANTI JOIN {kept} k ON a._delivery = k.delivery AND a._record = k."row")'
            )
