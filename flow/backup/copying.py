"""Copying: files of a home taken into a backup, each only where it is not there yet.

Belongs here: asking the memory, putting in, the entries of it. Keep out: which files are copied and
in which order (`flow.backup.making`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from stat import S_IMODE

from catalog_specs.errors import BackupError
from flow.backup.heads import last_head
from storage.backup.manifest import FILE, LINK, STORE, Entry, read_object_list
from storage.backup.memory import Memory, State
from storage.backup.objects import Stored
from storage.backup.repository import Repository
from storage.places.object_path import ObjectPath, Place
from storage.swaps import FILE_MODE

__all__ = ["Copying", "trusted"]

_STORE = "governance.jsonl"


@dataclass
class Copying:
    """Files on their way into a backup."""

    repository: Repository
    memory: Memory
    recipient: str
    trusted: frozenset[str]
    copied: int = 0
    entries: list[Entry] = field(default_factory=list)

    def file(self, path: Place, name: str) -> None:
        """Take a file in under its place in the home, unless it is known.

        Raises:
            FileNotFoundError: it is gone.
        """
        if isinstance(path, ObjectPath):
            self._take(path, name, path.stat(), FILE_MODE)
        elif path.is_symlink():
            self.entries.append(Entry(name, LINK, to=str(path.readlink())))
        else:
            status = path.lstat()
            self._take(path, name, status, S_IMODE(status.st_mode))

    def _take(self, path: Place, name: str, state: State, mode: int) -> None:
        stored = self._there(self.memory.known(name, state))
        if stored is None:
            stored = self._one(self._put(path))
            self.memory.remember(name, state, stored)
        self._enter(Entry(name, FILE, mode, state.st_mtime_ns), stored)

    def _put(self, path: Place) -> Stored:
        if isinstance(path, Path):
            return self.repository.objects.put(path, self.recipient)
        with path.open() as source:
            return self.repository.objects.put_stream(source, self.recipient)

    def store(self, lines: Iterator[str], folder: Path) -> None:
        """Take the rows of the governance store in."""
        place = folder / _STORE
        with place.open("w", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in lines)
        stored = self._one(self.repository.objects.put(place, self.recipient))
        self._enter(Entry(_STORE, STORE), stored)

    def _enter(self, entry: Entry, one: Stored) -> None:
        self.entries.append(
            replace(entry, size=one.size, digest=one.digest, object=one.object, bytes=one.bytes)
        )

    def _one(self, put: Stored) -> Stored:
        """Return the object of the same content that is there already, and remove the new one."""
        known = self._there(self.memory.contents.get(put.digest))
        if known is None or known.object == put.object:
            self.copied += put.bytes
            return put
        self.repository.objects.place(put.object).unlink(missing_ok=True)
        return known

    def _there(self, stored: Stored | None) -> Stored | None:
        """Return a known object if it is there; one that no generation names is read first."""
        if stored is None or not self.repository.objects.there(stored.object, stored.bytes):
            return None
        if stored.object in self.trusted:
            return stored
        whole = self.repository.objects.fault(stored.object, stored.bytes) is None
        return stored if whole else None


def trusted(repository: Repository) -> frozenset[str]:
    """Return the objects of the newest generation: the disk had them before it was there."""
    last = last_head(repository)
    if last is None:
        return frozenset()
    where = f"generation {last.generation}"
    with suppress(BackupError):  # a damaged list is trusted with nothing, and all is read
        found = repository.objects.read(last.objects, None)
        return frozenset(read_object_list(found, where))
    return frozenset()
