"""views/city.duckdb: commented views over every authoritative table, for the authority's analysts.

Belongs here: what the file holds, and when it is built. Keep out: making what it holds (`filling`),
the SQL of single views (`sql`), shares for others (`governance`).
A view lists the live files of one version, so a reader sees one state until the file is replaced;
the file opens in any DuckDB, read-only, without extensions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from catalog_specs.catalog import Catalog
from catalog_specs.local_time import local_day
from governance.cases.disputes import Disputed, disputes_in
from governance.scores.scorecard import quality_scores
from outlets.views.filling import Stamp, put_in_place, stamped
from outlets.views.ledger_views import ledger_view
from outlets.views.ledgers import LEDGERS
from outlets.views.lookups import code_tables, codes, departments, disputed, freshness, waiting
from outlets.views.mismatch_tables import mismatch_tables
from outlets.views.scores_table import scores_table
from outlets.views.sql import (
    Commented,
    quarantine_counts,
    resource_view,
    subject_views,
)
from quality.reconciliation.matrix import matrix
from register.comparisons import COMPARISONS
from register.landed import landed
from register.register import Entry, open_registers
from register.rule_results import RULE_RESULTS
from storage.acts import enter_act
from storage.delta.tables import Snapshot, glance
from storage.digests import sha256_of_lines
from storage.engines.connection import end_if_interrupted
from storage.engines.database_files import sweep_database
from storage.evolution.differences import differences
from storage.foreign_commits import Foreign, look, looks
from storage.layout import Layout
from storage.places.object_path import Place
from storage.places.tables import LEDGER_DEPTH, log_stamp, tables_under
from storage.swaps import clear_aside, read_json, write_json

__all__ = ["CityViews", "build_city_views"]

FORMAT = 11
"""Rises when the file is built in another way, so that every file is built again."""


@dataclass(frozen=True)
class CityViews:
    """The file, how many views it holds, and whether this call built it.

    `broken` are the tables and views that cannot be read, by resource, ledger or `schema.view`: the
    file is built without them, so that one broken table takes no other from the analysts.
    """

    path: Path
    views: int
    built: bool
    broken: Mapping[str, Exception] = field(default_factory=dict)


def build_city_views(layout: Layout, catalog: Catalog, now: datetime) -> CityViews:
    """Build the analysts' file again when a table or the catalogue has changed since then.

    Its schemas: one per department with a view per resource; `subjects` with a view per subject
    that has one (人口, 法人, …); `codes` with a table per code list; `quality` with the ledgers,
    what codes mean, who answers for what, what waits, counts of what was quarantined and how fresh
    each table is; `_meta` with the digest and the time it was built. What a killed run left beside
    it goes first, even when there is nothing to build.
    """
    path = layout.city_views
    sweep_database(path)
    clear_aside(layout.state("views"))
    seen = _seen(layout, catalog)
    known = read_json(layout.state("views"))
    if known.get("seen") == seen and known.get("file") == _file(path):
        return CityViews(path, known["views"], built=False)
    found = _Found.look(layout, catalog)
    stamp = Stamp(_base(layout, catalog), found.digest())
    before = stamped(path)
    if before and before.stamp == stamp:
        _remember(layout, seen, before.views, found.broken)
        return CityViews(path, before.views, built=False, broken=found.broken)
    enter_act()
    told_by_ledgers = (*_disagreeing(layout, catalog, found), *_scored(layout, catalog, found, now))
    views = (*_views(catalog, found), *told_by_ledgers)
    broken = put_in_place(path, views, stamp, now, before)
    told = {**found.broken, **broken}
    _remember(layout, seen, len(views), told)
    return CityViews(path, len(views) - len(broken), built=True, broken=told)


def _seen(layout: Layout, catalog: Catalog) -> str:
    """Return what changes whenever the file may have to: a few looks at folders, no table opened.

    Of the very same tables, ledgers, deliveries and disputes the same file would be built.
    """
    stamps = (
        f"{ref} {log_stamp(layout.authoritative(ref))} {log_stamp(layout.quarantine(ref))}"
        f" {landed(layout, ref).names}"
        for ref in catalog.resources
    )
    ledgers = (
        f"{name} {log_stamp(one)}" for name, one in tables_under(layout.ledgers, LEDGER_DEPTH)
    )
    disputes = map(str, disputes_in(layout))
    return sha256_of_lines([_base(layout, catalog), *ledgers, *stamps, *disputes])


def _remember(layout: Layout, seen: str, views: int, broken: Mapping[str, Exception]) -> None:
    """Keep what the file is the right one for; what is broken is looked at again each time."""
    if not broken:
        state = {"seen": seen, "file": _file(layout.city_views), "views": views}
        write_json(layout.state("views"), state)


def _file(path: Path) -> list[int]:
    """Return by what the file is known to be the one that was looked at; nothing without one."""
    try:
        state = path.stat()
    except FileNotFoundError:
        return []
    return [state.st_ino, state.st_size, state.st_ctime_ns]


def _base(layout: Layout, catalog: Catalog) -> str:
    """Return what changes whenever the whole file has to be built again.

    The place too: what a copied file no longer uses still names the home that it came from.
    """
    return sha256_of_lines([f"{FORMAT} {catalog.digest}", codes().query, str(layout.home)])


def _views(catalog: Catalog, found: _Found) -> tuple[Commented, ...]:
    ledgers = [ledger for ledger in LEDGERS if ledger.name not in found.broken]
    return (
        *code_tables(catalog),
        codes(),
        departments(catalog),
        freshness(catalog, found.tables, found.broken),
        disputed(found.disputed),
        *(
            resource_view(catalog, one, found.tables, found.warnings.get(one.ref, ""))
            for one in catalog.resources.values()
            if one.ref not in found.broken
        ),
        *subject_views(catalog, found.tables, found.broken, found.warnings, found.doubted),
        *(ledger_view(ledger, found.ledgers.get(ledger.name)) for ledger in ledgers),
        quarantine_counts(found.quarantines),
        *([] if found.waiting is None else [waiting(found.waiting)]),
    )


def _disagreeing(layout: Layout, catalog: Catalog, found: _Found) -> tuple[Commented, ...]:
    """Return the tables of disagreement; none where their ledger cannot be read, which is told."""
    if COMPARISONS.name in found.broken:
        return ()
    return mismatch_tables(catalog, matrix(layout, catalog))


def _scored(
    layout: Layout, catalog: Catalog, found: _Found, now: datetime
) -> tuple[Commented, ...]:
    """Return the table of points; none where the ledger of results cannot be read."""
    if RULE_RESULTS.name in found.broken:
        return ()
    return (scores_table(quality_scores(layout, catalog, local_day(catalog, now))),)


@dataclass(frozen=True)
class _Found:
    """The tables there are, each opened once, so that all views see the same versions."""

    tables: Mapping[str, Snapshot]
    quarantines: Mapping[str, Snapshot]
    ledgers: Mapping[str, Snapshot]
    broken: Mapping[str, Exception]
    warnings: Mapping[str, str]
    """What a view says of a table that is not as the catalogue asks, or not of our making alone."""
    waiting: Sequence[tuple[str, Entry]] | None
    """Deliveries that are not over, with their resources; None when the ledgers cannot say."""
    disputed: Sequence[Disputed] = ()

    @classmethod
    def look(cls, layout: Layout, catalog: Catalog) -> _Found:
        broken: dict[str, Exception] = {}
        tables = _snapshots(catalog.resources, layout.authoritative, broken)
        known = looks(layout)
        warnings = {
            ref: _warning(catalog, table, ref, look(ref, table, known.get(ref, ())))
            for ref, table in tables.items()
        }
        quarantines = _snapshots(catalog.resources, layout.quarantine, broken)
        ledgers = _snapshots((one.name for one in LEDGERS), layout.ledger, broken)
        return cls(
            tables,
            quarantines,
            ledgers,
            broken,
            {ref: said for ref, said in warnings.items() if said},
            _waiting(layout, catalog, broken),
            disputes_in(layout),
        )

    @property
    def doubted(self) -> frozenset[str]:
        """Return the resources of which a value is disputed."""
        return frozenset(one.resource for one in self.disputed)

    def digest(self) -> str:
        """Return what changes whenever anything in the file does."""
        states = (
            f"{name} {table.path} {table.table_id} {table.version}"
            for group in (self.tables, self.quarantines, self.ledgers)
            for name, table in group.items()
        )
        waits = (f"{ref} {one.delivery} {one.state}" for ref, one in self.waiting or ())
        told = (*sorted(self.broken), *states, *self.warnings.values(), *waits)
        told = (*told, *map(str, self.disputed))
        return sha256_of_lines(told)


def _waiting(
    layout: Layout, catalog: Catalog, broken: Mapping[str, Exception]
) -> Sequence[tuple[str, Entry]] | None:
    """Ask the registers of the readable tables; a ledger that cannot be read is told of as such."""
    asked = [one for one in catalog.resources.values() if one.ref not in broken]
    try:
        registers = open_registers(layout, asked)
        return [(ref, one) for ref, register in registers.items() for one in register.waiting]
    except Exception as error:  # noqa: BLE001 - its own view meets it, and tells
        end_if_interrupted(error)
        return None


def _warning(catalog: Catalog, table: Snapshot, ref: str, foreign: Iterable[Foreign]) -> str:
    """Say what whoever reads a table has to know first; "" when there is nothing."""
    written = "; ".join(map(str, foreign))
    told = differences(catalog, catalog.resource(ref), table)
    waiting = "; ".join(str(one) for one in told if one.urgent)
    return (f"【外部写入待核：{written}】" if written else "") + (
        f"【数据表待演进（quanshu evolve），与目录不一致：{waiting}】" if waiting else ""
    )


def _snapshots(
    names: Iterable[str], place: Callable[[str], Place], broken: dict[str, Exception]
) -> Mapping[str, Snapshot]:
    """Open the tables there are; note those that cannot be opened in `broken`."""
    found: dict[str, Snapshot] = {}
    for name in names:
        try:
            one = glance(place(name))
        except Exception as error:  # noqa: BLE001 - one broken table takes no other away
            end_if_interrupted(error)
            broken[name] = error
            continue
        found |= {name: one} if one else {}
    return found
