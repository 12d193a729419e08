"""Reconciliation: referred items of a delivery, compared with the one source of each fact.

Belongs here: finding the source's rows for referred items and counting agreement. Keep out: what
follows from a mismatch (`governance`), the ledger's shape (`ledgers`).
A referred value is compared and then dropped: the lake never holds a second copy (一数一源).
Comparisons hold counts and record numbers, never a value.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from catalog_specs.catalog import Catalog
from catalog_specs.models.resource import Item, Resource
from catalog_specs.vocabulary import FeedKind
from register.bundles import Bundle, place_sql, record_sql
from register.comparisons import Comparison
from storage.delta.table_shape import Column, authoritative_shape
from storage.delta.tables import Snapshot, snapshot
from storage.engines.connection import Connection
from storage.engines.relation import Relation
from storage.evolution.differences import require_fit
from storage.layout import Layout
from storage.sql import identifier

__all__ = ["ROWS_KEPT", "reconcile"]

ROWS_KEPT = 1_000
"""How many record numbers of each sort a comparison lists at most; the counts are always whole."""


@dataclass(frozen=True)
class _Link:
    """A referred item, the item it refers to, and how a record finds its row in the source."""

    item: Item
    source: Item
    owner: Resource
    on: tuple[tuple[str, str], ...]
    """Pairs of (this resource's item, the source's key item); empty when it cannot be found."""
    columns: tuple[Column, ...]
    """What is read of the source's table."""

    @property
    def existence_only(self) -> bool:
        """Say whether finding the row already compares the value: it is part of the join."""
        return (self.item.code, self.source.code) in self.on


def reconcile(
    layout: Layout, catalog: Catalog, bundle: Bundle, accepted: Relation
) -> tuple[Comparison, ...]:
    """Compare every referred item of each delivery's accepted records with its source.

    A record takes part when it has a value for the item and for what identifies the source's row;
    deletions of a change feed do not. Part of the key, or an item that is itself the source's key,
    can only be found or missing. A source whose table does not exist yet, or whose key this
    resource does not carry, leaves nothing to compare: a comparison with `compared == 0`.

    Args:
        layout: where the tables lie.
        catalog: what refers to what.
        bundle: the deliveries the records belong to.
        accepted: those records, with the typed feed's columns.
    """
    resource = catalog.resource(bundle.resource)
    referring = (item for item in resource.items if item.source is not None)
    con, records = accepted.con, accepted.sql
    if resource.feed.kind is FeedKind.CHANGES:
        records = f"(FROM {records} WHERE _op <> 'D')"
    return tuple(
        comparison
        for item in referring
        for comparison in _comparisons(
            con, layout, bundle, _fitting(layout, catalog, _link(catalog, resource, item)), records
        )
    )


def _link(catalog: Catalog, resource: Resource, item: Item) -> _Link:
    owner, source = catalog.target(item.source or "")
    pairs = [(_carrier(resource, item, owner.item(code)), code) for code in owner.key]
    wanted = {*owner.key, source.code}
    shape = authoritative_shape(catalog, owner)
    columns = tuple(column for column in shape.columns if column.name in wanted)
    comparable = len(columns) == len(wanted) and all(mine for mine, _ in pairs)
    on = tuple((mine.code, code) for mine, code in pairs if mine) if comparable else ()
    return _Link(item, source, owner, on, columns)


def _carrier(resource: Resource, item: Item, key: Item) -> Item | None:
    """Return the item of the resource that holds the element of a source's key item."""
    if item.element == key.element:
        return item
    same = [one for one in resource.items if one.element == key.element]
    return next((one for one in same if one.code in resource.key), same[0] if same else None)


def _fitting(layout: Layout, catalog: Catalog, link: _Link) -> _Link:
    """Return a link whose source's columns are as the catalogue asks; TableError if they wait."""
    found = snapshot(layout.authoritative(link.owner.ref))
    if found is not None:
        require_fit(catalog, link.owner, found, [column.name for column in link.columns])
    return link


def _comparisons(
    con: Connection, layout: Layout, bundle: Bundle, link: _Link, records: str
) -> Iterator[Comparison]:
    found = snapshot(layout.authoritative(link.owner.ref)) if link.on else None
    by_place: dict[int, tuple[Any, ...]] = {}
    if found is not None:
        rows = con.execute(_comparison(link, found, records)).fetchall()
        by_place = {row[0]: row[1:] for row in rows}
    for place, delivery in enumerate(bundle.names):
        row = by_place.get(place, (0, 0, 0, 0, None, None))
        yield Comparison(
            resource=bundle.resource,
            delivery=delivery,
            item=link.item.code,
            source=link.item.source or "",
            compared=row[0],
            matched=row[1],
            mismatched=row[2],
            missing_in_source=row[3],
            mismatched_rows=tuple(row[4] or ()),
            missing_rows=tuple(row[5] or ()),
        )


def _comparison(link: _Link, found: Snapshot, records: str) -> str:
    """Return the one query that counts; the state is 1 matched, 2 mismatched, 3 missing."""
    mine = f"n.{identifier(link.item.code)}"
    theirs = f"o.{identifier(link.source.code)}"
    differs = "FALSE" if link.existence_only else f"{mine} IS DISTINCT FROM {theirs}"
    on = " AND ".join(f"n.{identifier(a)} = o.{identifier(b)}" for a, b in link.on)
    needed = dict.fromkeys((link.item.code, *(a for a, _ in link.on)))
    given = " AND ".join(f"n.{identifier(name)} IS NOT NULL" for name in needed)
    source = f"(SELECT *, TRUE AS _here FROM {found.select_sql(link.columns)})"
    state = f"CASE WHEN o._here IS NULL THEN 3 WHEN {differs} THEN 2 ELSE 1 END"
    return f"""
        SELECT place, count(*), count(*) FILTER (s = 1), count(*) FILTER (s = 2),
               count(*) FILTER (s = 3), list_sort(min(_row, {ROWS_KEPT}) FILTER (s = 2)),
               list_sort(min(_row, {ROWS_KEPT}) FILTER (s = 3))
        FROM (SELECT {place_sql("n._row")} AS place, {record_sql("n._row")} AS _row, {state} AS s
              FROM {records} n LEFT JOIN {source} o ON {on}
              WHERE {given})
        GROUP BY place"""
