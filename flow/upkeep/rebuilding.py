"""Rebuilding of a partition: its rows as landing, verdicts and quarantine give them.

Belongs here: what stands against it, gathering the rows, replacing those that differ. Keep out:
applying a delivery (`authoritative.promotion`), a table that is gone (`flow.promotion`: the next
run fills it).
The deliveries that were applied are applied once more, to a table aside that takes the records of
this partition alone. So nobody judges again, and what comes of it is what a whole rebuild would
give; the table keeps its identity, and every other partition its files.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

from audit.acts import Operation
from authoritative.promotion import Candidate, Origin, promote
from catalog_specs.errors import TableError
from catalog_specs.models.resource import Resource
from flow.acts import about_resource, at_work
from flow.city import City
from flow.promotion import judged_again
from flow.stops import opened, opened_gate
from quality.quarantine.origins import delivered_as
from register.bundles import bundled
from register.register import Register
from storage.delta.commits import Commit, retrying
from storage.delta.fast_write import removed_if_refused, write_content
from storage.delta.log_entries import Replacement, commit_replacement
from storage.delta.table_shape import Shape, authoritative_shape, partition_sql
from storage.delta.tables import Snapshot, snapshot
from storage.engines.connection import Connection, EngineError, end_if_interrupted
from storage.engines.relation import as_view
from storage.engines.workbench import open_workbench
from storage.evolution.differences import require_fit
from storage.foreign_commits import accepted_on, require_ours, vouch
from storage.full_disk import is_full
from storage.layout import Layout
from storage.places.object_path import place_of
from storage.sql import identifiers, literal
from storage.working_folders import working_folder

__all__ = ["Rebuilt", "rebuild_partition"]


@dataclass(frozen=True)
class Rebuilt:
    """What became of a partition: rows that it has, that were missing and that were too many."""

    resource: str
    partition: str
    version: int
    rows: int
    came: int = 0
    left: int | None = 0
    """None where its files could not be read, so that nobody can say."""

    @property
    def changed(self) -> bool:
        """Say whether the partition was not as landing gives it."""
        return bool(self.came or self.left is None or self.left)

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        return asdict(self) | {"changed": self.changed}


def rebuild_partition(city: City, ref: str, name: str) -> Rebuilt:
    """Make one partition anew from landing; nothing is written where it is as it ought to be.

    Raises:
        TableError: the resource has no partitions or no table, landing gives no record of this one,
            a delivery is not in landing any more, or somebody else's commit was accepted.
        ForeignCommitError: somebody else's commit waits for a decision.
    """
    resource = city.catalog.resource(ref)
    act = about_resource(city, Operation.MAINTAIN, ref, facts={"rebuilt": name})
    with city.lock(ref), at_work(city, act):
        register = opened(city, ref)
        _require_rebuildable(city, register)
        with _from_landing(city, register, name) as made:
            done = _replaced(city, resource, name, made)
        vouch(city.layout, ref, city.actor, city.clock())
    return done


def _require_rebuildable(city: City, register: Register) -> None:
    resource = register.resource
    found = snapshot(city.layout.authoritative(resource.ref))
    if resource.partition is None or found is None:
        raise TableError(
            "there is no table with partitions",
            where=resource.ref,
            remedy="move the folder of the table away, if there is one, and run: it is made anew",
        )
    require_ours(city.layout, resource.ref, found)
    require_fit(city.catalog, resource, found)
    if document := accepted_on(city.layout, resource.ref, found.table_id):
        raise TableError(
            f"what somebody else did to it was accepted on {document}, and would be undone",
            where=resource.ref,
            remedy="deliver the partition as it ought to be",
        )
    if gone := register.entries.applied - {*register.landed.names}:
        raise TableError(
            f"{len(gone)} deliveries that were applied are not in landing",
            where=resource.ref,
            remedy="restore lake/landing from a backup first",
        )


@contextmanager
def _from_landing(city: City, register: Register, name: str) -> Iterator[Snapshot]:
    """Yield a table with the rows of one partition, made aside of what was applied."""
    resource = register.resource
    if resource.partition is None:
        raise ValueError("the resource has no partitions")
    names = tuple(one for one in register.passed if one in register.entries.applied)
    verdicts = {one: said for one in names if (said := register.entries.verdict(one))}
    bundles = bundled(register.landed.deliveries(names), resource.feed.kind)
    shape = authoritative_shape(city.catalog, resource)
    typed = next(one.type for one in shape.columns if one.name == resource.partition.of)
    item = identifiers([resource.partition.of])
    chosen = f"{partition_sql(resource.partition)} = {literal(name)}"
    with working_folder(city.layout.work, "rebuild_") as folder, opened_gate(city) as gate:
        aside = Layout(folder)
        for bundle in bundles:
            judged = judged_again(gate, verdicts, bundle)
            con, accepted = judged.accepted.con, judged.accepted.sql
            rows = f"SELECT _row, CAST({item} AS {typed}) AS {item} FROM {accepted}"
            mine = f"_row IN (SELECT _row FROM ({rows}) WHERE {chosen})"
            wanted = as_view(con, "_rebuilt", f"FROM {accepted} WHERE {mine}")
            if con.execute(f"SELECT 1 FROM {wanted.sql} LIMIT 1").fetchall():
                kind = delivered_as(resource, bundle.last)
                one = Candidate(bundle, wanted, judged.quarantined, kind)
                promote(aside, city.catalog, one, Origin(city.actor, city.clock()))
        made = snapshot(aside.authoritative(resource.ref))
        if made is None:
            raise TableError(
                f"no delivery in landing has a record of partition {name}",
                where=resource.ref,
                remedy="put the file that has its records into the inbox and run",
            )
        yield made


def _replaced(city: City, resource: Resource, name: str, made: Snapshot) -> Rebuilt:
    """Put the rows of a table aside in place of a partition's, where they differ."""
    shape = authoritative_shape(city.catalog, resource)
    path = city.layout.authoritative(resource.ref)

    def attempt() -> Rebuilt:
        found = snapshot(path)
        if found is None:
            raise TableError("the table vanished", where=str(path), remedy="run again")
        former = found.within([name])
        with open_workbench(city.layout.work, city.limits) as con:
            came, left = _differences(con, former, made, shape)
            done = Rebuilt(resource.ref, name, found.version, made.rows(), came, left)
            if not done.changed:
                return done
            added = write_content(con, f"FROM {made.select_sql(shape.columns)}", path, shape)
        said = {"rebuilt": name, "actor": city.actor, "promoted_at": city.clock().isoformat()}
        commit = Commit(resource.ref, found.transaction_version(resource.ref) or 0, said)
        with removed_if_refused(added):
            version = commit_replacement(found, Replacement(former.files, added), shape, commit)
        if left is None:
            _clear(former)
        return Rebuilt(resource.ref, name, version, made.rows(), came, left)

    return retrying(path, attempt)


def _differences(
    con: Connection, former: Snapshot, made: Snapshot, shape: Shape
) -> tuple[int, int | None]:
    """Count the rows that are missing in a partition and those too many; None: unreadable."""
    stored, wanted = (one.select_sql(shape.columns) for one in (former, made))
    try:
        [(left,)] = con.execute(
            f"SELECT count(*) FROM (FROM {stored} EXCEPT ALL FROM {wanted})"
        ).fetchall()
    except EngineError as error:
        if is_full(error):
            raise
        end_if_interrupted(error)
        return made.rows(), None
    [(came,)] = con.execute(
        f"SELECT count(*) FROM (FROM {wanted} EXCEPT ALL FROM {stored})"
    ).fetchall()
    return came, left


def _clear(former: Snapshot) -> None:
    """Remove files that nobody can read: whoever follows the change feed starts from the table."""
    for file in former.files:
        place_of(file).unlink(missing_ok=True)
