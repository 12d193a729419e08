"""Partitions of a table: how many rows each holds, since which delivery, and which were changed.

Belongs here: these questions, asked of the log. Keep out: narrowing a table to some
(`storage.delta.tables`), showing them (`assets.partitions`).
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from storage.delta.change_feed import partitions_at
from storage.delta.tables import Snapshot, commits, glance
from storage.layout import Layout

__all__ = ["StoredPartition", "changed_partitions", "stored_partitions"]

_BESIDE = 20
"""Commits that may lie between those of the deliveries: joins of files, new columns."""


@dataclass(frozen=True)
class StoredPartition:
    """One partition of a table, as the log tells of it without a file being opened."""

    name: str
    rows: int
    newest: str | None
    """The newest delivery of which it has a record; None where the log does not say."""


def stored_partitions(found: Snapshot) -> tuple[StoredPartition, ...]:
    """Return the partitions of a table in the order of time; none of one that is not parted."""
    if not found.parted_by:
        return ()
    newest = found.uppermost("_delivery")
    return tuple(
        StoredPartition(name, rows, newest.get(name))
        for name, rows in sorted(
            (name, rows) for name, rows in found.partitions().items() if name is not None
        )
    )


def changed_partitions(layout: Layout, ref: str, deliveries: Collection[str]) -> Mapping[str, int]:
    """Return the partitions that deliveries changed, and the rows that each holds now.

    None is left out that has no name: its records have no value there.
    """
    found = glance(layout.authoritative(ref))
    if found is None or not found.parted_by or not deliveries:
        return {}
    named = {
        name
        for entry in commits(found.path, limit=len(deliveries) + _BESIDE)
        if _names(entry) & {*deliveries}
        for name in _named(found, entry)
    }
    rows = found.partitions()
    return {name: rows.get(name, 0) for name in sorted(named)}


def _names(entry: Mapping[str, Any]) -> set[str]:
    return {name for name, *_ in json.loads(entry.get("deliveries", "[]"))}


def _named(found: Snapshot, entry: Mapping[str, Any]) -> set[str]:
    return {name for name in partitions_at(found, int(entry["version"])) if name is not None}
