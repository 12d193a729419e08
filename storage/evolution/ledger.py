"""The evolution ledger: what was done to stored tables when the catalogue changed.

Belongs here: the ledger's shape, entering, reading back. Keep out: doing it (`evolving`).
An entry `planned` is made before the first step and `done` after the last. So an evolution that
was interrupted is known, and the next `quanshu evolve` completes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from storage.delta.table_shape import Column, Shape
from storage.layout import Layout
from storage.ledger import Ledger

__all__ = ["EVOLUTIONS", "Evolution", "Stage", "evolutions"]


class Stage(StrEnum):
    """How far an evolution is."""

    PLANNED = "planned"
    DONE = "done"


@dataclass(frozen=True)
class Evolution:
    """One entry; `at` is ISO 8601 with offset."""

    resource: str
    table_id: str
    from_version: int
    stage: Stage
    steps: tuple[str, ...]
    actor: str
    document: str | None
    at: str


def _once(stages: Sequence[Evolution]) -> str:
    (one,) = stages
    return f"{one.resource}/{one.table_id}/{one.from_version}/{one.stage}"


EVOLUTIONS = Ledger(
    name="evolutions",
    shape=Shape(
        "表结构演进台账",
        "目录变更后对已存数据表的调整，每次每表两行（计划、完成），不含数据值。",
        (
            Column("resource", "VARCHAR", "信息资源"),
            Column("table_id", "VARCHAR", "权威数据表的标识"),
            Column("from_version", "BIGINT", "调整前的表版本"),
            Column("stage", "VARCHAR", "阶段：planned 计划，done 完成"),
            Column("steps", "VARCHAR[]", "各项调整"),
            Column("actor", "VARCHAR", "操作人（岗位或服务账号）"),
            Column("document", "VARCHAR", "涉及删除数据时的批准文件号；否则为空"),
            Column("at", "VARCHAR", "登记时间"),
        ),
    ),
    value=Evolution,
    once=_once,
)


def evolutions(layout: Layout, ref: str | None = None) -> tuple[Evolution, ...]:
    """Return the entries, of one resource or of all, in order of time."""
    found = EVOLUTIONS.read(layout, ref)
    return tuple(sorted(found, key=lambda one: (one.resource, one.at, one.stage is Stage.DONE)))
