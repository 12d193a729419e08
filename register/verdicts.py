"""The ledger of verdicts: the gate's judgement of each delivery, and which of two is final.

Belongs here: its shape, recording, reading back. Keep out: judging (`quality`). It holds codes and
counts, never a value of the data.
"""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from catalog_specs.rules.refusals import DeliveryRefusal
from register.bundles import span
from register.records import Verdict
from storage.delta.table_shape import Column, Shape
from storage.layout import Layout
from storage.ledger import Ledger
from storage.sql import literal

__all__ = ["STANDING_SQL", "VERDICTS", "standing", "verdicts"]

_REFUSED = DeliveryRefusal.MANY_DELETIONS
"""The reason of a delivery that was refused after it had been held."""

STANDING_SQL = (
    "row_number() OVER (PARTITION BY resource, delivery ORDER BY "
    f"coalesce(reasons[1] = {literal(_REFUSED)}, FALSE) DESC, judged_at) = 1"
)
"""The SQL of `standing`, behind QUALIFY."""


def _once(judged: Sequence[Verdict]) -> str:
    """Name the verdicts on a bundle; that by which a delivery is refused is a further fact."""
    refused = f"/{_REFUSED}" if judged[0].reasons[:1] == (_REFUSED,) else ""
    return f"{judged[0].resource}/{span(one.delivery for one in judged)}{refused}"


VERDICTS = Ledger(
    name="verdicts",
    shape=Shape(
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
            Column("catalog_digest", "VARCHAR", "判定时目录文件的摘要"),
            Column("judged_at", "VARCHAR", "判定时间"),
            Column("gx_result", "VARCHAR", "校验引擎的完整结果（JSON，不含数据值）"),
        ),
    ),
    value=Verdict,
    once=_once,
    order=("resource", "sequence"),
)


def verdicts(
    layout: Layout, resource: str | None = None, *, engine_results: bool = False
) -> tuple[Verdict, ...]:
    """Return the verdict that stands on each delivery, in the order of resources and sequences.

    `gx_result` is long and seldom wanted: it is "{}" unless `engine_results` is asked for.
    """
    columns = [name for name in VERDICTS.shape.names if engine_results or name != "gx_result"]
    rows = standing(VERDICTS.table(layout, resource, columns))
    return tuple(map(VERDICTS.fact, rows.to_pylist()))


def standing(rows: pa.Table) -> pa.Table:
    """Return one row a delivery: that by which it was refused outlasts the one it had."""
    key = ["resource", "delivery"]
    if rows.group_by(key).aggregate([]).num_rows == rows.num_rows:
        return rows
    names = zip(*(rows[name].to_pylist() for name in key), strict=True)
    places: dict[tuple[str, str], int] = {}
    twice = [(n, name) for n, name in enumerate(names) if places.setdefault(name, n) != n]
    reasons = rows["reasons"]
    refused = {name: n for n, name in twice if (reasons[n].as_py() or [None])[0] == _REFUSED}
    return rows.take(sorted((places | refused).values()))
