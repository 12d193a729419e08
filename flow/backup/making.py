"""Making a generation: a home copied while runs go on, and only what is new of it.

Belongs here: what is copied and in which order, the act, the record. Keep out: the moment that is
copied (`flow.backup.cutting`), the backup's folder (`storage.backup`).
What waits in inboxes is copied first, then the moment is fixed, and landing is listed last: a file
that was taken meanwhile is in landing, and no table knows a delivery that is not there. Keys are
not copied. Neither is what the next run makes again from tables and keys: shares, views, the
report. Live files of every table are, with its whole log; earlier versions follow from landing.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from audit.acts import Operation
from audit.lake import checkpoints, entries
from catalog_specs.errors import BackupError, TransientError, UnreadableError
from catalog_specs.local_time import local_moment
from catalog_specs.rules.homes.backup_faults import BackupFault
from catalog_specs.vocabulary import Medium
from flow.acts import about_city, at_work
from flow.backup.copying import Copying, trusted
from flow.backup.cutting import Cut, cut, files_below
from flow.backup.heads import last_head, signed
from flow.city import City
from landing.inbox import UNFINISHED
from register.receipts import deposited
from storage.backup.ledger import BACKUPS, BackupEvent, BackupRecord
from storage.backup.manifest import (
    Entry,
    Head,
    Manifest,
    object_list,
)
from storage.backup.memory import Memory
from storage.backup.repository import Repository
from storage.delta.tables import snapshot
from storage.digests import sha256_of
from storage.layout import Layout
from storage.permissions import private_files
from storage.places.object_path import Place, place_of
from storage.working_folders import working_folder

__all__ = ["Made", "make", "record"]

_STORE = "governance.jsonl"


@dataclass(frozen=True)
class Made:
    """A generation that was made, and the moment that the one before it held."""

    head: Head
    digest: str
    before: str
    milliseconds: int


@private_files()
def make(city: City, to: Path, recipient: str) -> Made:
    """Make the next generation of a backup; `recipient` may be empty: then nothing is encrypted.

    Raises:
        BackupError: the folder is in the home, full, read-only, or holds something else.
        AuditError: the act cannot be entered; nothing is copied then.
        TransientError: too much went on at once.
    """
    _require_apart(city.layout.home, to)
    began = time.monotonic()
    repository = Repository.begin(to)
    # while it goes on no table is tidied: the files of the moment that is copied stay
    with repository.locked(), city.lock("tidying"):
        last = last_head(repository)
        if last is not None and last.origin not in {one.name for one in city.audit.verifiers}:
            raise BackupError(BackupFault.OTHER_HOME, where=str(to))
        generation = max(repository.generations(), default=0) + 1
        content = f"备份库 {repository.name} 第 {generation} 次备份"
        act = about_city(city, Operation.DOWNLOAD, "备份数据主目录", content)
        act = replace(act, medium=Medium.FILE.label, facts={"recipient": recipient})
        with at_work(city, act) as performance:
            performance.enter()
            head, digest = _made(city, repository, generation, recipient)
            took = int(1000 * (time.monotonic() - began))
            record(city, head, BackupEvent.MADE, digest, milliseconds=took)
    return Made(head, digest, last.at if last else "", took)


def record(
    city: City,
    head: Head,
    event: BackupEvent,
    digest: str,
    *,
    milliseconds: int,
    faults: int = 0,
) -> None:
    """Enter what was done with a generation in the ledger; the caller is within the act."""
    one = BackupRecord(
        head.repository,
        head.generation,
        event,
        head.at,
        digest,
        head.files,
        head.total,
        head.copied if event is BackupEvent.MADE else 0,
        faults,
        milliseconds,
        city.actor,
        city.clock().isoformat(),
    )
    BACKUPS.record(city.layout, (one,))


def _require_apart(home: Path, to: Path) -> None:
    home, to = home.resolve(), to.resolve()
    if to.is_relative_to(home) or home.is_relative_to(to):
        raise BackupError(BackupFault.INSIDE, where=str(to))


def _made(city: City, repository: Repository, generation: int, recipient: str) -> tuple[Head, str]:
    """Copy, and put the signed head in place; returns it with its digest."""
    unfinished = repository.begin_one()
    memory = Memory.of(city.layout.backup_memory(repository.memory(recipient)))
    copying = Copying(repository, memory, recipient, trusted(repository))
    try:
        moment, tables = _copy(city, copying)
    except FileNotFoundError:
        raise TransientError(
            "a file of the home went while it was copied",
            where=str(city.layout.home),
            remedy="run again: what was copied is not copied again",
        ) from None
    finally:
        memory.close()
    manifest = Manifest(tuple(copying.entries), tables)
    at = local_moment(city.catalog, moment.at).isoformat(timespec="seconds")
    head = _head(copying, manifest, moment, generation, at)
    note = signed(head, moment.key)
    repository.finish(generation, note)
    memory.keep(manifest.entries)
    if unfinished:
        with suppress(BackupError):  # a damaged generation: nothing goes, `verify` tells of it
            repository.sweep()
    repository.end_one()
    return head, sha256_of(note)


def _head(copying: Copying, manifest: Manifest, moment: Cut, generation: int, at: str) -> Head:
    """Put the two lists of a generation in, and return its head."""
    repository, numbers = copying.repository, copying.repository.generations()
    listed = repository.objects.put_bytes(manifest.text(), copying.recipient)
    named = repository.objects.put_bytes(object_list(manifest.entries), "")
    return Head(
        repository=repository.name,
        generation=generation,
        at=at,
        origin=moment.key.name,
        verifier=str(moment.key.verifier),
        entries=moment.entries,
        root=moment.root,
        recipient=copying.recipient,
        former=repository.digest(numbers[-1]) if numbers else "",
        manifest=listed.object,
        manifest_bytes=listed.bytes,
        objects=named.object,
        objects_bytes=named.bytes,
        files=len(manifest.entries),
        total=sum(one.size for one in manifest.entries),
        copied=copying.copied + listed.bytes + named.bytes,
    )


def _copy(city: City, copying: Copying) -> tuple[Cut, dict[str, tuple[int, int]]]:
    layout, home = city.layout, city.layout.home
    waiting = _inboxes(home, copying)
    with working_folder(layout.work, "backup-") as folder:
        kept = folder / "kept"
        kept.mkdir()
        with cut(city, kept) as moment:
            if moment.store is not None:
                copying.store(moment.store, folder)
            for file in files_below(kept):
                copying.file(file, file.relative_to(kept).as_posix())
            tables = {}
            for name, (path, version) in moment.tables.items():
                tables[name] = version, _table(layout, path, version, copying)
    # what was taken in the meantime is in landing now
    copying.entries += [one for one in waiting if (home / one.path).exists()]
    for name, landed in _landed(layout).items():
        copying.file(landed, f"lake/landing/{name}")
    return moment, tables


def _inboxes(home: Path, copying: Copying) -> list[Entry]:
    """Copy what waits, and return its entries apart; what is taken meanwhile is passed over."""
    for path in files_below(home / "inbox"):
        if path.is_file() and not path.is_symlink() and path.suffix not in UNFINISHED:
            with suppress(FileNotFoundError):
                copying.file(path, path.relative_to(home).as_posix())
    waiting, copying.entries = copying.entries, []
    return waiting


def _table(layout: Layout, path: Place, version: int, copying: Copying) -> int:
    """Copy a table as of a version: its log up to there and its files; return its rows."""
    log = [file for number, file in sorted(entries(path).items()) if number <= version]
    marks = [file for name, file in sorted(checkpoints(path).items()) if int(name[:20]) <= version]
    found = snapshot(path, version)
    if found is None:
        raise UnreadableError("the table is gone", where=str(path))
    # a snapshot names its files by their real places
    real = [path / _below(place_of(file), found.path) for file in found.files]
    # `_last_checkpoint` may name a later one, and stays here: a reader without it lists the log
    for file in (*log, *marks, *real):
        # a home's tables are in its backup as if they lay in its folder, and are restored there
        copying.file(file, f"lake/{_below(file, layout.tables)}")
    return found.rows()


def _below(file: Place, folder: Place) -> str:
    """Return the name of a file below a folder of the same disk or store."""
    return PurePosixPath(*file.parts).relative_to(PurePosixPath(*folder.parts)).as_posix()


def _landed(layout: Layout) -> dict[str, Place]:
    """Return the files of every delivery by their names; some an object store alone has by now.

    Folders that are being built have hidden names; the store may have files of theirs.
    """
    found: dict[str, Place] = {}
    root = layout.lake / "landing"
    for delivery in sorted(root.glob("*/*/[!.]*")):
        for place, folders, files in os.walk(delivery):
            folders.sort()
            for path in (Path(place, name) for name in sorted(files)):
                found[path.relative_to(root).as_posix()] = path
    seen = {name.rsplit("/", 1)[0].removesuffix("/raw") for name in found}
    for folder in sorted(root.glob("*/*")):
        ref = folder.relative_to(root).as_posix()
        for below, one, _ in deposited(layout, ref):
            name = f"{ref}/{below}"
            if name.rsplit("/", 1)[0].removesuffix("/raw") in seen:
                found.setdefault(name, one)
    return found
