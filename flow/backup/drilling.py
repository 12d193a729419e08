"""Drills: a backup restored into a folder that goes afterwards, to know that it can be (八(一)).

Belongs here: the act, the record, the two times that are measured. Keep out: restoring itself
(`flow.backup.restoring`). RTO is how long it took until the home was there and held to what it was;
RPO is how far the generation lies behind the moment of the drill: what a loss now would cost.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from audit.acts import Act, Operation
from audit.verifier import VerifierKey
from catalog_specs.errors import BackupError
from catalog_specs.rules.homes.backup_faults import BackupFault
from flow.acts import about_city, at_work
from flow.backup.checking import Checked, Flaw, check
from flow.backup.heads import Chosen, chosen
from flow.backup.making import record
from flow.backup.restoring import build
from flow.city import City
from storage.backup.ledger import BACKUPS, BackupEvent
from storage.backup.manifest import Head
from storage.backup.repository import Repository
from storage.layout import Layout
from storage.permissions import private_files
from storage.working_folders import working_folder

__all__ = ["Drilled", "drill", "examined"]


@dataclass(frozen=True)
class Drilled:
    """A drill that went well: of which generation, with its tables and rows, and both times."""

    head: Head
    rows: dict[str, int]
    rpo_seconds: int
    rto_milliseconds: int


@private_files()
def drill(city: City, source: Path, identity: str = "", which: Chosen | None = None) -> Drilled:
    """Restore a generation into a folder below `work/`, compare it, remove it, and record it.

    The governance store is restored as a file there, whatever the home's own is.

    Raises:
        BackupError: it cannot be restored, which is on record too; or the home has no audit log.
        AuditError: the act cannot be entered; nothing is restored then.
    """
    repository = Repository.open(source)
    if not _own(city):
        raise BackupError(BackupFault.OTHER_HOME, where=str(city.layout.home))
    head = chosen(repository, which or Chosen(), _own(city))
    act = _act(city, "备份恢复演练", head)
    with at_work(city, act) as performance:
        performance.enter()
        began = time.monotonic()
        with (
            working_folder(city.layout.work, "drill-") as folder,
            _told(city, repository, head, began),
        ):
            tried = replace(city, layout=Layout(folder / "home"), governance_db="")
            manifest = build(tried, repository, head, identity)
    took = int(1000 * (time.monotonic() - began))
    since = city.clock() - datetime.fromisoformat(head.at)
    rows = {name: count for name, (_, count) in manifest.tables.items()}
    return Drilled(head, rows, int(since.total_seconds()), took)


@private_files()
def examined(city: City, source: Path, identity: str | None = None) -> Checked:
    """Check a backup against the home's own key, and record what was found of its newest one.

    Where there is no home, as on another machine, it is checked by itself and nothing is recorded.

    Raises:
        BackupError: there is no generation.
        AuditError: the act cannot be entered.
    """
    repository, began = Repository.open(source), time.monotonic()
    if not _own(city):
        return check(repository, (), identity)
    act = about_city(city, Operation.ACCESS, "核验备份", f"备份库 {repository.name}")
    with at_work(city, act) as performance:
        performance.enter()
        found = check(repository, _own(city), identity)
        found = replace(found, flaws=(*found.flaws, *_known_otherwise(city, repository)))
        if found.heads:
            head = found.heads[-1]
            took = int(1000 * (time.monotonic() - began))
            digest = repository.digest(head.generation)
            record(
                city, head, BackupEvent.CHECKED, digest, milliseconds=took, faults=len(found.flaws)
            )
    return found


def _known_otherwise(city: City, repository: Repository) -> Iterator[Flaw]:
    """Yield the generations that the home's ledger knows, and that are gone or are others now.

    Those before the first one there were pruned.
    """
    there = repository.generations()
    for one in BACKUPS.read(city.layout):
        if one.event is BackupEvent.MADE and one.repository == repository.name:
            where, number = f"generations/{one.generation:06}", one.generation
            if number not in there and number > min(there):
                yield Flaw(BackupFault.MISSING, where, (number,))
            elif number in there and repository.digest(number) != one.digest:
                yield Flaw(BackupFault.NOT_IN_ORDER, where, (number,))


def _own(city: City) -> Sequence[VerifierKey]:
    return city.audit.verifiers


def _act(city: City, purpose: str, head: Head) -> Act:
    content = f"备份库 {head.repository} 第 {head.generation} 次备份（{head.at}）"
    return about_city(city, Operation.ACCESS, purpose, content)


@contextmanager
def _told(city: City, repository: Repository, head: Head, began: float) -> Iterator[None]:
    """Record how the drill ended, whichever way."""
    faults = 1
    try:
        yield
        faults = 0
    finally:
        took = int(1000 * (time.monotonic() - began))
        digest = repository.digest(head.generation)
        record(city, head, BackupEvent.DRILLED, digest, milliseconds=took, faults=faults)
