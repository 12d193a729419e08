"""The ledger of comparisons: referred items, compared with their one source (一数一源).

Belongs here: its shape, recording each delivery's once, reading back. Keep out: comparing
(`quality.reconciliation`). It holds counts and record numbers, never a value.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from register.bundles import span
from storage.delta.table_shape import Column, Shape
from storage.layout import Layout
from storage.ledger import Ledger

__all__ = ["COMPARISONS", "Comparison", "record_comparisons"]


@dataclass(frozen=True)
class Comparison:
    """One referred item of one delivery compared with its source: counts and record numbers.

    `compared == matched + mismatched + missing_in_source`; the lists of record numbers are cut.
    """

    resource: str
    delivery: str
    item: str
    source: str
    compared: int
    matched: int
    mismatched: int
    missing_in_source: int
    mismatched_rows: tuple[int, ...] = ()
    missing_rows: tuple[int, ...] = ()


def _once(found: Sequence[Comparison]) -> str:
    return f"{found[0].resource}/{span(one.delivery for one in found)}"


COMPARISONS = Ledger(
    name="reconciliation",
    shape=Shape(
        "一致性比对台账",
        "引用项与其唯一来源的比对结果，每批每项一行，不含数据值。",
        (
            Column("resource", "VARCHAR", "引用方信息资源"),
            Column("delivery", "VARCHAR", "交付批次"),
            Column("item", "VARCHAR", "引用的信息项"),
            Column("source", "VARCHAR", "唯一来源"),
            Column("compared", "BIGINT", "参与比对的记录数"),
            Column("matched", "BIGINT", "一致"),
            Column("mismatched", "BIGINT", "不一致"),
            Column("missing_in_source", "BIGINT", "来源中无此主体"),
            Column("mismatched_rows", "BIGINT[]", "不一致的记录序号（至多一千）"),
            Column("missing_rows", "BIGINT[]", "来源中无此主体的记录序号（至多一千）"),
        ),
    ),
    value=Comparison,
    once=_once,
    order=("resource", "delivery", "item"),
)


def record_comparisons(layout: Layout, found: Sequence[Comparison]) -> bool:
    """Record comparisons of one resource's deliveries; returns whether any was new.

    A delivery keeps its first, whatever bundle it is in when it is promoted again.
    """
    if not found:
        return False
    known = set(COMPARISONS.table(layout, found[0].resource, ("delivery",)).column(0).to_pylist())
    return COMPARISONS.record(layout, [one for one in found if one.delivery not in known])
