"""The ledger of mismatches: each record that differs from its one source, named on both sides.

Belongs here: its shape, recording, and which of its rows stand. Keep out: finding mismatches
(`quality.reconciliation`). It holds record numbers and codes, never a value.
That one record differs from one row of its source is a fact that does not change, for both were
delivered and lie unchanged in landing. It is recorded when it is first found, and once more, with
`stands` false, when it is found no longer: the record was overtaken, or the source corrected.
Columns, not values: there may be millions, and they are written as the engine hands them over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from catalog_specs.rules.mismatches import MismatchPattern
from register.comparisons import COMPARISONS, Comparison, recent_sql
from storage.delta.table_shape import Column, Shape, arrow_schema
from storage.delta.tables import scan_sql
from storage.digests import sha256_of_lines
from storage.engines.connection import on_values
from storage.layout import Layout
from storage.ledger import Ledger
from storage.sql import identifiers, literal

__all__ = [
    "FACT",
    "MISMATCHES",
    "Mismatch",
    "known_sql",
    "mismatches_of",
    "record_again",
    "record_promoted",
]


@dataclass(frozen=True)
class Mismatch:
    """One record of one delivery that differs from the source's row in one item."""

    resource: str
    delivery: str
    row: int
    item: str
    element: str
    source: str
    source_delivery: str | None
    """The delivery that the source's row is from; None where the source has no such row."""
    source_row: int | None
    pattern: MismatchPattern
    stands: bool
    compared_at: str


def _once(found: Sequence[Mismatch]) -> str:
    one = found[0]
    return f"{one.resource}/{one.delivery}/{one.row}/{one.item}/{one.source_delivery}/{one.stands}"


MISMATCHES = Ledger(
    name="mismatches",
    shape=Shape(
        "不一致记录台账",
        "与唯一来源不一致的每条记录，双方均以批次和序号指明，不含数据值；条数有上限，总数见比对台账。",
        (
            Column("resource", "VARCHAR", "引用方信息资源"),
            Column("delivery", "VARCHAR", "引用方记录的交付批次"),
            Column("row", "BIGINT", "引用方记录在该批次中的序号"),
            Column("item", "VARCHAR", "引用的信息项"),
            Column("element", "VARCHAR", "数据元"),
            Column("source", "VARCHAR", "唯一来源"),
            Column("source_delivery", "VARCHAR", "来源行的交付批次；来源中无此主体为空"),
            Column("source_row", "BIGINT", "来源行在该批次中的序号；来源中无此主体为空"),
            Column("pattern", "VARCHAR", "不一致的样式代码"),
            Column("stands", "BOOLEAN", "TRUE 发现不一致，FALSE 该不一致已不复存在"),
            Column("compared_at", "VARCHAR", "比对时间"),
        ),
    ),
    value=Mismatch,
    once=_once,
    order=("resource", "delivery", "row", "item"),
)

FACT = tuple(n for n in MISMATCHES.shape.names if n not in {"stands", "compared_at"})
"""The columns that make a mismatch the same mismatch."""


def record_promoted(layout: Layout, found: Sequence[Comparison], mismatches: pa.Table) -> bool:
    """Record the comparisons of deliveries as they are promoted; returns whether any was new.

    A delivery keeps its first, whatever bundle it is in when it is promoted again.
    """
    if not found:
        return False
    known = COMPARISONS.table(layout, found[0].resource, ("delivery",)).column(0)
    before = set(known.to_pylist())
    new = [one for one in found if one.delivery not in before]
    if not new:
        return False
    old = pc.is_in(mismatches["delivery"], value_set=known.combine_chunks())
    return _record(layout, new, mismatches.filter(pc.invert(old)), COMPARISONS.once(new))


def record_again(layout: Layout, found: Sequence[Comparison], mismatches: pa.Table) -> bool:
    """Record what came of comparing what stands, once for the same versions of its sources."""
    if not found:
        return False
    seen = sha256_of_lines(f"{o.item} {o.source_table} {o.source_version}" for o in found)
    name = f"{found[0].resource}/{found[0].since}..{found[0].delivery}/{seen[:16]}"
    return _record(layout, found, mismatches, name)


def _record(layout: Layout, found: Sequence[Comparison], mismatches: pa.Table, name: str) -> bool:
    """Record mismatches, and then comparisons: these say that those are whole."""
    shape = arrow_schema(MISMATCHES.shape.columns)
    MISMATCHES.record_rows(layout, mismatches.select(shape.names).cast(shape), name)
    return COMPARISONS.record_rows(layout, COMPARISONS.rows(found), name)


def known_sql(layout: Layout, resource: str) -> str:
    """Return SQL behind FROM of a resource's mismatches that stand, as `FACT`.

    Each was recorded with `stands` once more than without.
    """
    rows = scan_sql(layout.ledger(MISMATCHES.name), MISMATCHES.shape.columns)
    names = identifiers(FACT)
    return (
        f"(SELECT {names} FROM {rows} WHERE resource = {literal(resource)} "
        f"GROUP BY {names} HAVING sum(CASE WHEN stands THEN 1 ELSE -1 END) > 0)"
    )


def mismatches_of(layout: Layout, delivery: str, row: int, item: str) -> tuple[Mismatch, ...]:
    """Return the mismatches of one record's item, those that stand and the newest first.

    There are several where the source's row was another one before, or where two resources took
    deliveries of one name. One overtaken by another delivery does not stand.
    """
    rows = scan_sql(MISMATCHES.path(layout), MISMATCHES.shape.columns)
    said = scan_sql(COMPARISONS.path(layout), COMPARISONS.shape.columns)
    last = f"(SELECT resource, item, since FROM {recent_sql(said)})"
    names = identifiers(FACT)
    query = f"""
        SELECT {names}, coalesce(found AND (since IS NULL OR delivery >= since), FALSE) AS stands,
               compared_at
        FROM (SELECT {names}, sum(CASE WHEN stands THEN 1 ELSE -1 END) > 0 AS found,
                     max(compared_at) AS compared_at
              FROM {rows} WHERE delivery = $delivery AND "row" = $row AND item = $item
              GROUP BY {names})
        LEFT JOIN {last} USING (resource, item)
        ORDER BY stands DESC, compared_at DESC, resource, source_delivery"""
    with on_values() as con:
        asked = {"delivery": delivery, "row": row, "item": item}
        found = con.execute(query, asked).to_arrow_table().to_pylist()
    return tuple(map(MISMATCHES.fact, found))
