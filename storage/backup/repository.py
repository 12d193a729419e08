"""The folder of a backup: its name, its generations, its objects.

Belongs here: which files lie where, and in which order they are written. Keep out: what they say
(`storage.backup.manifest`), objects (`storage.backup.objects`).
A generation is there when its head is: the head is written last, when the disk has all the rest.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from catalog_specs.errors import BackupError
from catalog_specs.rules.homes.backup_faults import BackupFault
from storage.backup.manifest import FORMAT, Head, read_object_list
from storage.backup.objects import Objects, writing
from storage.digests import sha256_of
from storage.swaps import aside, read_json, settle, write_durably, write_json

__all__ = ["Repository"]

_ABOUT = "backup.json"
_LOCK = "lock"
_UNFINISHED = "unfinished"


@dataclass(frozen=True)
class Repository:
    """A folder with generations of one home."""

    folder: Path
    name: str

    @classmethod
    def begin(cls, folder: Path) -> Repository:
        """Open the folder, or make it one for a backup when it is empty.

        Raises:
            BackupError: it holds something else, may not be written, or is of a newer version.
        """
        with writing(folder):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            if not (folder / _ABOUT).is_file():
                if any(one.name != aside(folder / _ABOUT).name for one in folder.iterdir()):
                    raise BackupError(BackupFault.FOREIGN_FILES, where=str(folder))
                said = {"format": FORMAT, "repository": secrets.token_hex(16)}
                write_json(folder / _ABOUT, said)
        return cls.open(folder)

    @classmethod
    def open(cls, folder: Path) -> Repository:
        """Open a folder that holds a backup.

        Raises:
            BackupError: it holds none, or one of a newer version.
        """
        about = read_json(folder / _ABOUT)
        name, made = about.get("repository"), about.get("format")
        if not isinstance(name, str) or not isinstance(made, int):
            raise BackupError(BackupFault.NO_BACKUP, where=str(folder))
        if made > FORMAT:
            detail = f"format {made}; this program knows {FORMAT}"
            raise BackupError(BackupFault.NEWER, where=str(folder), detail=detail)
        return cls(folder, name)

    @property
    def objects(self) -> Objects:
        """Return its objects."""
        return Objects(self.folder / "objects")

    def memory(self, recipient: str) -> str:
        """Return the name by which a home remembers it: objects of another recipient are others."""
        return f"{self.name}-{sha256_of(recipient.encode())[:8]}"

    def head_file(self, generation: int) -> Path:
        """Return where the head of a generation lies."""
        return self.folder / "generations" / f"{generation:06}"

    def generations(self) -> tuple[int, ...]:
        """Return the numbers of the generations that were finished, in order."""
        found = (path.name for path in (self.folder / "generations").glob("[0-9]*"))
        return tuple(sorted(int(name) for name in found if name.isdecimal()))

    def note(self, generation: int) -> bytes:
        """Return the signed head of a generation.

        Raises:
            BackupError: there is none.
        """
        try:
            return self.head_file(generation).read_bytes()
        except OSError:
            where = f"{self.folder}, generation {generation}"
            raise BackupError(BackupFault.NONE_SO_EARLY, where=where) from None

    def digest(self, generation: int) -> str:
        """Return the digest by which the next head names this one."""
        return sha256_of(self.note(generation))

    def begin_one(self) -> bool:
        """Say that a generation is being made; return whether an earlier one was never finished.

        Raises:
            BackupError: the folder is full or may not be written.
        """
        mark = self.folder / _UNFINISHED
        there = mark.exists()
        with writing(self.folder):
            mark.touch(mode=0o600)
        return there

    def end_one(self) -> None:
        """Say that it was made."""
        (self.folder / _UNFINISHED).unlink(missing_ok=True)

    def sweep(self) -> int:
        """Remove objects that no generation has; nothing while a generation cannot be read.

        Returns how many went.
        """
        kept: set[str] = set()
        for generation in self.generations():
            note = self.note(generation).rpartition(b"\n\n")[0] + b"\n"
            head = Head.parse(note, f"{self.folder}, generation {generation}")
            listed = self.objects.read(head.objects, None)
            kept |= {head.manifest, head.objects}
            kept |= read_object_list(listed, f"objects/{head.objects}").keys()
        return self.objects.remove_but(kept)

    def remove(self, generations: Iterable[int]) -> None:
        """Remove generations, and the objects that no other one has.

        Raises:
            BackupError: the folder may not be written, or another generation cannot be read.
        """
        with writing(self.folder):
            for generation in generations:
                self.head_file(generation).unlink(missing_ok=True)
            settle(self.head_file(1).parent)
            self.sweep()

    def finish(self, generation: int, note: bytes) -> None:
        """Put a head in place: from then on the generation is there.

        Raises:
            BackupError: the folder is full or may not be written.
        """
        place = self.head_file(generation)
        with writing(self.folder):
            os.sync()  # once for thousands of objects; each by itself would wait for each
            write_durably(place.parent, {place.name: note})
            settle(self.folder)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other writers of this folder waiting.

        Raises:
            BackupError: the folder may not be written.
        """
        with writing(self.folder), FileLock(self.folder / _LOCK):
            yield
