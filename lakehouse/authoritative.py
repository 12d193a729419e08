"""Promotion: what a passed delivery does to the one table that is the source of its facts.

Belongs here: applying a delivery exactly once, choosing how it is written, recovering what an
interrupted run had already committed, and what still waits. Keep out: judging (`quality`), the
comparison itself (`snapshot_diff`), the ledger rows (`ledgers`).
Every commit carries its delivery, actor and approval, and an application transaction (the resource
and the delivery's sequence), so that a delivery can never be applied twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

import duckdb

from catalog_specs.catalog import Catalog
from catalog_specs.errors import TableError
from catalog_specs.models.resource import Resource
from catalog_specs.vocabulary import FeedKind
from lakehouse.commits import Commit, retrying
from lakehouse.fast_write import bulk_write
from lakehouse.layout import Layout
from lakehouse.merging import merge
from lakehouse.records import Delivery, Verdict, VerdictKind
from lakehouse.snapshot_diff import (
    Counts,
    Side,
    accepted_rows,
    compared,
    content_query,
    merge_query,
    new_query,
)
from lakehouse.sql import identifier
from lakehouse.table_shape import Shape, authoritative_shape
from lakehouse.tables import Snapshot, commits, snapshot, table_id

__all__ = ["Candidate", "Origin", "Promotion", "pending", "promote", "recovered"]

MERGE_SHARE = 0.2
"""Changes above this share of the table's rows rewrite it whole, which is then quicker."""
MERGE_ROWS = 500_000
"""Changes above this number rewrite it whole, because a merge holds its source in memory."""
COUNTED = ("inserted", "updated", "deleted", "unchanged")


@dataclass(frozen=True)
class Candidate:
    """A passed delivery with its records, ready to be promoted.

    `accepted` and `kept_back` name relations on the caller's connection, as `accepted.divide`
    makes them: all columns of the typed feed, of the accepted and of the quarantined records.
    `kind` says what the delivery means where it is not what the resource's feed means (repaired
    records that are replayed are an upsert, even of a snapshot).
    """

    delivery: Delivery
    accepted: str
    kept_back: str | None = None
    kind: FeedKind | None = None


@dataclass(frozen=True)
class Origin:
    """Who promotes, on whose approval (a document's number), and when."""

    actor: str
    now: datetime
    approval: str | None = None


