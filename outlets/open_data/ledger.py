"""The opening ledger: the outcome of every attempt to open a set, one row for each change.

Belongs here: the ledger's shape, entering an outcome, reading back the last one. Keep out: why a
set is refused (`governance`). It holds counts and the names of columns, never a value.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from storage.delta.table_shape import Column, Shape
from storage.layout import Layout
from storage.ledger import Ledger

__all__ = ["OPENING", "Opening", "last_openings", "record_openings"]

_CIRCUMSTANCES = ("actor", "recorded_at", "sequence")


@dataclass(frozen=True)
class Opening:
    """One outcome: `released`, `refused` or `withdrawn`, of what, when, at whose hand."""

    dataset: str
    outcome: str
    release: str | None
    actor: str
    recorded_at: str
    code: str | None = None
    explanation: str | None = None
    combination: tuple[str, ...] = ()
    classes: int = 0
    rows: int = 0
    sequence: int = 0


def _once(entered: Sequence[Opening]) -> str:
    """Name what is entered together: the lock sees to it that nothing is entered twice."""
    del entered
    return f"opening/{uuid.uuid4().hex}"


OPENING = Ledger(
    name="opening",
    shape=Shape(
        "开放台账",
        "开放数据集的发布、拒绝与撤回，结果变化一次一行，不含数据值。",
        (
            Column("dataset", "VARCHAR", "开放数据集"),
            Column("outcome", "VARCHAR", "结果：released 已发布，refused 拒绝，withdrawn 已撤回"),
            Column("release", "VARCHAR", "发布版本；拒绝为空"),
            Column("code", "VARCHAR", "拒绝或撤回的代码"),
            Column("explanation", "VARCHAR", "说明"),
            Column("combination", "VARCHAR[]", "存在过小等价类的信息项组合"),
            Column("classes", "BIGINT", "过小的等价类数"),
            Column("rows", "BIGINT", "发布的行数；拒绝时为过小等价类中的行数"),
            Column("actor", "VARCHAR", "操作人（岗位或服务账号）"),
            Column("recorded_at", "VARCHAR", "登记时间"),
            Column("sequence", "BIGINT", "登记次序；时钟回拨也不重复"),
        ),
    ),
    value=Opening,
    once=_once,
    order=("sequence",),
)


def record_openings(layout: Layout, found: Iterable[Opening]) -> None:
    """Enter the outcomes that are not what was last entered of their set; under one lock."""
    last = last_openings(layout)
    number = max((one.sequence for one in last.values()), default=0)
    fresh = [one for one in found if _facts(last.get(one.dataset)) != _facts(one)]
    OPENING.record(
        layout, [replace(one, sequence=number + n) for n, one in enumerate(fresh, start=1)]
    )


def last_openings(layout: Layout) -> dict[str, Opening]:
    """Return the last outcome of every set."""
    return {one.dataset: one for one in OPENING.read(layout)}


def _facts(found: Opening | None) -> dict[str, Any]:
    shown = asdict(found) if found else {}
    return {name: value for name, value in shown.items() if name not in _CIRCUMSTANCES}
