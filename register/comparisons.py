"""The ledger of comparisons: referred items, compared with their one source (一数一源).

Belongs here: its shape, recording each delivery's once, reading back. Keep out: comparing
(`quality.reconciliation`), single mismatching records (`mismatches`). It holds counts and codes,
never a value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from catalog_specs.rules.mismatches import MismatchPattern, Uncompared
from register.bundles import span
from storage.delta.table_shape import Column, Shape
from storage.ledger import Ledger
from storage.sql import identifiers, literal

__all__ = ["COMPARISONS", "Comparison", "Scope", "recent_sql"]


class Scope(StrEnum):
    """Which records were compared."""

    DELIVERY = "delivery"
    """Those of one delivery."""
    STANDING = "standing"
    """Those that stand: a snapshot's newest delivery, or the last record of each key."""


@dataclass(frozen=True)
class Comparison:
    """One referred item of some records compared with its source, as the source was then.

    `compared == matched + mismatched + missing_in_source`. `patterns` and `pattern_rows` say how
    many records differ in which way, those that the source does not have among them. What a row of
    an older ledger lacks is empty.
    """

    resource: str
    delivery: str
    """The delivery; of what stands, the newest."""
    item: str
    source: str
    """The owned item: `<department>/<resource>.<item>`."""
    compared: int
    matched: int
    mismatched: int
    missing_in_source: int
    department: str = ""
    element: str = ""
    scope: Scope = Scope.DELIVERY
    since: str = ""
    """The oldest delivery that takes part."""
    patterns: tuple[str, ...] = ()
    pattern_rows: tuple[int, ...] = ()
    reason: Uncompared | None = None
    """Why nothing was compared; None when something was."""
    source_table: str | None = None
    """The identity of the source's table."""
    source_version: int | None = None
    compared_at: str = ""

    @property
    def differing(self) -> int:
        """Return how many records differ from their source, or are not in it."""
        return self.mismatched + self.missing_in_source

    @property
    def by_pattern(self) -> Mapping[MismatchPattern, int]:
        """Return how many records differ in which way."""
        pairs = zip(self.patterns, self.pattern_rows, strict=True)
        return {MismatchPattern(code): rows for code, rows in pairs}


def _once(found: Sequence[Comparison]) -> str:
    return f"{found[0].resource}/{span(one.delivery for one in found)}"


COMPARISONS = Ledger(
    name="reconciliation",
    shape=Shape(
        "一致性比对台账",
        "引用项与其唯一来源的比对结果，每批每项一行，来源变化后另起一行，不含数据值。",
        (
            Column("resource", "VARCHAR", "引用方信息资源"),
            Column("delivery", "VARCHAR", "交付批次；现存记录的比对为最新批次"),
            Column("item", "VARCHAR", "引用的信息项"),
            Column("source", "VARCHAR", "唯一来源"),
            Column("compared", "BIGINT", "参与比对的记录数"),
            Column("matched", "BIGINT", "一致"),
            Column("mismatched", "BIGINT", "不一致"),
            Column("missing_in_source", "BIGINT", "来源中无此主体"),
            Column("department", "VARCHAR", "引用方部门"),
            Column("element", "VARCHAR", "数据元"),
            Column("scope", "VARCHAR", "比对范围：delivery 该批记录，standing 现存记录"),
            Column("since", "VARCHAR", "参与比对的最早批次"),
            Column("patterns", "VARCHAR[]", "不一致的样式代码"),
            Column("pattern_rows", "BIGINT[]", "各样式的记录数，与样式代码逐一对应"),
            Column("reason", "VARCHAR", "未能比对的原因代码；已比对为空"),
            Column("source_table", "VARCHAR", "来源权威数据表的标识"),
            Column("source_version", "BIGINT", "比对所依据的来源表版本"),
            Column("compared_at", "VARCHAR", "比对时间"),
        ),
    ),
    value=Comparison,
    once=_once,
    order=("resource", "delivery", "item"),
)


def recent_sql(rows: str, count: int = 1) -> str:
    """Return SQL behind FROM of the last comparisons of what stands of each resource and item.

    `rows` are those of the ledger. `ago` counts back from 1; `current` says whether nothing of the
    resource was delivered since.
    """
    names = identifiers(COMPARISONS.shape.names)
    number = "TRY_CAST(split_part(delivery, '-', 1) AS BIGINT)"
    moment = "TRY_CAST(compared_at AS TIMESTAMP WITH TIME ZONE)"
    order = f"{number} DESC, {moment} DESC, source_version DESC NULLS LAST"
    newest = f"{number} = max({number}) OVER (PARTITION BY resource) AS current"
    return (
        f"(SELECT {names}, ago, current FROM (SELECT *, row_number() OVER (PARTITION BY resource, "
        f"item ORDER BY {order}) AS ago FROM (SELECT *, {newest} FROM {rows}) "
        f"WHERE scope = {literal(Scope.STANDING.value)}) WHERE ago <= {count})"
    )
