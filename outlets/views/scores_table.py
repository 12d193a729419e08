"""The table of quality points: `quality.scores`, a row for each department and dimension.

Belongs here: its columns and rows. Keep out: the formula (`governance.scores`). What comes off for
violations and overdue cases is in the governance store alone, where it may change on any day: a
second copy of it here would be out of date, so `quanshu score` tells it.
"""

from __future__ import annotations

from collections.abc import Iterator

from governance.scores.scorecard import QualityScores, Score
from outlets.views.sql import Commented, listed
from storage.delta.table_shape import Column
from storage.sql import Value, literal

__all__ = ["scores_table"]

_COLUMNS = (
    Column("department", "VARCHAR", "部门代码"),
    Column("department_name", "VARCHAR", "部门"),
    Column("dimension", "VARCHAR", "质量维度代码；为空的一行是各维度按权重合成的质量分"),
    Column("dimension_name", "VARCHAR", "质量维度"),
    Column("points", "DECIMAL(5,2)", "得分（百分制），未计扣分；没有规则结果时为空"),
    Column("rules", "BIGINT", "有结果的规则数"),
    Column("judged", "BIGINT", "检查的记录数（各规则相加）"),
    Column("failing", "BIGINT", "其中不符合规则的记录数"),
    Column("first_day", "DATE", "计分期间第一日"),
    Column("last_day", "DATE", "计分截至日：本文件生成之日"),
)


def scores_table(found: QualityScores) -> Commented:
    """Return the table of all departments that something is on record of."""
    rows = (row for score in found.departments for row in _rows(score))
    days = (found.since.isoformat(), found.as_of.isoformat())
    rendered = (f"({', '.join(map(literal, (*row, *days)))})" for row in rows)
    told = "各部门各质量维度的得分，不含违规情形和逾期的扣分（见 quanshu score）"
    return Commented("quality", "scores", listed(rendered, _COLUMNS), told, _COLUMNS, stored=True)


def _rows(score: Score) -> Iterator[tuple[Value, ...]]:
    who = (score.department, score.name)
    for one in score.dimensions:
        counts = (one.rules, one.judged, one.failing)
        yield (*who, one.dimension.value, one.dimension.label, one.points, *counts)
    parts = score.dimensions
    sums = (sum(getattr(one, name) for one in parts) for name in ("rules", "judged", "failing"))
    yield (*who, None, "质量分", score.quality, *sums)
