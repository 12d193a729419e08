"""Logs of tables: how long each is, its newest commit, removing what a checkpoint stands for.

Belongs here: counting by names, the newest one, shortening. Keep out: which tables, and when
(`flow.upkeep`).
Whoever opens a table lists its log, and reads what came since the newest checkpoint. A ledger gains
an entry with every delivery of every resource, and nobody asks what it was like in between.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from storage.delta.open_tables import open_table
from storage.delta.tables import commits
from storage.places.object_path import Place
from storage.places.tables import log_files

__all__ = [
    "LogLength",
    "checkpointed",
    "last_commit",
    "log_length",
    "outlived",
]

_ENTRY = re.compile(r"(\d{20})\.json$")
_CHECKPOINT = re.compile(r"(\d{20})\.checkpoint\..*parquet$")


@dataclass(frozen=True)
class LogLength:
    """Entries of a log, and how many of them came after its newest checkpoint."""

    entries: int
    tail: int


def log_length(path: Place) -> LogLength:
    """Return how long a table's log is."""
    entries, marks = _named(path)
    newest = max(marks, default=-1)
    return LogLength(len(entries), sum(version > newest for version in entries))


def last_commit(path: Place) -> dict[str, Any] | None:
    """Return the newest commit's own description; None when there is no table."""
    return next(iter(commits(path, limit=1)), None)


def checkpointed(path: Place, tail: int) -> bool:
    """Make a checkpoint of a table's newest version if more commits than `tail` lack one.

    A checkpoint is no commit: the table keeps its version.
    """
    if log_length(path).tail <= tail:
        return False
    table = open_table(path)
    if table is None:
        return False
    table.create_checkpoint()
    return True


def outlived(path: Place, days: int, now: datetime) -> tuple[Place, ...]:
    """Return the files of a log that no version of the last days needs, the oldest first.

    The versions of these days stay readable: the newest checkpoint stays that is older than all of
    them, and was made before these days, as whoever opened the table before it still reads what it
    stands for. Everything behind it stays as well. Whoever removes them in this order and is killed
    leaves no hole in the log.
    """
    entries, marks = _named(path)
    since = (now - timedelta(days=days)).timestamp()
    needed = min(
        (version for version, files in entries.items() if _newest(files) >= since),
        default=max(entries, default=0),
    )
    stands = (v for v, files in marks.items() if v <= needed and _newest(files) < since)
    from_here = max(stands, default=0)
    old = [version for version in sorted({*entries, *marks}) if version < from_here]
    return tuple(file for one in old for file in (*entries.get(one, ()), *marks.get(one, ())))


def _newest(files: Iterable[Place]) -> float:
    return max(file.stat().st_mtime for file in files)


def _named(path: Place) -> tuple[Mapping[int, list[Place]], Mapping[int, list[Place]]]:
    """Return the entries and the checkpoints of a log, by version."""
    entries: dict[int, list[Place]] = {}
    marks: dict[int, list[Place]] = {}
    for file in log_files(path):
        for pattern, found in ((_ENTRY, entries), (_CHECKPOINT, marks)):
            match = pattern.match(file.name)
            if match:
                found.setdefault(int(match[1]), []).append(file)
    return entries, marks
