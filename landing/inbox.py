"""The inbox: the waiting files of a resource in their order, and files that are not taken.

Belongs here: looking. Keep out: taking (`landing`). Departments write aside (a leading dot or an
unfinished-upload suffix), then rename; where they do not, a settle time keeps a growing file out.
Folders may nest: a file's path below the inbox is its name. The folders themselves stay.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath

from landing.stored_names import stored_path
from landing.unfollowed import opened_folder
from storage.layout import Layout

__all__ = ["Inbox", "Skipped", "look", "waiting", "within"]

UNFINISHED = (".part", ".tmp", ".crdownload")
DEEPEST = 8
"""Folders below each other: 8 names of 255 bytes still fit into a path of 4,096 bytes."""


@dataclass(frozen=True)
class Skipped:
    """Something in the inbox that is not taken: its name as it may be shown, and why.

    Reasons: `symlink`, `hard_link` (the bytes have a name elsewhere too, and may be written through
    it), `not_a_file`, `unsettled`, `too_deep`, `no_access` (a folder out of which nothing can be
    moved).
    """

    name: str
    reason: str


@dataclass(frozen=True)
class Inbox:
    """One look at an inbox: the files that may be taken, oldest first, and the other entries."""

    waiting: tuple[Path, ...]
    skipped: tuple[Skipped, ...]


def waiting(
    layout: Layout, ref: str, now: datetime, settle: timedelta = timedelta(0)
) -> tuple[Path, ...]:
    """Return the files of a resource that may be taken, in order of (modified, path)."""
    return look(layout, ref, now, settle).waiting


def within(inbox: Path, path: Path) -> PurePosixPath:
    """Return a file's path below an inbox; of a file from elsewhere, its name."""
    below = path.relative_to(inbox) if path.is_relative_to(inbox) else path.name
    return PurePosixPath(below)


def look(layout: Layout, ref: str, now: datetime, settle: timedelta = timedelta(0)) -> Inbox:
    """Look at a resource's inbox once, folders included.

    A file is unsettled while it was modified less than `settle` before `now`. Links are never
    followed: what they point at was not delivered. Unfinished uploads are not even reported.
    """
    inbox = layout.inbox(ref)
    found = sorted(_entries(inbox), key=lambda one: (one[1].st_mtime_ns, str(one[0])))
    reasons = [(path, _reason(path, state, now, settle)) for path, state in found]
    return Inbox(
        tuple(inbox / path for path, reason in reasons if not reason),
        tuple(Skipped(stored_path(path).text, reason) for path, reason in reasons if reason),
    )


def _entries(
    inbox: Path, folders: tuple[str, ...] = ()
) -> Iterator[tuple[PurePosixPath, os.stat_result]]:
    """Yield everything that is no folder, and every folder that is not looked into."""
    for name, state in _listed(inbox, folders):
        path = PurePosixPath(*folders, name)
        if stat.S_ISDIR(state.st_mode) and _open(inbox / path, len(folders)):
            yield from _entries(inbox, path.parts)
        else:
            yield path, state


def _listed(inbox: Path, folders: tuple[str, ...]) -> list[tuple[str, os.stat_result]]:
    """Return what lies in one folder; nothing when it was removed since it was seen."""
    try:
        with opened_folder(inbox, folders) as descriptor, os.scandir(descriptor) as entries:
            named = [
                (entry.name, _state(entry)) for entry in entries if not _unfinished(entry.name)
            ]
    except FileNotFoundError:
        return []
    except NotADirectoryError:
        if not folders:
            raise
        return []  # a link or file was put in its place: the next look reports it
    return [(name, state) for name, state in named if state is not None]


def _state(entry: os.DirEntry[str]) -> os.stat_result | None:
    try:
        return entry.stat(follow_symlinks=False)
    except FileNotFoundError:
        return None  # a run has just taken it


def _unfinished(name: str) -> bool:
    return name.startswith(".") or name.lower().endswith(UNFINISHED)


def _open(folder: Path, depth: int) -> bool:
    """Say whether a folder is looked into: files are moved out of it, so it must be writable."""
    return depth < DEEPEST and os.access(folder, os.R_OK | os.W_OK | os.X_OK)


def _reason(path: PurePosixPath, state: os.stat_result, now: datetime, settle: timedelta) -> str:
    if stat.S_ISLNK(state.st_mode):
        return "symlink"
    if stat.S_ISDIR(state.st_mode):
        return "too_deep" if len(path.parts) > DEEPEST else "no_access"
    if not stat.S_ISREG(state.st_mode):
        return "not_a_file"
    if state.st_nlink > 1:  # whoever has the other name could change the bytes after landing
        return "hard_link"
    if settle and now.timestamp() - state.st_mtime < settle.total_seconds():
        return "unsettled"
    return ""
