"""The adaptation of a stored table to the catalogue: first all checks, then one commit.

Belongs here: whether stored rows allow it, the rewrite of a table and of its quarantine. Keep out:
what differs (`differences`), which resources there are and who asks (`flow.upkeep.evolution`).
Every step can be repeated: once done, it is no longer a difference.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from catalog_specs.catalog import Catalog
from catalog_specs.errors import TableError
from catalog_specs.models.resource import Resource
from catalog_specs.rules.homes.evolution import EvolutionRefusal, TableDifference
from catalog_specs.rules.wording import Worded
from storage.delta.commits import Commit, marked, retrying
from storage.delta.fast_write import bulk_write
from storage.delta.gained_columns import gain
from storage.delta.table_shape import KEY, Column, Shape, authoritative_shape, columns_of
from storage.delta.tables import Snapshot, snapshot
from storage.engines.connection import Connection
from storage.evolution.differences import Difference, differences
from storage.places.object_path import Place
from storage.sql import identifier, identifiers

__all__ = ["Mandate", "Refused", "evolve_table", "know_key", "refusals", "rename_columns"]


@dataclass(frozen=True)
class Mandate:
    """Who lets a table evolve, and on which document's authority; None where nothing is lost."""

    actor: str
    document: str | None = None


@dataclass(frozen=True)
class Refused:
    """Why a difference cannot be evolved: counts and columns, never a value."""

    code: Worded
    what: str
    remedy: str


_REBUILD = (
    "restore the catalogue; or move the table's folder away and run: it is rebuilt from landing"
)


def refusals(
    con: Connection,
    catalog: Catalog,
    resource: Resource,
    found: Snapshot,
    document: str | None,
) -> tuple[Refused, ...]:
    """Return everything that prevents evolving a table; its rows are read, and none is shown.

    A type fits when every stored value becomes one of the new type and back again, unchanged.
    """
    told = differences(catalog, resource, found)
    refused = list(_unsaid(told))
    refused += _unfit(con, found, _columns(catalog, resource, found), told)
    if not refused:
        refused += _indistinct(con, catalog, resource, found)
    lost = sorted(one.column for one in told if one.loses)
    if lost and not (document or "").strip():
        refused.append(
            Refused(
                EvolutionRefusal.UNDOCUMENTED,
                f"{', '.join(lost)}: stored values would go, and no document says so",
                "name the document: `quanshu evolve --document NUMBER`",
            )
        )
    return tuple(refused)


def evolve_table(
    con: Connection,
    catalog: Catalog,
    resource: Resource,
    path: Place,
    mandate: Mandate,
) -> bool:
    """Bring an authoritative table to the catalogue's shape; returns whether anything was done.

    The caller holds the resource's lock and knows that nothing is refused. New columns alone are a
    commit to the log. Anything else rewrites the rows, in one commit that names the change, the
    actor and the document. The table keeps its identity, its change data feed and the record of
    applied deliveries.
    """
    shape = authoritative_shape(catalog, resource)

    def attempt() -> bool:
        found = snapshot(path)
        told = differences(catalog, resource, found) if found else ()
        if found is None or not told:
            return False
        if any(one.kind not in {TableDifference.ADDED, TableDifference.KEYED} for one in told):
            query = (
                f"SELECT {', '.join(_selected(catalog, resource, found))} FROM {found.scan_sql()}"
            )
            bulk_write(con, query, found, shape, _commit(resource, found, told, mandate))
        else:
            gain(found.table, shape.columns)
        _remember_key(found, shape)
        return True

    return retrying(path, attempt)


def know_key(con: Connection, catalog: Catalog, resource: Resource, found: Snapshot) -> None:
    """Record the key of a table that an earlier version made without one; once in its life.

    Raises:
        TableError: its rows are not unique under the key that the catalogue names today.
        CommitFailedError: somebody else committed in between.
    """
    if any(column.key for column in found.columns):
        return
    for refused in _indistinct(con, catalog, resource, found):
        raise TableError(refused.what, where=resource.ref, remedy=refused.remedy)
    _remember_key(found, authoritative_shape(catalog, resource))


def rename_columns(con: Connection, path: Place, shape: Shape, names: dict[str, str]) -> bool:
    """Rewrite a table beside the authoritative one under new column names (old → new).

    It gains the columns that it lacks. Columns that the shape does not name stay: they are part of
    the quarantined records.
    """

    def attempt() -> bool:
        found = snapshot(path)
        stored = {column.name for column in found.columns} if found else set()
        due = {old: new for old, new in names.items() if old in stored and new not in stored}
        if found is None or not due:
            return False
        kept = [Column(due.get(c.name, c.name), c.type, c.comment) for c in found.columns]
        have = {column.name for column in kept}
        columns = (*kept, *(column for column in shape.columns if column.name not in have))
        renamed = [f"{identifier(old)} AS {identifier(new)}" for old, new in due.items()]
        rest = [identifier(name) for name in stored - due.keys()]
        rest += [
            f"CAST(NULL AS {column.type}) AS {identifier(column.name)}"
            for column in columns
            if column.name not in have
        ]
        wide = Shape(shape.name, shape.description, columns)
        query = f"SELECT {', '.join((*renamed, *rest))} FROM {found.scan_sql()}"
        commit = Commit("evolution", found.version, {"renamed": json.dumps(due)})
        bulk_write(con, query, found, wide, commit)
        return True

    return retrying(path, attempt)


