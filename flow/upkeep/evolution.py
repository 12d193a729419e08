"""Evolution of a home: what an edited catalogue means for its tables, and adapting them.

Belongs here: the plan over a whole city, carrying it out resource by resource, what the catalogue
no longer has. Keep out: how one table differs and evolves (`storage.evolution.differences`,
`evolving`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from audit.acts import Operation
from audit.lake import tables_of
from authoritative.sequences import sequences_shape
from catalog_specs.errors import ForeignCommitError
from catalog_specs.local_time import local_moment
from catalog_specs.models.resource import Resource
from catalog_specs.rules.homes.evolution import HomeDifference, TableDifference
from flow.acts import about_city, about_resource, at_work
from flow.city import City
from flow.upkeep.former_results import bring_former_results, former_results
from quality.quarantine.table import key_column, quarantine_shape
from storage.delta.tables import Snapshot, snapshot
from storage.engines.connection import Connection
from storage.engines.workbench import open_workbench
from storage.evolution.differences import Difference, differences
from storage.evolution.evolving import Mandate, Refused, evolve_table, refusals, rename_columns
from storage.evolution.ledger import EVOLUTIONS, Evolution, Stage, evolutions
from storage.foreign_commits import require_ours

__all__ = ["Orphan", "Planned", "evolve", "former_facts", "orphans", "plan"]


_OF_RESOURCES = ("authoritative", "sequences", "quarantine")


@dataclass(frozen=True)
class Planned:
    """One resource whose table is not as the catalogue asks, and what stands against evolving."""

    resource: str
    file: str
    differences: tuple[Difference, ...]
    refused: tuple[Refused, ...] = ()

    @property
    def urgent(self) -> bool:
        """Say whether the resource waits until it has evolved."""
        return bool(self.refused) or any(one.urgent for one in self.differences)

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        return {
            "resource": self.resource,
            "file": self.file,
            "urgent": self.urgent,
            "differences": [
                {"code": one.kind.value, "column": one.column, "what": str(one)}
                for one in self.differences
            ],
            "refused": [asdict(one) for one in self.refused],
        }


@dataclass(frozen=True)
class Orphan:
    """Something in the home that belongs to no resource of the catalogue."""

    resource: str
    places: tuple[str, ...]
    retired: bool

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        return asdict(self)

    def __str__(self) -> str:
        """Read as one line."""
        where = ", ".join(self.places)
        if self.retired:
            what = f"{self.resource} is retired: {where} kept as they are, nothing leaves"
            return f"{HomeDifference.RETIRED} {what}"
        what = f"{self.resource} is not in the catalogue: {where}"
        remedy = "put its file back, with `retired: {on: …, reason: …}` if nothing is collected"
        return f"{HomeDifference.ORPHANED} {what} · {remedy} any more"


def plan(city: City, document: str | None = None) -> tuple[Planned, ...]:
    """Return every resource whose table differs from the catalogue; rows are read, not written."""
    with open_workbench(city.layout.work, city.limits) as con:
        planned = (_planned(city, con, one, document) for one in city.catalog.in_order())
        return tuple(one for one in planned if one.differences or one.refused)


def evolve(city: City, document: str | None = None) -> tuple[Planned, ...]:
    """Bring every table along that may be; returns the plan it went by, refusals included.

    What is refused stays as it is, and so does what was done when this is called once more.
    """
    done: list[Planned] = []
    for resource in city.catalog.in_order():
        with city.lock(resource.ref), open_workbench(city.layout.work, city.limits) as con:
            planned = _planned(city, con, resource, document)
            if planned.differences or planned.refused:
                done.append(planned)
            act = about_resource(city, Operation.MAINTAIN, resource.ref, document=document)
            if not planned.refused:
                with at_work(city, act):
                    _evolve_one(city, con, resource, planned, document)
    return tuple(done)


def former_facts(city: City, *, bring: bool) -> int:
    """Return of how many deliveries rule results stand where an earlier version kept them.

    With `bring` they are entered where they stand today; what is there already is left alone.
    """

    def local(moment: str) -> str:
        return local_moment(city.catalog, datetime.fromisoformat(moment)).isoformat()

    with open_workbench(city.layout.work, city.limits) as con:
        waiting = former_results(con, city.layout)
        act = about_city(city, Operation.MAINTAIN, "沿用旧版登记的规则结果", "rule_results")
        if waiting and bring:
            with at_work(city, act):
                bring_former_results(con, city.layout, local)
        return waiting


def orphans(city: City) -> tuple[Orphan, ...]:
    """Return what the home holds of resources that the catalogue does not have, or has retired."""
    found: dict[str, list[str]] = {}
    for ref, where in _held(city):
        if ref not in city.catalog.resources:
            found.setdefault(ref, []).append(f"{where}/{ref}")
    return tuple(
        Orphan(ref, tuple(places), ref in city.catalog.retired)
        for ref, places in sorted(found.items())
    )


def _held(city: City) -> Iterator[tuple[str, str]]:
    """Yield every resource that the home holds something of, and in which folder."""
    layout = city.layout
    tables = (layout.lake / kind for kind in _OF_RESOURCES)
    for place in (layout.home / "inbox", layout.lake / "landing", *tables):
        for path in sorted(place.glob("*/*")):
            plain = not any(part.startswith(".") for part in (path.name, path.parent.name))
            # folders of an inbox stay
            if plain and path.is_dir() and not all(one.is_dir() for one in path.rglob("*")):
                yield path.relative_to(place).as_posix(), place.relative_to(layout.home).as_posix()
    for name, _ in tables_of(layout) if layout.store is not None else ():
        kind, _, ref = name.partition("/")
        if kind in _OF_RESOURCES:
            yield ref, f"lake/{kind}"


def _planned(city: City, con: Connection, resource: Resource, document: str | None) -> Planned:
    found = snapshot(city.layout.authoritative(resource.ref))
    file = city.catalog.files.get(f"resources:{resource.ref}", "")
    if found is None:
        return Planned(resource.ref, file, ())
    try:
        require_ours(city.layout, resource.ref, found)
    except ForeignCommitError as error:
        return Planned(resource.ref, file, (), (Refused(error.code, error.what, error.remedy),))
    told = differences(city.catalog, resource, found)
    refused = refusals(con, city.catalog, resource, found, document)
    return Planned(resource.ref, file, told, refused)


def _evolve_one(
    city: City,
    con: Connection,
    resource: Resource,
    planned: Planned,
    document: str | None,
) -> None:
    path = city.layout.authoritative(resource.ref)
    found = snapshot(path)
    if found is None:
        return
    begun = _begun(city, resource, found)
    if begun is None and planned.differences:
        begun = _entry(city, planned, found, document)
        EVOLUTIONS.record(city.layout, (begun,))
    if begun is None:
        return
    renamed = {
        one.stored: one.column
        for one in planned.differences
        if one.kind is TableDifference.RENAMED and one.column in resource.key
    }
    # the others first: once the table has its new columns, nobody knows what they were called
    sequences = city.layout.sequences(resource.ref)
    rename_columns(con, sequences, sequences_shape(city.catalog, resource), renamed)
    quarantine = city.layout.quarantine(resource.ref)
    kept = {key_column(was): key_column(name) for was, name in renamed.items()}
    rename_columns(con, quarantine, quarantine_shape(city.catalog, resource), kept)
    evolve_table(con, city.catalog, resource, path, Mandate(city.actor, document))
    now = city.clock().isoformat()
    EVOLUTIONS.record(city.layout, (replace(begun, stage=Stage.DONE, at=now),))


def _begun(city: City, resource: Resource, found: Snapshot) -> Evolution | None:
    """Return an evolution of this very table that was planned and not completed."""
    entries = evolutions(city.layout, resource.ref)
    done = {(one.table_id, one.from_version) for one in entries if one.stage is Stage.DONE}
    waiting = [
        one
        for one in entries
        if one.table_id == found.table_id and (one.table_id, one.from_version) not in done
    ]
    return waiting[-1] if waiting else None


def _entry(city: City, planned: Planned, found: Snapshot, document: str | None) -> Evolution:
    loses = any(one.loses for one in planned.differences)
    return Evolution(
        resource=planned.resource,
        table_id=found.table_id,
        from_version=found.version,
        stage=Stage.PLANNED,
        steps=tuple(f"{one.kind.value} {one}" for one in planned.differences),
        actor=city.actor,
        document=document if loses else None,
        at=city.clock().isoformat(),
    )
