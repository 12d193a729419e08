"""The ledger of rule results: one row for each rule on each delivery, or on what else was judged.

Belongs here: its shape, recording columns of it, which rows stand. Keep out: judging (`quality`).
A row keeps the wording by which it was judged. `fingerprint` is a digest of the rule's definition:
where it changes, a new line of history begins under the same code.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from enum import Enum, StrEnum
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from catalog_specs.vocabulary import Dimension, Level
from register.bundles import span
from register.landed import sequence_of
from storage.delta.table_shape import Column, Shape, arrow_schema
from storage.layout import Layout
from storage.ledger import Ledger
from storage.sql import literal

__all__ = [
    "RULE_RESULTS",
    "STANDING_SQL",
    "Origin",
    "RuleAsked",
    "RuleFound",
    "RuleJudged",
    "newest_results",
    "record_results",
    "results_of",
    "rule_results",
    "standing",
]


class Origin(StrEnum):
    """What asked a rule: the gate of a delivery, a recheck of what is stored, or the clock."""

    GATE = "gate"
    RECHECK = "recheck"
    CLOCK = "clock"


@dataclass(frozen=True)
class RuleJudged:
    """One rule on one delivery, on a version of a table (`recheck`), or by the `clock`.

    `judged` counts the records it looked at, `failing` those among them that it does not let pass;
    a rule about a delivery as a whole fails no record, so that `passed` alone tells.
    """

    department: str
    resource: str
    delivery: str | None
    """None where something else was judged than a delivery."""
    rule: str
    fingerprint: str
    wording: str
    wording_en: str
    dimension: Dimension
    level: Level
    clause: str
    judged: int
    failing: int
    passed: bool
    judged_at: str
    """ISO 8601 with the offset of the profile's zone."""
    origin: Origin
    version: int | None = None
    """The version of the authoritative table that was rechecked."""
    observed: float | None = None
    """The figure that a rule about one has observed; none of it tells of a person."""
    low: float | None = None
    high: float | None = None
    """Between what it had to lie; None where there was too little to compare it with."""
    against: int | None = None
    """Of how many earlier deliveries, or of how many other resources, these bounds are."""
    partitions: str | None = None
    """Of a partitioned table that was rechecked, as JSON: partition → failing records."""


@dataclass(frozen=True)
class RuleAsked:
    """A rule as it was asked: what its results have in common."""

    rule: str
    fingerprint: str
    wording: str
    wording_en: str
    dimension: Dimension
    level: Level
    clause: str


@dataclass(frozen=True)
class RuleFound:
    """What one rule found, delivery by delivery."""

    asked: RuleAsked
    judged: tuple[int, ...]
    failing: tuple[int, ...]
    passed: tuple[bool, ...]
    observed: float | None = None
    low: float | None = None
    high: float | None = None
    against: int | None = None
    partitions: Mapping[str, int] | None = None
    """Failing records of each partition that has any; None of a table that is not parted."""


_OF_A_FIGURE = ("observed", "low", "high", "against")
_OF_A_RULE = tuple(one.name for one in fields(RuleAsked))


def _once(facts: Sequence[RuleJudged]) -> str:
    """Name results that are recorded together by their moment, and by the first and the last."""
    first, last = facts[0], facts[-1]
    ends = (f"{one.resource}/{one.delivery}/{one.version}/{one.rule}" for one in (first, last))
    return f"{first.origin}/{first.judged_at}/{'…'.join(dict.fromkeys(ends))}"


RULE_RESULTS = Ledger(
    name="rule_results",
    shape=Shape(
        "规则结果台账",
        "每条规则对每个交付批次的结果，一批一规则一行；定期检查和时限检查的结果也在其中。",
        (
            Column("department", "VARCHAR", "数据生产单位"),
            Column("resource", "VARCHAR", "信息资源"),
            Column("delivery", "VARCHAR", "交付批次；不是对交付批次的检查时为空"),
            Column("rule", "VARCHAR", "规则代码"),
            Column("fingerprint", "VARCHAR", "规则定义的摘要：定义变更则摘要变更"),
            Column("wording", "VARCHAR", "判定时规则的中文表述"),
            Column("wording_en", "VARCHAR", "判定时规则的英文表述"),
            Column("dimension", "VARCHAR", "质量维度：accuracy 准确性，timeliness 时效性，"
                   "completeness 完整性，usability 可用性"),
            Column("level", "VARCHAR", "级别：reject 整批拒收，quarantine 行隔离，warn 提醒"),
            Column("clause", "VARCHAR", "依据条款"),
            Column("judged", "BIGINT", "检查的记录数"),
            Column("failing", "BIGINT", "其中不符合规则的记录数"),
            Column("passed", "BOOLEAN", "是否通过"),
            Column("judged_at", "VARCHAR", "判定时间"),
            Column("origin", "VARCHAR", "来源：gate 质量关，recheck 定期检查，clock 时限检查"),
            Column("version", "BIGINT", "定期检查所查的权威表版本"),
            Column("observed", "DOUBLE", "规则的观测值（记录数、比例、均值等）；不含个人信息"),
            Column("low", "DOUBLE", "观测值下限；历史不足时为空"),
            Column("high", "DOUBLE", "观测值上限；历史不足时为空"),
            Column("against", "BIGINT", "上下限所依据的历次交付数"),
            Column("partitions", "VARCHAR", "定期检查时各分区不符合规则的记录数（JSON），无则不列"),
        ),
    ),
    value=RuleJudged,
    once=_once,
    order=("resource", "delivery"),
)  # fmt: skip

