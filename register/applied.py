"""Applied deliveries: what each did to its authoritative table.

Belongs here: reading back what earlier commits say. Keep out: applying anything (`authoritative`).
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from register.records import Counts, Delivery
from storage.delta.tables import Snapshot, commits

__all__ = ["Promotion", "promotion_of", "recovered_from"]


@dataclass(frozen=True)
class Promotion:
    """What a delivery did to its authoritative table, in rows (see `records.Counts`).

    `committed` is False when this call committed nothing: the delivery changed nothing, or it had
    been applied before and the counts were recovered from that commit.
    """

    inserted: int
    updated: int
    deleted: int
    unchanged: int
    table_id: str
    table_version: int
    committed: bool


def promotion_of(counts: Counts, table: str, version: int, *, committed: bool) -> Promotion:
    """Return the promotion that made these changes to a table, giving this version."""
    return Promotion(**asdict(counts), table_id=table, table_version=version, committed=committed)


def recovered_from(found: Snapshot, delivery: Delivery, accepted: int) -> Promotion | None:
    """Return what an earlier run did with a delivery; None when it is yet to be applied.

    A delivery older than the newest one applied is over even if it left no commit: it changed
    nothing, or came too late to be applied on top of a newer one.
    """
    applied = found.transaction_version(delivery.resource)
    if applied is None or applied < delivery.sequence:
        return None
    for entry in commits(found.path):
        done = {name: counts for name, *counts in json.loads(entry.get("deliveries", "[]"))}
        if delivery.delivery in done:
            counts = Counts(*done[delivery.delivery])
            return promotion_of(counts, found.table_id, int(entry["version"]), committed=False)
    counts = Counts(0, 0, 0, accepted)
    return promotion_of(counts, found.table_id, found.version, committed=False)
