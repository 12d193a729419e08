"""The ledgers: append-only facts about what was judged, applied and compared.

Belongs here: the shape of each ledger, recording once per delivery, reading back as records. Keep
out: how the facts come about. A ledger holds codes, counts and record numbers, never a value.
Reading takes one scan of one ledger; a run reads each once and hands the records on.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa
from pyarrow.dataset import dataset, field

from register.applied import Promotion
from register.approvals import REFUSED, last_word
from register.bundles import Bundle
from register.records import Delivery, Outcome, RuleResult, Verdict, VerdictKind
from storage.delta.commits import Commit
from storage.delta.table_shape import Column, Shape, arrow_schema
from storage.delta.tables import append, snapshot, transaction_version
from storage.layout import Layout

__all__ = [
    "DELIVERIES",
    "RECONCILIATION",
    "VERDICTS",
    "Applied",
    "Finding",
    "findings",
    "is_judged",
    "outcomes",
    "record_findings",
    "record_outcomes",
    "record_verdicts",
    "recorded",
    "verdicts",
]

SMALL_FILES = 256
"""A ledger with more files than this has them joined before the next reader pays for them."""

VERDICTS = Shape(
    "判定台账",
    "每个交付批次的质量判定，一批一行。",
    (
        Column("resource", "VARCHAR", "信息资源"),
        Column("delivery", "VARCHAR", "交付批次"),
        Column("sequence", "BIGINT", "批次序号"),
        Column("kind", "VARCHAR", "判定：passed 通过，rejected 整批拒收，recognised 重复交付"),
        Column("delivered", "BIGINT", "交付记录数"),
        Column("accepted", "BIGINT", "接收记录数"),
        Column("quarantined", "BIGINT", "隔离记录数"),
        Column("reasons", "VARCHAR[]", "未通过的规则代码或拒收代码"),
        Column("rules", "VARCHAR", "各规则的结果（JSON，只含计数）"),
        Column("catalog_digest", "VARCHAR", "判定时目录文件的摘要"),
        Column("judged_at", "VARCHAR", "判定时间"),
        Column("gx_result", "VARCHAR", "校验引擎的完整结果（JSON，不含数据值）"),
    ),
)
DELIVERIES = Shape(
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
)
RECONCILIATION = Shape(
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
)


@dataclass(frozen=True)
class Finding:
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


@dataclass(frozen=True)
class Applied:
    """A row of the `deliveries` ledger: the outcome, and the table it was applied to if it was."""

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


def record_verdicts(layout: Layout, judged: Sequence[Verdict]) -> bool:
    """Record the verdicts on a bundle in one commit, once; returns whether they were new."""
    rows = [asdict(v) | {"rules": json.dumps([asdict(r) for r in v.rules])} for v in judged]
    once = _once(judged[0].resource, [verdict.delivery for verdict in judged])
    if judged[0].reasons[:1] == (REFUSED,):
        once += f"/{REFUSED}"
    return _record(layout, "verdicts", VERDICTS, rows, once)


def is_judged(layout: Layout, delivery: Delivery) -> bool:
    """Say whether a delivery was judged by itself already; no row is read."""
    once = _once(delivery.resource, [delivery.delivery])
    return transaction_version(layout.ledger("verdicts"), once) is not None


def verdicts(
    layout: Layout,
    resource: str | None = None,
    *,
    rules: bool = True,
    engine_results: bool = False,
) -> tuple[Verdict, ...]:
    """Return the verdicts, of one resource or of all, in the order of resources and sequences.

    `gx_result` is long and seldom wanted: it is "{}" unless `engine_results` is asked for. Without
    `rules` the single results are left out too, which makes reading many verdicts cheap.
    """
    left_out = [*([] if rules else ["rules"]), *([] if engine_results else ["gx_result"])]
    rows = last_word(_read(layout, "verdicts", VERDICTS, resource, left_out))
    return tuple(
        Verdict(
            **row
            | {
                "kind": VerdictKind(row["kind"]),
                "reasons": tuple(row["reasons"]),
                "rules": tuple(RuleResult(**rule) for rule in json.loads(row.get("rules", "[]"))),
            }
        )
        for row in rows
    )


def record_outcomes(
    layout: Layout,
    bundle: Bundle,
    done: Sequence[tuple[Outcome, Promotion | None]],
    now: datetime,
) -> bool:
    """Record what became of a bundle, once per deliveries and table; returns whether it was new.

    `done` holds each delivery's outcome by its place; with None for one that was not applied. A
    table made anew has an identity of its own, so that deliveries replayed into it are recorded
    again.
    """
    pairs = zip(bundle.deliveries, done, strict=True)
    rows = [_applied_row(one, outcome, promotion, now) for one, (outcome, promotion) in pairs]
    once = f"{_once(bundle.resource, bundle.names)}@{rows[-1]['table_id'] or ''}"
    return _record(layout, "deliveries", DELIVERIES, rows, once)


def _applied_row(
    delivery: Delivery, outcome: Outcome, promotion: Promotion | None, now: datetime
) -> dict[str, Any]:
    row = asdict(outcome)
    row["milliseconds"] = round(row.pop("seconds") * 1000)
    return row | {
        "resource": delivery.resource,
        "sequence": delivery.sequence,
        "table_id": promotion.table_id if promotion else None,
        "table_version": promotion.table_version if promotion else None,
        "applied": promotion is not None,
        "recorded_at": now.isoformat(),
    }


def outcomes(layout: Layout, resource: str | None = None) -> tuple[Applied, ...]:
    """Return the rows of the `deliveries` ledger, of one resource or of all, in order.

    An outcome's `resource` is the short name beside its `department`, as `run --json` shows it.
    """
    return tuple(_applied(row) for row in _read(layout, "deliveries", DELIVERIES, resource))


def recorded(layout: Layout) -> frozenset[tuple[str, str]]:
    """Return (resource, delivery) of every delivery that has an outcome."""
    left_out = [n for n in DELIVERIES.names if n not in ("resource", "delivery", "sequence")]
    rows = _read(layout, "deliveries", DELIVERIES, None, left_out)
    return frozenset((row["resource"], row["delivery"]) for row in rows)


def record_findings(layout: Layout, bundle: Bundle, found: Sequence[Finding]) -> bool:
    """Record each delivery's comparison with its sources, once; returns whether any was new.

    A delivery keeps its first, whatever bundle it is in when it is promoted again.
    """
    if not found:
        return False
    once = _once(bundle.resource, bundle.names)
    left_out = [n for n in RECONCILIATION.names if n not in ("resource", "delivery", "item")]
    stored = _read(layout, "reconciliation", RECONCILIATION, bundle.resource, left_out)
    known = {row["delivery"] for row in stored}
    rows = [asdict(finding) for finding in found if finding.delivery not in known]
    return bool(rows) and _record(layout, "reconciliation", RECONCILIATION, rows, once)


def findings(layout: Layout, resource: str | None = None) -> tuple[Finding, ...]:
    """Return the findings, of one resource or of all, in order."""
    rows = _read(layout, "reconciliation", RECONCILIATION, resource)
    lists = ("mismatched_rows", "missing_rows")
    return tuple(Finding(**row | {name: tuple(row[name]) for name in lists}) for row in rows)


def _applied(row: Mapping[str, Any]) -> Applied:
    of_ledger = ("sequence", "table_id", "table_version", "applied", "recorded_at")
    outcome = {name: value for name, value in row.items() if name not in of_ledger}
    outcome |= {
        "resource": row["resource"].rpartition("/")[2],
        "files": tuple(row["files"]),
        "reasons": tuple(row["reasons"]),
        "verdict": VerdictKind(row["verdict"]),
        "seconds": outcome.pop("milliseconds") / 1000,
    }
    return Applied(Outcome(**outcome), **{name: row[name] for name in of_ledger})


def _once(resource: str, deliveries: Sequence[str]) -> str:
    """Return the transaction under which a fact about these deliveries is recorded."""
    first, last = deliveries[0], deliveries[-1]
    return f"{resource}/{first}" if first == last else f"{resource}/{first}..{last}"


def _record(
    layout: Layout, ledger: str, shape: Shape, rows: Sequence[Mapping[str, Any]], once: str
) -> bool:
    path = layout.ledger(ledger)
    columns = {name: [row[name] for row in rows] for name in shape.names}
    table = pa.table(columns, schema=arrow_schema(shape.columns))
    return append(path, table, Commit(once, 1, {"ledger": ledger}), shape, SMALL_FILES)


def _read(
    layout: Layout,
    ledger: str,
    shape: Shape,
    resource: str | None,
    left_out: Sequence[str] = (),
) -> list[dict[str, Any]]:
    found = snapshot(layout.ledger(ledger))
    if found is None or not found.files:
        return []
    wanted = [name for name in shape.names if name not in left_out]
    order = ("resource", "sequence") if "sequence" in wanted else ("resource", "delivery", "item")
    rows = dataset(list(found.files), schema=arrow_schema(shape.columns)).to_table(
        columns=wanted, filter=None if resource is None else field("resource") == resource
    )
    records: list[dict[str, Any]] = rows.sort_by([(n, "ascending") for n in order]).to_pylist()
    return records
