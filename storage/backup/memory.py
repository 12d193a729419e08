"""The memory of a backup: which file of a home is which object, so that it is not copied again.

Belongs here: remembering, asking. Keep out: copying. It lies in the home, a line for each file, and
is written as files are copied: a backup that broke off goes on where it was. When it is lost, an
encrypted backup is copied whole once more: nobody here can read what lies there already.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TextIO

from storage.backup.manifest import Entry
from storage.backup.objects import Stored
from storage.swaps import write_text

__all__ = ["Memory", "State"]

_Stamp = tuple[int, int]


class State(Protocol):
    """What a disk or a store says of a file."""

    @property
    def st_size(self) -> int:
        """Return its bytes."""

    @property
    def st_mtime_ns(self) -> int:
        """Return when it was written."""


@dataclass
class Memory:
    """What a home remembers of one backup, under one recipient."""

    file: Path
    files: dict[str, tuple[_Stamp, Stored]] = field(default_factory=dict)
    contents: dict[str, Stored] = field(default_factory=dict)
    _journal: TextIO | None = None

    @classmethod
    def of(cls, file: Path) -> Memory:
        """Read it; a line that a killed backup left torn is passed over."""
        made = cls(file)
        with suppress(FileNotFoundError):
            for line in file.read_text(encoding="utf-8", errors="replace").splitlines():
                with suppress(ValueError, TypeError):
                    path, size, changed, *stored = json.loads(line)
                    made._take(path, (size, changed), Stored(*stored))
        return made

    def known(self, path: str, status: State) -> Stored | None:
        """Return the object of a file that was not touched since; None for any other."""
        stamp, stored = self.files.get(path, ((-1, -1), None))
        return stored if stamp == (status.st_size, status.st_mtime_ns) else None

    def remember(self, path: str, status: State, stored: Stored) -> None:
        """Remember the object of a file."""
        stamp = (status.st_size, status.st_mtime_ns)
        self._take(path, stamp, stored)
        if self._journal is None:
            self.file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._journal = self.file.open("a", encoding="utf-8")
        self._journal.write(_line(path, stamp, stored) + "\n")

    def keep(self, entries: Iterable[Entry]) -> None:
        """Remember what a finished generation holds, and nothing else."""
        self.close()
        lines = (
            _line(
                one.path,
                (one.size, one.changed),
                Stored(one.size, one.digest, one.object, one.bytes),
            )
            for one in entries
            if one.object
        )
        self.file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_text(self.file, "".join(f"{line}\n" for line in lines))

    def close(self) -> None:
        """Let the disk have what was remembered."""
        if self._journal is not None:
            self._journal.close()
            self._journal = None

    def _take(self, path: str, stamp: _Stamp, stored: Stored) -> None:
        self.files[path] = (stamp, stored)
        self.contents[stored.digest] = stored


def _line(path: str, stamp: _Stamp, one: Stored) -> str:
    said = [path, *stamp, one.size, one.digest, one.object, one.bytes]
    return json.dumps(said, ensure_ascii=False)
