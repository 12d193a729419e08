"""Comparing: referred items of records with the one source of each fact.

Belongs here: counting what agrees, and naming what differs on both sides. Keep out: the SQL
(`queries`), which records stand (`standing`), the ledgers (`register.comparisons`, `mismatches`).
A referred value is compared and then dropped: the lake never holds a second copy (一数一源).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import groupby

import pyarrow as pa

from catalog_specs.catalog import Catalog
from catalog_specs.local_time import local_moment
from catalog_specs.models.resource import Resource
from catalog_specs.rules.mismatches import MismatchPattern, Uncompared
from catalog_specs.vocabulary import FeedKind
from quality.reconciliation.bounds import Bounds
from quality.reconciliation.links import Link, links
from quality.reconciliation.patterns import bring_renewals
from quality.reconciliation.queries import (
    DIFFERING,
    FOUND,
    FOUND_COLUMNS,
    Records,
    Span,
    counting,
    counts,
    joined,
    parted,
)
from register.bundles import Bundle, place_sql, record_sql
from register.comparisons import Comparison, Scope
from register.mismatches import MISMATCHES
from register.records import REPLAYED
from storage.delta.change_feed import content_version
from storage.delta.tables import Snapshot, glance
from storage.engines.relation import Relation, as_table
from storage.evolution.differences import require_fit
from storage.layout import Layout
from storage.sql import literal

__all__ = ["Compared", "compare", "mismatches", "moment", "reconcile"]


@dataclass(frozen=True)
class Compared:
    """Comparisons, and the mismatches they found as the ledger stores them, cut at a bound."""

    comparisons: tuple[Comparison, ...]
    mismatches: pa.Table


def reconcile(
    layout: Layout,
    catalog: Catalog,
    bundle: Bundle,
    accepted: Relation,
    now: datetime,
    kept: int = Bounds.kept,
) -> Compared:
    """Compare every referred item of each delivery's accepted records with its source.

    A record takes part when it has a value for the item and for what identifies the source's row;
    deletions of a change feed do not. Part of the key, or an item that is itself the source's key,
    can only be found or missing. A source whose table does not exist yet, or whose key this
    resource does not carry, leaves nothing to compare: a comparison that says so.

    Args:
        layout: where the tables lie.
        catalog: what refers to what.
        bundle: the deliveries the records belong to.
        accepted: those records, with the typed feed's columns.
        now: when; it has a time zone.
        kept: how many records are named of each delivery, item and pattern.
    """
    resource = catalog.resource(bundle.resource)
    if not any(links(catalog, resource)):
        return Compared((), MISMATCHES.rows(()))
    said = " WHERE _op <> 'D'" if resource.feed.kind is FeedKind.CHANGES else ""
    places = f"{place_sql()} AS _place, {record_sql()} AS _record"
    query = f"(SELECT *, {places} FROM {accepted.sql}{said})"
    whole = resource.whole and bundle.last.origin != REPLAYED
    scope = Scope.STANDING if whole else Scope.DELIVERY
    records = Records(accepted.con, query, bundle.names, scope)
    found = compare(layout, catalog, resource, records, now)
    rows = f"SELECT *, TRUE AS stands, {literal(moment(catalog, now))} AS compared_at"
    bounded = mismatches(catalog, resource, records, kept)
    return Compared(found, records.con.execute(f"{rows} FROM {bounded}").to_arrow_table())


def compare(
    layout: Layout, catalog: Catalog, resource: Resource, records: Records, now: datetime
) -> tuple[Comparison, ...]:
    """Compare records of a resource; `FOUND` then holds all that differs, until the next call.

    Raises:
        TableError: a source's columns are not as the catalogue asks.
    """
    records.con.execute(f"CREATE OR REPLACE TEMP TABLE {FOUND} ({FOUND_COLUMNS})")
    if any(link.divisions for link in links(catalog, resource)):
        bring_renewals(records.con)
    given: dict[tuple[int, str], int] = {}
    sources: dict[str, Snapshot | None] = {}
    for (ref, on), group in groupby(sorted(links(catalog, resource), key=_join), _join):
        alike = tuple(group)
        source = sources[ref] = glance(layout.authoritative(ref))
        if source is not None and on:
            read = [column.name for one in alike for column in one.columns]
            require_fit(catalog, alike[0].owner, source, read)
            given |= _compared(records, alike, source)
    differing: dict[tuple[int, str], dict[str, int]] = {}
    for place, item, pattern, rows in records.con.execute(counts(records)).fetchall():
        differing.setdefault((place, item), {})[pattern] = rows
    told = partial(_comparison, resource, records.scope, moment(catalog, now))
    return tuple(
        told(link, span, sources[link.owner.ref], _Counted(given.get(at, 0), differing.get(at, {})))
        for link in links(catalog, resource)
        for span in records.spans
        for at in [(span.place, link.item.code)]
    )


def mismatches(catalog: Catalog, resource: Resource, records: Records, kept: int | None) -> str:
    """Return SQL behind FROM of what `FOUND` holds, as `FACT`: all of it, or of each pattern some.

    The newest deliveries and their first records come first.
    """
    some = f"PARTITION BY {records.group}, item, pattern ORDER BY _place DESC, _record"
    bound = "" if kept is None else f" QUALIFY row_number() OVER ({some}) <= {kept}"
    rows = ", ".join(
        f"({literal(one.item.code)}, {literal(one.item.element)}, {literal(one.item.source)})"
        for one in links(catalog, resource)
    )
    return (
        f"(SELECT {literal(resource.ref)} AS resource, {literal(records.places)}[1 + _place] "
        'AS delivery, _record AS "row", item, element, source, _delivery AS source_delivery, '
        f"_row AS source_row, pattern FROM {FOUND} JOIN (VALUES {rows}) AS said(item, element, "
        f"source) USING (item){bound})"
    )


def moment(catalog: Catalog, now: datetime) -> str:
    """Return when something was compared, on the city's wall clock."""
    return local_moment(catalog, now).isoformat()


