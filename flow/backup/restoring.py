"""Restoring: a home put together again from one generation, in a new place.

Belongs here: its order, and holding what was restored to what the home held. Keep out: the backup's
folder (`storage.backup`), choosing a generation (`flow.backup.heads`).
All is built beside the new place and renamed at the end: it is there whole, or not at all.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from audit.acts import Operation
from audit.keys import read_key
from audit.verifier import LogError, VerifierKey, check_log
from catalog_specs.errors import BackupError
from catalog_specs.rules.homes.backup_faults import BackupFault
from flow.acts import about_city, at_work
from flow.backup.checking import manifest_of
from flow.backup.heads import Chosen, chosen
from flow.backup.making import record
from flow.city import City
from storage.backup.ledger import BackupEvent
from storage.backup.manifest import LINK, STORE, Head, Manifest
from storage.backup.memory import Memory
from storage.backup.repository import Repository
from storage.delta.tables import snapshot
from storage.layout import Layout
from storage.permissions import PUBLIC_FOLDER, close_doors, private_files
from storage.swaps import aside, clear_aside, write_durably

__all__ = ["Restored", "build", "restore"]


@dataclass(frozen=True)
class Restored:
    """What was restored: its head, rows of every table, whether its keys are there, how long."""

    head: Head
    rows: dict[str, int]
    keys: bool
    milliseconds: int


@private_files()
def restore(
    city: City,
    source: Path,
    which: Chosen,
    *,
    identity: str = "",
    keys: Mapping[str, bytes] | None = None,
    verifiers: Sequence[VerifierKey] = (),
) -> Restored:
    """Restore a generation as the home of a city, which must not be there yet.

    `keys` are the home's former ones by name of file; without them the audit log cannot go on, and
    nothing that needs a key can be made. `verifiers` are the log's public keys, as known from
    elsewhere; without them the backup is held to the key that it names itself.

    Raises:
        BackupError: something lies there, the backup is damaged, a key does not fit.
        AuditError: the act cannot be entered in the restored log.
    """
    home, began = city.layout.home, time.monotonic()
    if home.exists() and (not home.is_dir() or any(home.iterdir())):
        raise BackupError(BackupFault.NOT_EMPTY, where=str(home))
    repository = Repository.open(source)
    head = chosen(repository, which, verifiers)
    home.parent.mkdir(parents=True, exist_ok=True)
    clear_aside(home)
    built = replace(city, layout=Layout(aside(home)))
    try:
        manifest = build(built, repository, head, identity)
        if keys is not None:
            _take_keys(built.layout, keys)
        took = int(1000 * (time.monotonic() - began))
        if keys is not None:
            _enter(built, repository, head, took)
        os.sync()
        aside(home).rename(home)
    finally:
        clear_aside(home)
    rows = {name: count for name, (_, count) in manifest.tables.items()}
    return Restored(head, rows, keys is not None, took)


def build(city: City, repository: Repository, head: Head, identity: str) -> Manifest:
    """Put a generation together as the home of a city, and hold it to what it was; no key comes.

    Raises:
        BackupError: the backup is damaged, a key does not fit, or what came is not what it was.
    """
    layout = city.layout
    layout.home.mkdir(mode=0o700)
    manifest = manifest_of(repository, head, identity)
    store = _files(layout.home, repository, head, manifest, identity)
    close_doors(layout)
    for folder in (layout.public, *layout.public.rglob("*")) if layout.public.is_dir() else ():
        if folder.is_dir() and not folder.is_symlink():
            folder.chmod(PUBLIC_FOLDER)
    if store is not None:
        _load(city, store)
    _require_as_before(layout, head, manifest)
    _remember(layout, repository, head, manifest)
    return manifest


def _files(
    home: Path, repository: Repository, head: Head, manifest: Manifest, identity: str
) -> Path | None:
    """Write every file; return where the rows of the governance store lie, if there are any."""
    key, store = (identity if head.recipient else None), None
    for one in manifest.entries:
        path = home / _safe(one.path)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if one.kind == LINK:
            path.symlink_to(_safe(one.to))
            continue
        with path.open("xb") as file:
            found = repository.objects.get(one.object, file, key)
        if found != one.digest:
            raise BackupError(BackupFault.CHANGED, where=f"objects/{one.object}")
        path.chmod(one.mode & 0o777)
        os.utime(path, ns=(one.changed, one.changed))
        store = path if one.kind == STORE else store
    return store


def _safe(said: str) -> str:
    """Return a place within the home; BackupError for any other."""
    parts = PurePosixPath(said).parts
    if not parts or ".." in parts or said.startswith("/") or "\0" in said:
        raise BackupError(BackupFault.UNREADABLE_LIST, where="a place in the list")
    return said


def _load(city: City, store: Path) -> None:
    """Put the rows of the governance store back, and hold them to what they were."""
    from governance.store.database import open_store
    from governance.store.dumping import dump, load, revision_of

    lines = store.read_text(encoding="utf-8").splitlines()
    load(city.layout, city.governance_db, lines)
    with open_store(city.layout, city.governance_db) as made, made.reading() as session:
        there = list(dump(session))
    same = there == lines or revision_of(there) != revision_of(lines)
    store.unlink()
    if not same:
        raise BackupError(BackupFault.NOT_AS_BEFORE, where="governance store")


def _require_as_before(layout: Layout, head: Head, manifest: Manifest) -> None:
    """Hold the audit log to the head, and every table to its version and its number of rows."""
    where = f"audit, generation {head.generation}"
    try:
        said, entries = check_log(layout.audit, tuple(_verifiers(layout)))
        for _ in entries:
            pass
    except (LogError, OSError) as error:
        raise BackupError(BackupFault.NOT_AS_BEFORE, where=where, detail=str(error)) from None
    if (said.size, said.root.hex()) != (head.entries, head.root):
        raise BackupError(BackupFault.NOT_AS_BEFORE, where=where)
    for name, (version, rows) in manifest.tables.items():
        found = snapshot(layout.lake / name)
        files = () if found is None else found.files
        if (
            found is None
            or (found.version, found.rows()) != (version, rows)
            or not all(Path(file).is_file() for file in files)
        ):
            raise BackupError(BackupFault.NOT_AS_BEFORE, where=name)


def _verifiers(layout: Layout) -> Iterator[VerifierKey]:
    for line in layout.audit_verifier.read_text("utf-8").splitlines():
        if line.strip():
            yield VerifierKey.parse(line)


def _remember(layout: Layout, repository: Repository, head: Head, manifest: Manifest) -> None:
    """Let the next backup of the restored home copy only what is new."""
    name = repository.memory(head.recipient)
    Memory.of(layout.backup_memory(name)).keep(manifest.entries)


def _take_keys(layout: Layout, keys: Mapping[str, bytes]) -> None:
    """Put the home's keys in place, for their owner alone, if they are this home's."""
    write_durably(layout.keys, keys)
    if read_key(layout.audit_key).verifier not in tuple(_verifiers(layout)):
        raise BackupError(BackupFault.OTHER_HOME, where="keys")


def _enter(city: City, repository: Repository, head: Head, milliseconds: int) -> None:
    """Enter the restore in the restored log, and in the ledger, before the home is there."""
    content = f"备份库 {head.repository} 第 {head.generation} 次备份（{head.at}）"
    act = about_city(city, Operation.MAINTAIN, "从备份恢复数据主目录", content)
    with at_work(city, act) as performance:
        performance.enter()
        digest = repository.digest(head.generation)
        record(city, head, BackupEvent.RESTORED, digest, milliseconds=milliseconds)
