"""Standing: the records of a resource that hold today, compared again when their source changed.

Belongs here: which records stand, when their comparison is out of date, and what came and went.
Keep out: comparing itself (`comparing`), in which order and under which lock (`flow`).
Referred values are stored nowhere, so what stands is read from landing again: of a snapshot its
newest delivery and the replays behind it, of other feeds the last record of each key among the
newest deliveries, as many as the bounds allow. What lies further back is no longer spoken of.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from catalog_specs.catalog import Catalog
from catalog_specs.errors import TableError
from catalog_specs.models.resource import Resource
from catalog_specs.vocabulary import FeedKind
from quality.accepted import accepted_sql
from quality.reconciliation.bounds import Bounds
from quality.reconciliation.comparing import Compared, compare, mismatches, moment
from quality.reconciliation.links import links, referring
from quality.reconciliation.queries import Records
from register.comparisons import COMPARISONS, Scope, recent_sql
from register.mismatches import FACT, MISMATCHES, known_sql
from register.records import Delivery
from register.register import Register, open_register
from storage.delta.change_feed import content_version
from storage.delta.tables import exists, glance, scan_sql
from storage.engines.connection import Connection, end_if_interrupted, on_values
from storage.engines.relation import as_table
from storage.engines.workbench import Limits, open_workbench
from storage.evolution.differences import require_fit
from storage.layout import Layout
from storage.places.object_path import Place
from storage.sql import identifiers, literal

__all__ = ["compare_standing", "outdated"]

_Version = tuple[str | None, int | None]
"""A table's identity and version; neither while there is no table."""


def outdated(layout: Layout, catalog: Catalog) -> tuple[str, ...]:
    """Return the resources whose standing comparison speaks of other records or another source.

    Cheap when there are none: the ledger is read once, tables are asked for their versions. A
    resource whose source has to evolve first is left out, for that source's own turn tells it.
    """
    declared = tuple(referring(catalog))
    if not declared:
        return ()
    seen = _seen(layout)
    return tuple(one.ref for one in declared if _is_outdated(layout, catalog, one, seen))


def _is_outdated(
    layout: Layout,
    catalog: Catalog,
    resource: Resource,
    seen: Mapping[tuple[str, str], _Version],
) -> bool:
    try:
        if not exists(layout.authoritative(resource.ref)):
            return False
        known = (
            seen.get((resource.ref, link.item.code))
            == _version(layout.authoritative(link.owner.ref))
            for link in links(catalog, resource)
        )
        return not all(known) and _fits(layout, catalog, resource)
    except Exception as error:  # noqa: BLE001 - a damaged table is told in its own turn
        end_if_interrupted(error)
        return False


def compare_standing(
    layout: Layout, catalog: Catalog, ref: str, now: datetime, limits: Limits, bounds: Bounds
) -> Compared:
    """Compare what stands of a resource with its sources as they are.

    The mismatches are those that nobody has recorded yet, and those that are found no longer. The
    caller holds the resource's lock.
    """
    resource = catalog.resource(ref)
    taken = _standing(open_register(layout, resource), bounds)
    if not taken:
        return Compared((), MISMATCHES.rows(()))
    with open_workbench(layout.work, limits) as con:
        records = _records(con, layout, catalog, resource, taken)
        found = compare(layout, catalog, resource, records, now)
        names = identifiers(FACT)
        known = known_sql(layout, ref)
        here = f"delivery IN ({', '.join(map(literal, records.places))})"
        new = mismatches(catalog, resource, records, bounds.kept)
        every = mismatches(catalog, resource, records, None)
        changes = con.execute(
            f"SELECT *, {literal(moment(catalog, now))} AS compared_at FROM ("
            f"SELECT *, TRUE AS stands FROM (SELECT {names} FROM {new} EXCEPT FROM {known}) "
            "UNION ALL SELECT *, FALSE FROM "
            f"(SELECT {names} FROM {known} WHERE {here} EXCEPT SELECT {names} FROM {every}))"
        )
        return Compared(found, changes.to_arrow_table())


def _seen(layout: Layout) -> Mapping[tuple[str, str], _Version]:
    """Return the version that what stands of each item was compared with last.

    An item of which something was delivered since has none.
    """
    rows = scan_sql(COMPARISONS.path(layout), COMPARISONS.shape.columns)
    query = f"SELECT resource, item, source_table, source_version FROM {recent_sql(rows)}"
    with on_values() as con:
        found = con.execute(f"{query} WHERE current").fetchall()
    return {(ref, item): (table, version) for ref, item, table, version in found}


def _version(path: Place) -> _Version:
    found = glance(path)
    return (found.table_id, content_version(found)) if found else (None, None)


def _fits(layout: Layout, catalog: Catalog, resource: Resource) -> bool:
    """Say whether every source is as the catalogue asks."""
    for link in links(catalog, resource):
        found = glance(layout.authoritative(link.owner.ref))
        try:
            if found is not None:
                names = [column.name for column in link.columns]
                require_fit(catalog, link.owner, found, names)
        except TableError:
            return False
    return True


def _standing(register: Register, bounds: Bounds) -> Sequence[Delivery]:
    """Return the deliveries whose records may stand, in order."""
    entries, landed = register.entries, register.landed
    applied = [name for name in entries.passed if name in entries.applied]
    if register.resource.whole:
        whole = [place for place, name in enumerate(applied) if not landed.said[name].replay]
        return landed.deliveries(applied[max(whole, default=0) :])
    taken: list[Delivery] = []
    rows = 0
    for one in reversed(landed.deliveries(applied[-bounds.deliveries :])):
        rows += one.rows
        if taken and rows > bounds.rows:
            break
        taken.insert(0, one)
    return taken


def _records(
    con: Connection,
    layout: Layout,
    catalog: Catalog,
    resource: Resource,
    taken: Sequence[Delivery],
) -> Records:
    """Read the last record of each key from landing; a key that was deleted last has none."""
    names = tuple(one.delivery for one in taken)
    changes = resource.feed.kind is FeedKind.CHANGES
    columns = identifiers(_wanted(catalog, resource)) + (", _op, _seq" if changes else "")
    place = f"list_position({literal(names)}, _delivery) - 1 AS _place"
    read = " UNION ALL ".join(
        f"SELECT {place}, _record, {columns} FROM {rows}"
        for rows in accepted_sql(layout, catalog, resource, taken)
    )
    order = "_seq DESC NULLS LAST, " if changes else ""
    last = (
        f" QUALIFY row_number() OVER (PARTITION BY {identifiers(resource.key)} "
        f"ORDER BY {order}_place DESC, _record DESC) = 1"
    )
    if len(taken) == 1 and resource.whole:
        last = ""  # a key is there once, and a sort of a whole register would cost for nothing
    alive = " WHERE _op <> 'D'" if changes else ""
    rows = as_table(con, "_standing", f"FROM (FROM ({read}){last}){alive}")
    return Records(con, rows.sql, names, Scope.STANDING, together=True)


def _wanted(catalog: Catalog, resource: Resource) -> list[str]:
    """Return the items that are compared, that find rows of sources, and the key."""
    asked = list(links(catalog, resource))
    finding = (mine for link in asked for mine, _ in link.on)
    return list(dict.fromkeys((*resource.key, *(one.item.code for one in asked), *finding)))
