"""Transfers: folders of a disk repeated on an object store, each file put there once.

Belongs here: which files differ, putting them, remembering what was put. Keep out: which folders,
and when they stand still (`flow.upkeep.moving`).
What was put is remembered by the file's state and the object's entity tag, a line each: a transfer
that broke off goes on where it was. A client signs the digest of what it puts, so that a store
refuses bytes that changed on the way; nothing is read back.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from storage.places.object_path import ObjectPath, ObjectState

__all__ = ["FileState", "Transfer", "files_below"]

AT_ONCE = 4
"""Files on their way at a time: a client holds up to 60 MB of a large one."""


@dataclass(frozen=True)
class FileState:
    """What a disk says of a file: it is another one when any of this is."""

    size: int
    changed: int
    inode: int


def files_below(root: Path, folders: Iterable[str], *, links: bool = True) -> dict[str, FileState]:
    """Return the files below some folders of a root, by their names below the root.

    Hidden folders and files are being built, and are none; `links` to folders are followed.
    """
    found = {}
    for folder in folders:
        for place, below, names in os.walk(root / folder, followlinks=links):
            below[:] = [one for one in below if not one.startswith(".")]
            for name in (one for one in names if not one.startswith(".")):
                file = Path(place, name)
                with suppress(FileNotFoundError):
                    found[file.relative_to(root).as_posix()] = _state(file)
    return found


@dataclass
class Transfer:
    """Files below a root on the disk, on their way to the same names below one on a store.

    `memory` is the file that remembers what was put.
    """

    root: Path
    target: ObjectPath
    memory: Path
    files: int = 0
    size: int = 0
    """How many files were put, and their bytes."""
    _put: dict[str, tuple[FileState, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Read what is remembered; a line that a killed one left torn is passed over."""
        with suppress(FileNotFoundError):
            for line in self.memory.read_text(encoding="utf-8", errors="replace").splitlines():
                with suppress(ValueError, TypeError):
                    address, tag, *state = json.loads(line)
                    self._put[address] = FileState(*state), tag

    def waiting(self, here: Mapping[str, FileState]) -> dict[str, FileState]:
        """Return which of these files the store does not have as they are."""
        there = self._there()
        return {name: state for name, state in here.items() if not self._same(name, state, there)}

    def repeat(
        self,
        here: Mapping[str, FileState],
        told: Callable[[int], None] = lambda _: None,
        last: Callable[[str], bool] = lambda _: False,
    ) -> None:
        """Remove objects of which no file is here, then put every file that waits.

        A file that is gone meanwhile is passed over. `told` is told the bytes of each that is done;
        those whose names are `last` are put when all others are there.

        Raises:
            ObjectStoreError: the store does not take them; what it took is remembered.
        """
        for name in self._there().keys() - here.keys():
            (self.target / name).unlink()
        self.memory.parent.mkdir(parents=True, exist_ok=True)
        with self.memory.open("a", encoding="utf-8") as journal:
            for name, state, tag in self._in_turn(self.waiting(here), last):
                address = str(self.target / name)
                self._put[address] = state, tag
                line = [address, tag, state.size, state.changed, state.inode]
                journal.write(json.dumps(line, ensure_ascii=False) + "\n")
                journal.flush()
                self.files, self.size = self.files + 1, self.size + state.size
                told(state.size)

    def is_complete(self, here: Mapping[str, FileState]) -> bool:
        """Say whether the store has these files, as they are, and no others."""
        return self._there().keys() == here.keys() and not self.waiting(here)

    def _in_turn(
        self, waiting: Mapping[str, FileState], last: Callable[[str], bool]
    ) -> Iterator[tuple[str, FileState, str]]:
        for turn in (False, True):
            yield from self._sent([name for name in waiting if last(name) is turn])

    def _sent(self, waiting: Iterable[str]) -> Iterator[tuple[str, FileState, str]]:
        fault: BaseException | None = None
        with ThreadPoolExecutor(AT_ONCE) as pool:
            running = [pool.submit(self._one, name) for name in sorted(waiting)]
            for one in as_completed(running):
                if one.cancelled():
                    continue
                fault = fault or one.exception()
                if fault is not None:  # what others have put by now is remembered all the same
                    for other in running:
                        other.cancel()
                if one.exception() is None:
                    yield from one.result()
        if fault is not None:
            raise fault

    def _one(self, name: str) -> list[tuple[str, FileState, str]]:
        """Put one file; return what is to be remembered, nothing where it is gone."""
        try:
            # its state first: a file that grows meanwhile is put once more
            state = _state(self.root / name)
            return [(name, state, (self.target / name).upload(self.root / name))]
        except FileNotFoundError:
            return []

    def _there(self) -> dict[str, ObjectState]:
        return {one.relative_to(self.target).as_posix(): had for one, had in self.target.below()}

    def _same(self, name: str, state: FileState, there: Mapping[str, ObjectState]) -> bool:
        known, tag = self._put.get(str(self.target / name), (None, ""))
        had = there.get(name)
        # a listing may leave out the quotes of a tag
        same = had is not None and had.e_tag.strip('"') == tag.strip('"')
        return same and known == state


def _state(file: Path) -> FileState:
    status = file.stat()
    return FileState(status.st_size, status.st_mtime_ns, status.st_ino)
