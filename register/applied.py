"""What became of a passed delivery in its authoritative table, and what still waits.

Belongs here: reading back what earlier commits say. Keep out: applying anything (`authoritative`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Protocol

from register.records import Counts, Delivery, Verdict, VerdictKind
from storage.delta.tables import Snapshot, commits, snapshot, table_id
from storage.layout import Layout

__all__ = ["Promotion", "pending", "promotion_of", "recovered", "recovered_from"]


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


class Recorded(Protocol):
    """What `pending` needs to know of a row of the `deliveries` ledger."""

    @property
    def delivery(self) -> str:
        """Return the delivery's id."""

    @property
    def table_id(self) -> str | None:
        """Return the identity of the table it was applied to; None when it was not."""


def pending(
    layout: Layout, resource: str, verdicts: Iterable[Verdict], recorded: Iterable[Recorded]
) -> tuple[Verdict, ...]:
    """Return the passed verdicts of a resource whose deliveries are yet to be promoted, in order.

    A delivery counts as promoted when the ledger says so *of this very table*: a table that was
    removed and is made anew gets every passed delivery again, from landing. A delivery that was
    committed but not recorded is returned as well; promoting it recovers its counts.
    """
    current = table_id(layout.authoritative(resource))
    done = {row.delivery for row in recorded if row.table_id == current}
    waiting = (
        verdict
        for verdict in verdicts
        if verdict.resource == resource
        and verdict.kind is VerdictKind.PASSED
        and verdict.delivery not in done
    )
    return tuple(sorted(waiting, key=lambda verdict: verdict.sequence))


def recovered(layout: Layout, delivery: Delivery, accepted: int) -> Promotion | None:
    """Return what an earlier run did with a delivery; None when it is yet to be applied.

    A delivery older than the newest one applied is over even if it left no commit: it changed
    nothing, or came too late to be applied on top of a newer one.
    """
    found = snapshot(layout.authoritative(delivery.resource))
    return recovered_from(found, delivery, accepted) if found else None


def promotion_of(counts: Counts, table: str, version: int, *, committed: bool) -> Promotion:
    """Return the promotion that made these changes to a table, giving this version."""
    return Promotion(**asdict(counts), table_id=table, table_version=version, committed=committed)


def recovered_from(found: Snapshot, delivery: Delivery, accepted: int) -> Promotion | None:
    """Return what `recovered` does, from a snapshot at hand."""
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