def _join(link: Link) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return what links that one join serves have in common."""
    return link.owner.ref, link.on


def _compared(
    records: Records, alike: Sequence[Link], source: Snapshot
) -> Mapping[tuple[int, str], int]:
    """Add to `FOUND` what differs; return how many records of a place take part with an item."""
    as_table(records.con, DIFFERING, joined(alike, source, records))
    records.con.execute(f"INSERT INTO {FOUND} {parted(alike)}")
    return {
        (place, one.item.code): count
        for place, *counted in records.con.execute(counting(alike, records)).fetchall()
        for one, count in zip(alike, counted, strict=True)
    }


@dataclass(frozen=True)
class _Counted:
    """How many records took part, and how many differ in which way."""

    compared: int
    differing: Mapping[str, int]


def _comparison(  # noqa: PLR0913, PLR0917 - the first three are bound once for all
    resource: Resource,
    scope: Scope,
    at: str,
    link: Link,
    span: Span,
    source: Snapshot | None,
    counted: _Counted,
) -> Comparison:
    patterns = tuple(sorted(counted.differing))
    rows = tuple(counted.differing[one] for one in patterns)
    missing = counted.differing.get(MismatchPattern.NO_SOURCE_ROW.stored, 0)
    return Comparison(
        resource=resource.ref,
        delivery=span.newest,
        item=link.item.code,
        source=link.item.source or "",
        compared=counted.compared,
        matched=counted.compared - sum(rows),
        mismatched=sum(rows) - missing,
        missing_in_source=missing,
        department=resource.provider,
        element=link.item.element,
        scope=scope,
        since=span.oldest,
        patterns=patterns,
        pattern_rows=rows,
        reason=_reason(link, source, counted.compared),
        source_table=source.table_id if source else None,
        source_version=content_version(source) if source else None,
        compared_at=at,
    )


def _reason(link: Link, source: Snapshot | None, compared: int) -> Uncompared | None:
    if not link.on:
        return Uncompared.NO_KEY
    if source is None:
        return Uncompared.NO_SOURCE
    return None if compared else Uncompared.NO_VALUE
