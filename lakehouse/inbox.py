"""What lies in a resource's inbox: files that wait, in their order, and what is left lying.

Belongs here: looking. Keep out: taking (`landing`). Departments write aside (a leading dot or an
unfinished-upload suffix), then rename; where they do not, a settle time keeps a growing file out.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from lakehouse.layout import Layout
from lakehouse.stored_names import stored_name

__all__ = ["Inbox", "Skipped", "look", "waiting"]

UNFINISHED = (".part", ".tmp", ".crdownload")


@dataclass(frozen=True)
class Skipped:
    """Something in the inbox that is not taken, and why: `symlink`, `not_a_file`, `unsettled`."""

    path: Path
    reason: str

    @property
    def name(self) -> str:
        """Return its name as it may be shown."""
        return stored_name(self.path.name).text


@dataclass(frozen=True)
class Inbox:
    """One look at an inbox: what may be taken, oldest first, and what is left."""

    waiting: tuple[Path, ...]
    skipped: tuple[Skipped, ...]


def waiting(
    layout: Layout, ref: str, now: datetime, settle: timedelta = timedelta(0)
) -> tuple[Path, ...]:
    """Return the files of a resource that may be taken, in order of (modified, name)."""
    return look(layout, ref, now, settle).waiting


def look(layout: Layout, ref: str, now: datetime, settle: timedelta = timedelta(0)) -> Inbox:
    """Look at a resource's inbox once.

    A file is unsettled while it was modified less than `settle` before `now`. Links are never
    followed: what they point at was not delivered. Unfinished uploads are not even reported.
    """
    try:
        with os.scandir(layout.inbox(ref)) as entries:
            found = [
                (entry.stat(follow_symlinks=False), Path(entry.path))
                for entry in entries
                if not entry.name.startswith(".") and not entry.name.lower().endswith(UNFINISHED)
            ]
    except FileNotFoundError:
        return Inbox((), ())
    found.sort(key=lambda one: (one[0].st_mtime_ns, one[1].name))
    reasons = [(path, _reason(state, now, settle)) for state, path in found]
    return Inbox(
        tuple(path for path, reason in reasons if not reason),
        tuple(Skipped(path, reason) for path, reason in reasons if reason),
    )


def _reason(state: os.stat_result, now: datetime, settle: timedelta) -> str:
    if stat.S_ISLNK(state.st_mode):
        return "symlink"
    if not stat.S_ISREG(state.st_mode):
        return "not_a_file"
    if settle and now.timestamp() - state.st_mtime < settle.total_seconds():
        return "unsettled"
    return ""
