"""views/city.duckdb: commented views over every authoritative table, for the authority's analysts.

Belongs here: building that file aside and putting it in place, and when that may be skipped. Keep
out: the SQL of single views (`view_sql`), shares for others (`governance`).
A view lists the live files of one version, so a reader sees one state until the file is replaced;
the file opens in any DuckDB, read-only, without extensions.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from catalog_specs.catalog import Catalog
from lakehouse.collection import UNDECLARED
from lakehouse.layout import Layout
from lakehouse.ledgers import DELIVERIES, RECONCILIATION, VERDICTS
from lakehouse.leftovers import sweep, working_folder
from lakehouse.table_shape import Shape
from lakehouse.tables import Snapshot, snapshot
from lakehouse.view_sql import (
    Commented,
    ledger_view,
    quarantine_counts,
    resource_view,
    subject_views,
)

__all__ = ["CityViews", "build_city_views"]

LEDGERS: Mapping[str, Shape] = {
    "verdicts": VERDICTS,
    "deliveries": DELIVERIES,
    "reconciliation": RECONCILIATION,
    "undeclared": UNDECLARED,
}
FORMAT = 2
"""Rises when the file is built in another way, so that every file is built again."""
_BUILDING = ".building"


@dataclass(frozen=True)
class CityViews:
    """The file, how many views it holds, and whether this call built it."""

    path: Path
    views: int
    built: bool


def build_city_views(layout: Layout, catalog: Catalog, now: datetime) -> CityViews:
    """Build the analysts' file anew when a table or the catalogue has changed since it was built.

    Its schemas: one per department with a view per resource; `subjects` with a view per subject
    that has one (人口, 法人, …); `quality` with the ledgers and counts of what was kept back;
    `_meta` with the digest and the time it was built. What a killed run left beside it goes first,
    even when there is nothing to build.
    """
    path = layout.city_views
    path.parent.mkdir(parents=True, exist_ok=True)
    sweep(path.parent, f".{path.name}.", _BUILDING)
    found = _Found.look(layout, catalog)
    digest = found.digest(catalog)
    before = _meta(path)
    if before and before[0] == digest:
        return CityViews(path, before[1], built=False)
    views = (
        *(resource_view(catalog, one, found.tables) for one in catalog.resources.values()),
        *subject_views(catalog, found.tables),
        *(ledger_view(name, shape, found.ledgers.get(name)) for name, shape in LEDGERS.items()),
        quarantine_counts(found.quarantines),
    )
    with working_folder(path.parent, f".{path.name}.", _BUILDING) as aside:
        _build(aside / path.name, views, (digest, len(views), now.isoformat()))
        (aside / path.name).replace(path)
    return CityViews(path, len(views), built=True)


@dataclass(frozen=True)
class _Found:
    """The tables there are, each opened once, so that all views see the same versions."""

    tables: Mapping[str, Snapshot]
    quarantines: Mapping[str, Snapshot]
    ledgers: Mapping[str, Snapshot]

    @classmethod
    def look(cls, layout: Layout, catalog: Catalog) -> _Found:
        return cls(
            _snapshots(catalog.resources, layout.authoritative),
            _snapshots(catalog.resources, layout.quarantine),
            _snapshots(LEDGERS, layout.ledger),
        )

    def digest(self, catalog: Catalog) -> str:
        """Return what changes whenever the file has to be built again."""
        states = (
            f"{name} {table.path} {table.table_id} {table.version}"
            for group in (self.tables, self.quarantines, self.ledgers)
            for name, table in group.items()
        )
        text = "\n".join([f"{FORMAT} {catalog.digest}", *states])
        return hashlib.sha256(text.encode()).hexdigest()


def _snapshots(names: Iterable[str], place: Callable[[str], Path]) -> Mapping[str, Snapshot]:
    found = {name: snapshot(place(name)) for name in names}
    return {name: one for name, one in found.items() if one}


def _meta(path: Path) -> tuple[str, int] | None:
    """Return the digest and number of views of the present file; None when it cannot say."""
    if not path.exists():
        return None
    try:
        with duckdb.connect(path, read_only=True) as con:
            row = con.execute("SELECT digest, views FROM _meta.built").fetchall()[0]
    except duckdb.Error:
        return None
    return str(row[0]), int(row[1])


def _build(path: Path, views: Iterable[Commented], built: tuple[str, int, str]) -> None:
    with duckdb.connect(path) as con:
        con.execute("CREATE SCHEMA _meta")
        con.execute("CREATE TABLE _meta.built (digest VARCHAR, views BIGINT, built_at VARCHAR)")
        con.execute("INSERT INTO _meta.built VALUES (?, ?, ?)", built)
        for view in views:
            for statement in view.statements():
                con.execute(statement)