def _columns(catalog: Catalog, resource: Resource, found: Snapshot) -> dict[str, str]:
    """Return wanted column → stored column, of those that are stored."""
    renamed = {
        one.column: one.stored
        for one in differences(catalog, resource, found)
        if one.kind is TableDifference.RENAMED
    }
    stored = {column.name for column in found.columns}
    names = authoritative_shape(catalog, resource).names
    pairs = ((name, renamed.get(name, name)) for name in names)
    return {name: was for name, was in pairs if was in stored}


def _selected(catalog: Catalog, resource: Resource, found: Snapshot) -> Iterator[str]:
    sources = _columns(catalog, resource, found)
    for column in authoritative_shape(catalog, resource).columns:
        was = identifier(sources[column.name]) if column.name in sources else "NULL"
        yield f"CAST({was} AS {column.type}) AS {identifier(column.name)}"


def _unsaid(told: Sequence[Difference]) -> Iterator[Refused]:
    for one in told:
        if one.kind is TableDifference.GONE:
            yield Refused(
                one.kind,
                str(one),
                f"say what became of it: `formerly: {one.column}` on the item it is now, or "
                f"`retired_items: {{{one.column}: {{on: …, reason: …}}}}`",
            )


def _unfit(
    con: Connection,
    found: Snapshot,
    sources: dict[str, str],
    told: Sequence[Difference],
) -> Iterator[Refused]:
    for one in told:
        if one.kind is not TableDifference.RETYPED:
            continue
        was = identifier(sources[one.column])
        there = f"TRY_CAST({was} AS {one.wanted})"
        back = f"TRY_CAST({there} AS {one.stored})"
        ((count,),) = con.execute(
            f"SELECT count(*) FROM {found.scan_sql()} WHERE {was} IS DISTINCT FROM {back}"
        ).fetchall()
        if count:
            what = f"{one}; {count:,} stored value(s) do not fit"
            yield Refused(EvolutionRefusal.UNFIT, what, _REBUILD)


def _indistinct(
    con: Connection, catalog: Catalog, resource: Resource, found: Snapshot
) -> Iterator[Refused]:
    """Refuse a key that does not tell stored rows apart, or that some of them do not have."""
    sources = _columns(catalog, resource, found)
    recorded = {column.name for column in found.columns if column.key}
    if recorded and recorded == {sources.get(code) for code in resource.key}:
        return
    lacking = [code for code in resource.key if code not in sources]
    keys = identifiers([sources[code] for code in resource.key if code in sources])
    some_null = " OR ".join(
        f"{identifier(sources[c])} IS NULL" for c in resource.key if c in sources
    )
    rows = found.scan_sql()
    total = found.rows()
    empty = total if lacking else 0
    twice = 0
    if keys and not lacking and total:
        ((empty, twice),) = con.execute(
            f"SELECT count(*) FILTER ({some_null}), count(*) - count(DISTINCT ({keys})) FROM {rows}"
        ).fetchall()
    if empty or twice:
        yield Refused(
            EvolutionRefusal.INDISTINCT,
            f"the key ({', '.join(resource.key)}) does not identify the stored rows: {empty:,} "
            f"lack a part of it, {twice:,} share theirs with another row",
            _REBUILD,
        )


def _commit(
    resource: Resource, found: Snapshot, told: Sequence[Difference], mandate: Mandate
) -> Commit:
    facts: dict[str, str | int] = {
        "evolved": json.dumps([[one.kind.value, str(one)] for one in told], ensure_ascii=False),
        "actor": mandate.actor,
    }
    if mandate.document:
        facts["approval"] = mandate.document
    return Commit(f"evolution/{resource.ref}", found.version, facts)


def _remember_key(found: Snapshot, shape: Shape) -> None:
    """Mark the columns that are the key, and no others; nothing is committed where they are."""
    wanted = {column.name for column in shape.columns if column.key}
    for column in columns_of(found.table.schema()):
        if column.key != (column.name in wanted):
            mark = {KEY: "1" if column.name in wanted else "0"}
            found.table.alter.set_column_metadata(
                column.name, mark, commit_properties=marked({"key": ", ".join(sorted(wanted))})
            )
    found.table.update_incremental()
