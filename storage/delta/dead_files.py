"""Dead files: files in a table's folder that no reader can need any more.

Belongs here: which files those are, removing them. Keep out: which tables, and when
(`flow.upkeep.tidying`).
Delta's own vacuum would commit a new version, and everything derived from the table would be made
again for nothing. So delta-rs only lists the files (a dry run), and they are unlinked here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from storage.delta.tables import snapshot
from storage.places.object_path import Place

__all__ = ["Dead", "dead_files", "remove_dead"]

_STAGED = ("*.parquet#*", "*/*.parquet#*", "_delta_log/*.json#*")
"""Staging files of delta-rs, in folders of partitions too, and of log entries of our own. A killed
writer leaves them, and even a full vacuum misses them."""


@dataclass(frozen=True)
class Dead:
    """A file that can go, and its bytes."""

    path: Place
    bytes: int


def dead_files(path: Place, days: int, now: datetime) -> tuple[Dead, ...]:
    """Return the files below a table that its newest version does not use, older than `days`.

    These are files of older versions, change data of merges, and files of killed writers. The days
    count from the moment at which a file left the table, so that readers of an older version have
    that long to finish.
    """
    found = snapshot(path)
    if found is None:
        return ()
    # Delta counts back from the machine's clock, we count from the clock that we were given
    ahead = now - datetime.now(tz=now.tzinfo)
    hours = max(0, round(days * 24 - ahead.total_seconds() / 3600))
    named = found.table.vacuum(
        retention_hours=hours, dry_run=True, enforce_retention_duration=False, full=True
    )
    files = dict.fromkeys((*(path / name for name in named), *_staged(path, days, now)))
    return tuple(_there(files))


def remove_dead(files: Iterable[Dead]) -> None:
    """Remove files; one that is gone already is no error."""
    for file in files:
        file.path.unlink(missing_ok=True)


def _there(files: Iterable[Place]) -> Iterator[Dead]:
    for file in files:
        if file.is_file():
            yield Dead(file, file.stat().st_size)


def _staged(path: Place, days: int, now: datetime) -> Iterator[Path]:
    if not isinstance(path, Path):
        return  # an object appears whole, or not at all
    until = (now - timedelta(days=days)).timestamp()
    for file in (file for pattern in _STAGED for file in path.glob(pattern)):
        if file.stat().st_mtime < until:
            yield file
