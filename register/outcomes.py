"""Outcomes: what each delivery did to its authoritative table, in commits and in a ledger.

Belongs here: the ledger, recording, reading back both. Keep out: applying (`authoritative`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from register.bundles import Bundle, span
from register.records import Counts, Delivery, Outcome, VerdictKind
from storage.delta.table_shape import Column, Shape
from storage.delta.tables import Snapshot, commits
from storage.layout import Layout
from storage.ledger import Ledger

__all__ = [
    "OUTCOMES",
    "Applied",
    "Promotion",
    "promotion_of",
    "record_outcomes",
    "recovered_from",
]


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


@dataclass(frozen=True)
class Applied:
    """A row of the `deliveries` ledger: the outcome, and the table it was applied to if it was.

    The outcome's `resource` is the short name beside its `department`, as `run --json` shows it.
    """

    outcome: Outcome
    sequence: int
    table_id: str | None
    table_version: int | None
    applied: bool
    recorded_at: str

    @property
    def delivery(self) -> str:
        """Return the delivery's id."""
        return self.outcome.delivery

    @property
    def resource(self) -> str:
        """Return the resource, named in full."""
        return f"{self.outcome.department}/{self.outcome.resource}"


def _once(done: Sequence[Applied]) -> str:
    """Name the outcomes of a bundle in one table: made anew, a table has an identity of its own."""
    names = span(one.delivery for one in done)
    return f"{done[0].resource}/{names}@{done[-1].table_id or ''}"


def _row(applied: Applied) -> Mapping[str, Any]:
    """Return the row; it names the resource in full, and counts time in milliseconds."""
    milliseconds = round(applied.outcome.seconds * 1000)
    in_full = {"resource": applied.resource, "milliseconds": milliseconds}
    return vars(applied.outcome) | vars(applied) | in_full


def _fields(row: Mapping[str, Any]) -> Mapping[str, Any]:
    outcome = {one.name: row[one.name] for one in fields(Outcome) if one.name in row} | {
        "resource": row["resource"].rpartition("/")[2],
        "files": tuple(row["files"]),
        "reasons": tuple(row["reasons"]),
        "verdict": VerdictKind(row["verdict"]),
        "seconds": row["milliseconds"] / 1000,
    }
    return {**row, "outcome": Outcome(**outcome)}


OUTCOMES = Ledger(
    name="deliveries",
    shape=Shape(
        "交付台账",
        "每个交付批次的处理结果；数据表重建后重新应用的批次另起一行。",
        (
            Column("department", "VARCHAR", "提供部门"),
            Column("resource", "VARCHAR", "信息资源"),
            Column("delivery", "VARCHAR", "交付批次"),
            Column("sequence", "BIGINT", "批次序号"),
            Column("files", "VARCHAR[]", "交付的文件名"),
            Column("delivered", "BIGINT", "交付记录数"),
            Column("accepted", "BIGINT", "接收记录数"),
            Column("quarantined", "BIGINT", "隔离记录数"),
            Column("inserted", "BIGINT", "新增行数"),
            Column("updated", "BIGINT", "更新行数"),
            Column("deleted", "BIGINT", "删除行数"),
            Column("unchanged", "BIGINT", "未引起变化的记录数"),
            Column("verdict", "VARCHAR", "判定"),
            Column("reasons", "VARCHAR[]", "未通过的规则代码或拒收代码"),
            Column("milliseconds", "BIGINT", "处理用时（毫秒）"),
            Column("table_id", "VARCHAR", "权威数据表的标识；未应用为空"),
            Column("table_version", "BIGINT", "应用后的表版本；未应用为空"),
            Column("applied", "BOOLEAN", "是否已应用到权威数据表"),
            Column("recorded_at", "VARCHAR", "登记时间"),
        ),
    ),
    value=Applied,
    once=_once,
    order=("resource", "sequence"),
    to_row=_row,
    from_row=_fields,
)


def record_outcomes(
    layout: Layout,
    bundle: Bundle,
    done: Sequence[tuple[Outcome, Promotion | None]],
    now: datetime,
) -> bool:
    """Record what became of a bundle, once per deliveries and table; returns whether it was new.

    `done` holds each delivery's outcome by its place; with None for one that was not applied.
    """
    pairs = zip(bundle.deliveries, done, strict=True)
    return OUTCOMES.record(
        layout,
        [
            Applied(
                outcome,
                delivery.sequence,
                promotion.table_id if promotion else None,
                promotion.table_version if promotion else None,
                promotion is not None,
                now.isoformat(),
            )
            for delivery, (outcome, promotion) in pairs
        ],
    )
