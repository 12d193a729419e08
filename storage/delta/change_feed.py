"""The change feed of a table: the files that hold the rows which differ between two versions.

Belongs here: reading it from the log, and saying when it cannot be read. Keep out: what follows
from the rows (`outlets.shares.changes`), writing change data (`merging`).
The log is read and not `load_cdf` of delta-rs: that hands on rows, where files are wanted, and does
not say that the table itself was changed in between.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import pyarrow as pa

from storage.delta.table_shape import PARTITION
from storage.delta.tables import Snapshot
from storage.digests import sha256_of
from storage.places.parquet_files import rows_in

__all__ = [
    "CHANGE",
    "POST",
    "Changed",
    "changed_files",
    "content_version",
    "entry_digest",
    "origin",
    "partitions_at",
]

CHANGE = "_change_type"
"""The column of a file of change data that says what became of a row."""
POST = ("insert", "update_postimage")
"""Its values for rows as they are from then on; all others are rows as they were."""

_IN_ENTRIES = frozenset({"commitInfo", "txn", "add", "remove", "cdc"})
"""What a commit that only moves rows says; any other says that the table itself changed."""


@dataclass(frozen=True)
class Changed:
    """Files of rows: those that `left` the table, those that `came`, and change data of both."""

    left: tuple[str, ...] = ()
    came: tuple[str, ...] = ()
    told: tuple[str, ...] = ()


def content_version(found: Snapshot) -> int:
    """Return the version that a snapshot's rows are of: those behind it joined files at most.

    Whatever is made of a table's rows stands as long as this number does.
    """
    version = found.version
    while version > 0 and _only_moves(found, version):
        version -= 1
    return version


def origin(found: Snapshot) -> list[str | int | None]:
    """Return what the rows of a table are known again by; joining its files changes nothing."""
    version = content_version(found)
    return [found.table_id, version, entry_digest(found, version)]


def entry_digest(found: Snapshot, version: int | None = None) -> str | None:
    """Return the SHA-256 of a version's log entry, by default the newest's; None when it is gone.

    A table that was put back to an earlier copy counts its versions on from there. So a number
    alone does not say which content it was.
    """
    entry = _entry(found, found.version if version is None else version)
    return None if entry is None else sha256_of(entry)


def partitions_at(found: Snapshot, version: int) -> frozenset[str | None]:
    """Return the partitions that a version's commit names; none when its entry is gone."""
    entry = _entry(found, version) or b""
    actions = [json.loads(line) for line in entry.splitlines() if line.strip()]
    files = [one[kind] for one in actions for kind in ("add", "remove") if kind in one]
    return frozenset(file["partitionValues"].get(PARTITION) for file in files)


def changed_files(found: Snapshot, since: tuple[int, str | None], most: int) -> Changed | None:
    """Return what changed between an earlier version and a snapshot.

    Args:
        found: the snapshot up to which changes are asked for.
        since: the earlier version, and what `entry_digest` said of it.
        most: above this number of rows the feed is of no use to the caller.

    Returns:
        None where the feed cannot be followed: the earlier version is not one of this table's past,
        entries or files are gone, the table itself changed, or there is too much to read.
    """
    version, digest = since
    before = _entry(found, version)
    if version > found.version or before is None or sha256_of(before) != digest:
        return None
    left: list[str] = []
    came: list[str] = []
    told: list[str] = []
    for number in range(version + 1, found.version + 1):
        entry = _entry(found, number)
        actions = None if entry is None else _actions(entry)
        if actions is None:
            return None
        change_data = list(_files(found, actions, "cdc"))
        told += change_data
        if not change_data:  # where there is some, it says everything
            left += _files(found, actions, "remove")
            came += _files(found, actions, "add")
    rows = _rows((*left, *came, *told), most)
    return Changed(tuple(left), tuple(came), tuple(told)) if rows is not None else None


def _entry(found: Snapshot, version: int) -> bytes | None:
    try:
        return (found.path / "_delta_log" / f"{version:020}.json").read_bytes()
    except FileNotFoundError:
        return None


def _only_moves(found: Snapshot, version: int) -> bool:
    """Say whether a commit replaced files by others with the same rows, and did nothing else."""
    entry = _entry(found, version)
    actions = [] if entry is None else _actions(entry) or []
    moved = [one[kind] for one in actions for kind in ("add", "remove") if kind in one]
    told = any("cdc" in one or "txn" in one for one in actions)
    return bool(moved) and not told and not any(one.get("dataChange", True) for one in moved)


def _actions(entry: bytes) -> list[Mapping[str, Any]] | None:
    actions = [json.loads(line) for line in entry.splitlines() if line.strip()]
    return actions if all(one.keys() <= _IN_ENTRIES for one in actions) else None


def _files(found: Snapshot, actions: Iterable[Mapping[str, Any]], kind: str) -> Iterator[str]:
    """Yield the files of one kind; one that was only written again holds no change."""
    for one in actions:
        # change data itself is never a change of the table's data, and says so
        if kind in one and (kind == "cdc" or one[kind].get("dataChange", True)):
            yield str(found.path / unquote(one[kind]["path"]))


def _rows(files: Iterable[str], most: int) -> int | None:
    """Return the rows of files; None where one is gone, is none, or there are more than `most`."""
    rows = 0
    for file in files:
        try:
            rows += rows_in(file)
        except (FileNotFoundError, pa.ArrowInvalid):
            return None
        if rows > most:
            return None
    return rows
