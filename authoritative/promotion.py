"""Promotion: what a passed delivery does to the one table that is the source of its facts.

Belongs here: applying a delivery exactly once, choosing how it is written, recovering what an
interrupted run had already committed, and what still waits. Keep out: judging (`quality`), the
comparison itself (`diff`), the ledger rows (`ledgers`).
Every commit carries its delivery, actor and approval, and an application transaction (the resource
and the delivery's sequence), so that a delivery can never be applied twice.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import astuple, dataclass, replace
from datetime import datetime

from authoritative.diff import MERGE_SHARE, Difference, compared
from authoritative.incoming import Incoming, accepted_rows, each_key_once, new_query, partitions_of
from authoritative.sequences import Order
from catalog_specs.catalog import Catalog
from catalog_specs.errors import HeldError, TableError
from catalog_specs.models.resource import Resource
from catalog_specs.vocabulary import FeedKind
from register.bundles import ROW_SPAN, Bundle
from register.outcomes import Promotion, promotion_of, recovered_from
from register.records import Counts
from storage.delta.commits import Commit, retrying
from storage.delta.fast_write import adopt, bulk_write, write_content
from storage.delta.gained_columns import gain
from storage.delta.merging import merge
from storage.delta.table_shape import Shape, authoritative_shape, empty_select
from storage.delta.tables import Snapshot, leave_open, snapshot
from storage.delta.written_files import WrittenFile
from storage.engines.connection import Connection
from storage.engines.relation import Relation, as_view
from storage.engines.spark.elsewhere import expecting
from storage.evolution.differences import require_fit
from storage.evolution.evolving import know_key
from storage.layout import Layout
from storage.places.object_path import Place

__all__ = ["Candidate", "Origin", "promote"]

GUARDED_ROWS = 20
"""Rows from which on a table is guarded: below, a share says nothing and a look shows all."""
_CURRENT, _REST = "_promotion_current", "_promotion_rest"
COUNTED = ("inserted", "updated", "deleted", "unchanged")


@dataclass(frozen=True)
class Candidate:
    """A bundle of passed deliveries with its records, ready to be promoted.

    `accepted` and `quarantined` are what the gate handed on: all columns of the typed feed, of the
    accepted and of the quarantined records.
    `kind` says what the deliveries mean where it is not what the resource's feed means (repaired
    records that are replayed are an upsert, even of a snapshot). `allowed_loss` is the share of the
    table's rows, in per cent, that a snapshot may delete; None: any. `files` hold
    accepted records as they lie, with all columns of the table; `beside` are those in none of them.
    """

    bundle: Bundle
    accepted: Relation
    quarantined: Relation | None = None
    kind: FeedKind | None = None
    allowed_loss: int | None = None
    files: tuple[WrittenFile, ...] = ()
    beside: Relation | None = None


@dataclass(frozen=True)
class Origin:
    """Who promotes, on whose approval (a document's number), and when."""

    actor: str
    now: datetime
    approval: str | None = None


def promote(
    layout: Layout, catalog: Catalog, candidate: Candidate, origin: Origin
) -> tuple[Promotion, ...]:
    """Apply a bundle's accepted records to the authoritative table of its resource, in one commit.

    Nothing changed makes no commit; few changes are merged; many, or a table that lacks a column
    the catalogue has gained, rewrite it whole. Memory stays within the connection's limits.
    Returns what each delivery did, by its place.

    Raises:
        HeldError: a snapshot would delete more rows than `allowed_loss`; nothing was written.
        TableError: the table is as an earlier catalogue asked, and has to evolve first.
        TransientError: other writers were in the way every time.
    """
    resource = catalog.resource(candidate.bundle.resource)
    plain = _Task(candidate, origin, resource, authoritative_shape(catalog, resource))
    path = layout.authoritative(resource.ref)

    def attempt() -> tuple[Promotion, ...]:
        found = snapshot(path)
        if found is not None:
            require_fit(catalog, resource, found)
            know_key(plain.con, catalog, resource, found)
            # a rewrite for a new column would cost the whole table, however little was delivered
            if plain.shape.partition is not None and gain(found.table, plain.shape.columns):
                found = snapshot(path)
        # a killed run may have committed the first deliveries of this bundle, alone or in another
        before = plain.recovered(found) if found else ()
        if len(before) == len(candidate.bundle.deliveries):
            return before
        task = plain.in_order(layout, catalog, len(before))
        if found is None:
            return task.make(path)
        done = task.apply(found, len(before))
        leave_open(found)
        return (*before, *done)

    return retrying(path, attempt)


@dataclass(frozen=True)
class _Task:
    """One promotion on the way, so that its steps need not hand five things to each other."""

    candidate: Candidate
    origin: Origin
    resource: Resource
    shape: Shape
    known: Relation | None = None
    """The sequences known of a change feed's keys."""

    @property
    def con(self) -> Connection:
        """Return the connection that the records stand on."""
        return self.candidate.accepted.con

    @property
    def kind(self) -> FeedKind:
        """Return what the deliveries mean."""
        return self.candidate.kind or self.resource.feed.kind

    def in_order(self, layout: Layout, catalog: Catalog, first: int) -> _Task:
        """Return the task with what is known of the order, from the delivery at `first` on."""
        if self.kind is not FeedKind.CHANGES:
            return self
        order = Order(layout, catalog, self.candidate.bundle, self.candidate.accepted, first)
        return replace(self, known=order.remember())

    def incoming(self, first: int = 0) -> Incoming:
        """Return what is compared, from the delivery at place `first` of the bundle on."""
        accepted = self.candidate.accepted
        if first:
            query = f"FROM {accepted.sql} WHERE _row >= {first * ROW_SPAN}"
            accepted = replace(as_view(self.con, _REST, query), elsewhere=accepted.elsewhere)
        return Incoming(
            kind=self.kind,
            shape=self.shape,
            key=self.resource.key,
            bundle=self.candidate.bundle,
            accepted=accepted,
            quarantined=self.candidate.quarantined,
            known=self.known,
        )

    def recovered(self, found: Snapshot) -> tuple[Promotion, ...]:
        """Return what an earlier run did with the first deliveries of the bundle."""
        accepted = accepted_rows(self.incoming())
        done: list[Promotion] = []
        for delivery, rows in zip(self.candidate.bundle.deliveries, accepted, strict=True):
            before = recovered_from(found, delivery, rows)
            if before is None:
                break
            done.append(before)
        return tuple(done)

    def make(self, path: Place) -> tuple[Promotion, ...]:
        """Make the table, even when nothing was accepted: from now on it has an identity."""
        if self._single:
            counts, _ = self._fill(path)
            return self._made(path, (counts,))
        nothing = as_view(self.con, _CURRENT, f"FROM {empty_select(self.shape.columns)}")
        with compared(self.incoming(), nothing) as found:
            done = found.counts
            there = expecting(found.incoming.elsewhere, sum(one.gained for one in done))
            bulk_write(self.con, found.content(), path, self.shape, self._commit(done), there)
        return self._made(path, done)

    def apply(self, found: Snapshot, first: int) -> tuple[Promotion, ...]:
        """Apply the deliveries from place `first` on to what the table holds."""
        lacking = not set(self.shape.names) <= {column.name for column in found.columns}
        # an empty table needs no comparison: the first delivery is its content
        if self._single and not found.rows() and not lacking:
            counts, version = self._fill(found)
            return (promotion_of(counts, found.table_id, version, committed=True),)
        incoming = self.incoming(first)
        if self.shape.partition is not None:
            found = found.within(partitions_of(incoming, self.shape.partition))
        current = as_view(self.con, _CURRENT, f"FROM {found.select_sql(self.shape.columns)}")
        with compared(incoming, current) as difference:
            changes = difference.counts[first:]
            self._guard(found, changes)
            changed = sum(counts.changed for counts in changes)
            version = found.version
            if changed or lacking:
                version = self._write(found, difference, changes, whole=lacking)
        return tuple(
            promotion_of(counts, found.table_id, version, committed=bool(changed or lacking))
            for counts in changes
        )

    def _guard(self, found: Snapshot, changes: Sequence[Counts]) -> None:
        """Refuse a snapshot that would delete too much of the table (八(二))."""
        allowed = self.candidate.allowed_loss
        if allowed is None or self.kind is not FeedKind.SNAPSHOT:
            return
        deleted, stored = sum(counts.deleted for counts in changes), found.rows()
        if stored >= GUARDED_ROWS and deleted * 100 > allowed * stored:
            raise HeldError(deleted, stored, where=self.candidate.bundle.name)

    @property
    def _single(self) -> bool:
        return len(self.candidate.bundle.deliveries) == 1

    @staticmethod
    def _made(path: Place, changes: Sequence[Counts]) -> tuple[Promotion, ...]:
        made = snapshot(path)
        if made is None:
            raise TableError("the table vanished", where=str(path), remedy="run again")
        return tuple(
            promotion_of(one, made.table_id, made.version, committed=True) for one in changes
        )

    def _write(
        self, found: Snapshot, difference: Difference, changes: Sequence[Counts], *, whole: bool
    ) -> int:
        commit = self._commit(changes)
        changed = sum(counts.changed for counts in changes)
        if whole or (self.shape.partition is None and changed > MERGE_SHARE * found.rows()):
            query = difference.content()
            rows = found.rows() + sum(one.gained for one in changes)
            there = expecting(difference.incoming.elsewhere, rows)
            return bulk_write(self.con, query, found, self.shape, commit, there).version
        return merge(found, difference.change_set(), self.resource.key, self.shape, commit)

    def _fill(self, target: Place | Snapshot) -> tuple[Counts, int]:
        """Write the first content of a table that holds nothing, from a single delivery.

        Where every accepted record counts, files that hold no others become the table's as they
        lie, and only the rest is written.
        """
        incoming = self.incoming()
        (accepted,) = accepted_rows(incoming)
        lying = self.candidate.files and self.shape.partition is None
        if lying and each_key_once(incoming):
            counts = Counts(accepted, 0, 0, 0)
            commit = self._commit((counts,))
            return counts, adopt(self._lying(), target, self.shape, commit).version

        def counted(rows: int) -> Counts:
            return Counts(rows, 0, 0, accepted - rows)

        def said(rows: int) -> Commit:
            return self._commit((counted(rows),))

        whole = self.kind is not FeedKind.CHANGES and incoming.elsewhere
        known = whole and each_key_once(incoming)
        there = expecting(incoming.elsewhere, accepted if known else None)
        query = new_query(incoming)
        written = bulk_write(self.con, query, target, self.shape, said, there)
        return counted(written.rows), written.version

    def _lying(self) -> tuple[WrittenFile, ...]:
        """Return files with all accepted records, when some of them lie in files already."""
        files, beside = self.candidate.files, self.candidate.beside
        if beside is None:
            return files
        folder = files[0].path.parent
        return (*files, *write_content(self.con, f"FROM {beside.sql}", folder, self.shape))

    def _commit(self, changes: Sequence[Counts]) -> Commit:
        """Return what the commit says: whose it is, and what each delivery did, newest last."""
        deliveries = self.candidate.bundle.deliveries[-len(changes) :]
        last = deliveries[-1]
        done = [
            [one.delivery, *astuple(counts)]
            for one, counts in zip(deliveries, changes, strict=True)
        ]
        facts: dict[str, str | int] = {
            "delivery": last.delivery,
            "sequence": last.sequence,
            "actor": self.origin.actor,
            "promoted_at": self.origin.now.isoformat(),
            "deliveries": json.dumps(done),
        }
        for place, name in enumerate(COUNTED):
            facts[name] = sum(astuple(counts)[place] for counts in changes)
        if self.origin.approval is not None:
            facts["approval"] = self.origin.approval
        return Commit(last.resource, last.sequence, facts)