_KEY = ["resource", "delivery", "rule"]
STANDING_SQL = (
    f"origin <> {literal(Origin.GATE)} OR ("
    "judged_at = max(judged_at) OVER (PARTITION BY origin, resource, delivery) AND "
    "row_number() OVER (PARTITION BY origin, resource, delivery, rule ORDER BY judged_at DESC) = 1)"
)
"""Behind QUALIFY: of a delivery that was judged twice because the first attempt was broken off, the
results of the last attempt stand. Every recheck and every look at the clock is a fact of its own.
"""


def record_results(
    layout: Layout,
    resource: str,
    deliveries: Sequence[str],
    found: Sequence[RuleFound],
    judged_at: str,
) -> bool:
    """Record what the gate found of some deliveries of a resource, in one commit.

    Column by column: a bundle of 500 deliveries has some ten thousand rows.
    """
    if not found:
        return False
    times = len(deliveries)
    rows = times * len(found)
    alike = {
        "department": resource.partition("/")[0],
        "resource": resource,
        "judged_at": judged_at,
        "origin": Origin.GATE.value,
        "version": None,
        "partitions": None,
    }
    columns: dict[str, list[Any]] = {name: [value] * rows for name, value in alike.items()}
    columns["delivery"] = [*deliveries] * len(found)
    for name in _OF_A_RULE:
        said = (_stored(getattr(one.asked, name)) for one in found)
        columns[name] = [value for one in said for value in [one] * times]
    for name in ("judged", "failing", "passed"):
        columns[name] = [value for one in found for value in getattr(one, name)]
    for name in _OF_A_FIGURE:
        columns[name] = [value for one in found for value in [getattr(one, name)] * times]
    schema = arrow_schema(RULE_RESULTS.shape.columns)
    once = f"{Origin.GATE}/{judged_at}/{resource}/{span(deliveries)}"
    table = pa.table({name: columns[name] for name in schema.names}, schema=schema)
    return RULE_RESULTS.record_rows(layout, table, once)


def _stored(value: object) -> object:
    return value.value if isinstance(value, Enum) else value


def rule_results(
    layout: Layout, resource: str | None = None, since: datetime | None = None
) -> pa.Table:
    """Return the rows that stand, of one resource or of all, judged at `since` or later."""
    rows = standing(RULE_RESULTS.table(layout, resource))
    if since is None:
        return rows
    return rows.filter(
        pc.greater_equal(_moments(rows), pa.scalar(since, pa.timestamp("us", "UTC")))
    )


def results_of(layout: Layout, resource: str, deliveries: Sequence[str]) -> tuple[RuleJudged, ...]:
    """Return what the gate found of some deliveries of a resource."""
    rows = RULE_RESULTS.table(layout, resource)
    wanted = pc.is_in(rows["delivery"], pa.array(deliveries, pa.string()))
    return tuple(map(RULE_RESULTS.fact, standing(rows.filter(wanted)).to_pylist()))


def newest_results(layout: Layout, resource: str, deliveries: int) -> tuple[RuleJudged, ...]:
    """Return what the gate found of the newest judged deliveries of a resource, in their order."""
    columns = ["delivery"]
    names = RULE_RESULTS.table(layout, resource, columns)["delivery"].unique().to_pylist()
    newest = sorted((name for name in names if name), key=sequence_of)[-deliveries:]
    return results_of(layout, resource, newest)


def _moments(rows: pa.Table) -> pa.ChunkedArray:
    return pc.cast(rows["judged_at"], pa.timestamp("us", "UTC"))


def standing(rows: pa.Table) -> pa.Table:
    """Return the rows that stand, as `STANDING_SQL` says it, in the order in which they lie."""
    of_gate = pc.equal(rows["origin"], Origin.GATE.value)
    judged = rows.select([*_KEY, "judged_at"]).filter(of_gate)
    attempts = judged.group_by([*_KEY[:2], "judged_at"]).aggregate([])
    newest = judged.group_by(_KEY[:2]).aggregate([("judged_at", "max")])
    once = judged.group_by(_KEY).aggregate([]).num_rows == judged.num_rows
    if once and attempts.num_rows == newest.num_rows:
        return rows
    places = pa.chunked_array([pa.array(range(rows.num_rows), pa.int64())])
    last = judged.append_column("place", places.filter(of_gate)).join(
        newest.rename_columns([*_KEY[:2], "newest"]), _KEY[:2]
    )
    last = last.filter(pc.equal(last["judged_at"], last["newest"]))
    kept = last.group_by(_KEY).aggregate([("place", "min")])["place_min"]
    standing = pa.chunked_array([*kept.chunks, *places.filter(pc.invert(of_gate)).chunks])
    return rows.take(pc.take(standing, pc.sort_indices(standing)))