@dataclass(frozen=True)
class Promotion:
    """What a delivery did to its authoritative table, in rows (see `snapshot_diff.Counts`).

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
    return _recovered(found, delivery, accepted) if found else None


def promote(
    con: duckdb.DuckDBPyConnection,
    layout: Layout,
    catalog: Catalog,
    candidate: Candidate,
    origin: Origin,
) -> Promotion:
    """Apply a delivery's accepted records to the authoritative table of its resource.

    Nothing changed makes no commit; few changes are merged; many, or a table that lacks a column
    the catalogue has gained, rewrite it whole. Memory stays within the connection's limits plus
    a change set of at most `MERGE_ROWS` rows.

    Raises:
        TableError: the stored table has columns or types that the catalogue no longer has.
        TransientError: other writers were in the way every time.
    """
    resource = catalog.resource(candidate.delivery.resource)
    task = _Task(con, candidate, origin, resource, authoritative_shape(catalog, resource))
    path = layout.authoritative(resource.ref)

    def attempt() -> Promotion:
        found = snapshot(path)
        if found is None:
            return task.make(path)
        before = _recovered(found, candidate.delivery, accepted_rows(con, task.side()))
        return before or task.apply(found)

    return retrying(path, attempt)


@dataclass(frozen=True)
class _Task:
    """One promotion on the way, so that its steps need not hand five things to each other."""

    con: duckdb.DuckDBPyConnection
    candidate: Candidate
    origin: Origin
    resource: Resource
    shape: Shape

    def side(self, current: str = "") -> Side:
        return Side(
            kind=self.candidate.kind or self.resource.feed.kind,
            shape=self.shape,
            key=self.resource.key,
            accepted=identifier(self.candidate.accepted),
            current=current,
            kept_back=identifier(self.candidate.kept_back) if self.candidate.kept_back else None,
        )

    def make(self, path: Path) -> Promotion:
        """Make the table, even when nothing was accepted: from now on it has an identity."""
        counts, _ = self._fill(path)
        made = snapshot(path)
        if made is None:
            raise TableError("the table vanished", where=str(path), remedy="run again")
        return _promotion(counts, made.table_id, made.version, committed=True)

    def apply(self, found: Snapshot) -> Promotion:
        """Apply the delivery to what the table holds."""
        lacking = _lacking(found, self.shape)
        if not found.rows() and not lacking:
            counts, version = self._fill(found)
            return _promotion(counts, found.table_id, version, committed=True)
        side = self.side(found.select_sql(self.shape.columns))
        with compared(self.con, side) as counts:
            if not (counts.changed or lacking):
                return _promotion(counts, found.table_id, found.version, committed=False)
            version = self._write(found, side, counts, whole=lacking)
        return _promotion(counts, found.table_id, version, committed=True)

    def _write(self, found: Snapshot, side: Side, counts: Counts, *, whole: bool) -> int:
        commit = self._commit(counts)
        delivery = self.candidate.delivery.delivery
        if whole or counts.changed > min(MERGE_ROWS, MERGE_SHARE * found.rows()):
            query = content_query(side, delivery)
            return bulk_write(self.con, query, found, self.shape, commit).version
        change_set = self.con.sql(merge_query(side, delivery)).to_arrow_table()
        return merge(found, change_set, side.key, commit)

    def _fill(self, target: Path | Snapshot) -> tuple[Counts, int]:
        """Write the first content of a table that holds nothing."""
        side = self.side()
        accepted = accepted_rows(self.con, side)

        def counted(rows: int) -> Counts:
            return Counts(rows, 0, 0, accepted - rows)

        query = new_query(self.con, side, self.candidate.delivery.delivery)
        written = bulk_write(
            self.con, query, target, self.shape, lambda rows: self._commit(counted(rows))
        )
        return counted(written.rows), written.version

    def _commit(self, counts: Counts) -> Commit:
        delivery = self.candidate.delivery
        facts: dict[str, str | int] = {
            "delivery": delivery.delivery,
            "sequence": delivery.sequence,
            "actor": self.origin.actor,
            "promoted_at": self.origin.now.isoformat(),
            **asdict(counts),
        }
        if self.origin.approval is not None:
            facts["approval"] = self.origin.approval
        return Commit(delivery.resource, delivery.sequence, facts)


def _promotion(counts: Counts, table: str, version: int, *, committed: bool) -> Promotion:
    return Promotion(**asdict(counts), table_id=table, table_version=version, committed=committed)


def _recovered(found: Snapshot, delivery: Delivery, accepted: int) -> Promotion | None:
    applied = found.transaction_version(delivery.resource)
    if applied is None or applied < delivery.sequence:
        return None
    for entry in commits(found.path):
        if entry.get("delivery") == delivery.delivery:
            counts = Counts(*(int(entry[name]) for name in COUNTED))
            return _promotion(counts, found.table_id, int(entry["version"]), committed=False)
    counts = Counts(0, 0, 0, accepted)
    return _promotion(counts, found.table_id, found.version, committed=False)


def _lacking(found: Snapshot, shape: Shape) -> bool:
    """Say whether the table lacks a column of the shape; refuse one that fits it otherwise not."""
    wanted = {column.name: column.type for column in shape.columns}
    types = {column.name: column.type for column in found.columns}
    dropped = sorted(types.keys() - wanted.keys())
    retyped = sorted(name for name in types.keys() & wanted.keys() if types[name] != wanted[name])
    if dropped or retyped:
        raise TableError(
            f"the catalogue no longer has column(s) {', '.join(dropped) or '-'} and gives column(s)"
            f" {', '.join(retyped) or '-'} another type",
            where=str(found.path),
            remedy="put the catalogue back, or move the table's folder aside and run again: "
            "it is made anew from landing",
        )
    return wanted.keys() != types.keys()
