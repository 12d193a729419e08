"""Rows, version and partitions of a resource's table, as the report tells of them.

Belongs here: what a version of a table says of itself. Keep out: which version (`city`, `past`).
"""

from __future__ import annotations

from dataclasses import dataclass

from authoritative.partitions import StoredPartition, stored_partitions
from storage.delta.tables import Snapshot

__all__ = ["Stored", "stored_of"]


@dataclass(frozen=True)
class Stored:
    """The authoritative table of a resource: its rows and version; none before the first."""

    rows: int | None = None
    version: int | None = None
    partitions: tuple[StoredPartition, ...] = ()
    """In the order of time; none of a table that is not parted."""


def stored_of(table: Snapshot | None) -> Stored:
    """Return what a version of a table holds."""
    if table is None:
        return Stored()
    return Stored(table.rows(), table.version, stored_partitions(table))
