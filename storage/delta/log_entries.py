"""Log entries of our own: files replaced by others, with change data or with the very same rows.

Belongs here: the kinds of commit that delta-rs offers no safe call for. It names change data only
in commits of its own merge, and without change data the feed would show every row of a replaced
file as deleted and inserted. And of two that join the same files side by side it lets the second
commit as well, so that their rows are there twice; so it does with the whole content of a table
that is replaced after others have joined its files, or appended. Keep out: which rows those are
(`merging`, `appending`, `fast_write`), every other commit.
An entry is put in place under the number behind the snapshot's version, as delta-rs does it: whole
beside its place, then under its name, which can be taken once. So any other commit since the
snapshot makes this one fail.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from deltalake.exceptions import CommitFailedError

from storage.delta.commits import Commit, mark
from storage.delta.table_shape import PARTITION, Column, Shape
from storage.delta.tables import Snapshot
from storage.delta.written_files import WrittenFile, statistics
from storage.places.object_path import ObjectPath, Place

__all__ = ["CHANGE_DATA", "Replacement", "commit_content", "commit_joining", "commit_replacement"]

CHANGE_DATA = "_change_data"
"""The folder in which the protocol wants files of change data."""
_CHECKPOINTS = ("delta.checkpointInterval", "100")
"""How many commits lie between checkpoints: the table's setting, and Delta's default."""

Action = Mapping[str, Any]


@dataclass(frozen=True)
class Replacement:
    """What is replaced: files of the snapshot, by those that lie in the table's folder already.

    `change_data` are the rows that differ, with `_change_type`; without any, the feed shows what is
    added as inserted.
    """

    removed: tuple[str, ...]
    added: tuple[WrittenFile, ...]
    change_data: tuple[WrittenFile, ...] = ()


def commit_replacement(found: Snapshot, files: Replacement, shape: Shape, commit: Commit) -> int:
    """Commit a replacement of files; returns the new version.

    A shape that is parted otherwise than the table becomes the table's; then all of its files have
    to be replaced.

    Raises:
        CommitFailedError: somebody committed after the snapshot was taken.
    """
    return _entered(found, _actions(found, files, shape, commit))


def commit_content(
    found: Snapshot, added: Sequence[WrittenFile], shape: Shape, commit: Commit
) -> int:
    """Commit that files are all that a table holds; returns the new version.

    A shape of other columns, or parted otherwise, becomes the table's.

    Raises:
        CommitFailedError: somebody committed after the snapshot was taken.
    """
    said = found.table.schema().to_json()
    actions = (
        _told(found, "WRITE", commit.metadata),
        {"txn": {"appId": commit.app_id, "version": commit.version}},
        *([] if said == shape.schema.to_json() else [{"metaData": _parted(found, shape)}]),
        *_adds(added, shape.columns, change=True),
        *_removes(found, found.files, change=True),
    )
    return _entered(found, actions)


def commit_joining(found: Snapshot, removed: Sequence[str], added: Sequence[WrittenFile]) -> int:
    """Commit that files hold the rows of others together, and no others; returns the new version.

    No row changes, and the entry says so: whoever follows the table's changes passes over it.

    Raises:
        CommitFailedError: somebody committed after the snapshot was taken.
    """
    actions = (
        _told(found, "OPTIMIZE", {"tidied": "files"}),
        *_adds(added, found.columns, change=False),
        *_removes(found, removed, change=False),
    )
    return _entered(found, actions)


def _entered(found: Snapshot, actions: Iterable[Action]) -> int:
    version = found.version + 1
    lines = [json.dumps(one, ensure_ascii=False) for one in actions]
    _put(found.path / "_delta_log" / f"{version:020}.json", "\n".join(lines) + "\n")
    found.table.update_incremental()
    setting, default = _CHECKPOINTS
    interval = int(found.table.metadata().configuration.get(setting) or default)
    if (version + 1) % interval == 0:  # what delta-rs does behind a commit of its own
        found.table.create_checkpoint()
        found.table.cleanup_metadata()
    return found.table.version()


def _put(entry: Place, text: str) -> None:
    if isinstance(entry, ObjectPath):
        try:
            entry.create(text.encode())
        except FileExistsError:
            raise CommitFailedError("somebody else committed in between") from None
        return
    # digits behind a hash, as delta-rs stages: any other name it would read as one more commit
    aside = entry.with_name(f"{entry.name}#{uuid.uuid4().int}")
    try:
        aside.write_text(text, encoding="utf-8")
        entry.hardlink_to(aside)
    except FileExistsError:
        raise CommitFailedError("somebody else committed in between") from None
    finally:
        aside.unlink(missing_ok=True)


def _parted(found: Snapshot, shape: Shape) -> Action:
    """Return what the table is from now on: itself, in another shape."""
    said = found.table.metadata()
    return {
        "id": said.id,
        "name": shape.name,
        "description": shape.description,
        "format": {"provider": "parquet", "options": {}},
        "schemaString": shape.schema.to_json(),
        "partitionColumns": shape.parted_by,
        "configuration": dict(said.configuration),
        "createdTime": said.created_time,
    }


def _actions(found: Snapshot, files: Replacement, shape: Shape, commit: Commit) -> Iterator[Action]:
    yield _told(found, "MERGE", commit.metadata)
    yield {"txn": {"appId": commit.app_id, "version": commit.version}}
    if found.parted_by != shape.parting:
        yield {"metaData": _parted(found, shape)}
    yield from _adds(files.added, shape.columns, change=True)
    yield from _removes(found, files.removed, change=True)
    for one in files.change_data:
        where = {"path": f"{CHANGE_DATA}/{one.name}", "partitionValues": one.partition}
        yield {"cdc": {**where, "size": one.bytes, "dataChange": False}}


def _told(found: Snapshot, operation: str, facts: Mapping[str, str | int]) -> Action:
    said = {"operation": operation, "operationParameters": {}, "readVersion": found.version}
    return {"commitInfo": {"timestamp": _now(), **said, "engineInfo": "quanshu", **mark(), **facts}}


def _adds(
    files: Iterable[WrittenFile], columns: Sequence[Column], *, change: bool
) -> Iterator[Action]:
    for one in files:
        where = {"path": one.name, "partitionValues": one.partition, "size": one.bytes}
        told = {"dataChange": change, "stats": statistics(one, columns)}
        yield {"add": {**where, "modificationTime": _now(), **told}}


def _removes(found: Snapshot, files: Collection[str], *, change: bool) -> Iterator[Action]:
    # a path that differs by one escape would remove nothing, and its rows would be there twice
    stored = {one.file: one for one in found.stored()} if files else {}
    parted = [PARTITION] if found.parted_by else []
    for gone in map(stored.__getitem__, files):
        yield {
            "remove": {
                "path": gone.logged,
                "deletionTimestamp": _now(),
                "dataChange": change,
                "extendedFileMetadata": True,
                "partitionValues": dict.fromkeys(parted, gone.partition),
                "size": gone.bytes,
            }
        }


def _now() -> int:
    return time.time_ns() // 1_000_000
