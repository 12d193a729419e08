"""Who looked at records as they were delivered, and when: an append-only ledger without values.

Belongs here: the ledger's shape, entering an act, reading it back. Keep out: what is looked at.
"""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass

from storage.delta.table_shape import Column, Shape
from storage.layout import Layout
from storage.ledger_tables import enter, entries

__all__ = ["ACCESS", "Access", "accesses", "record_access"]

ACCESS = Shape(
    "原始记录查阅台账",
    "查看或导出原始记录的每一次操作，一次一行，不含数据值。",
    (
        Column("actor", "VARCHAR", "操作人（岗位或服务账号）"),
        Column("at", "VARCHAR", "操作时间"),
        Column("action", "VARCHAR", "操作：show 查看，export 导出，lineage 溯源查看"),
        Column("resource", "VARCHAR", "信息资源"),
        Column("delivery", "VARCHAR", "交付批次；涉及多个批次为空"),
        Column("rows", "BIGINT", "涉及的记录数"),
    ),
)
_NAME = "quarantine_access"


@dataclass(frozen=True)
class Access:
    """One act: who, when (ISO 8601 with offset), `show`, `export` or `lineage`, what, how many."""

    actor: str
    at: str
    action: str
    resource: str
    delivery: str | None
    rows: int


def record_access(layout: Layout, act: Access) -> None:
    """Enter an act; called before anything is shown, so that no look goes unrecorded."""
    enter(layout, _NAME, ACCESS, [asdict(act)], f"{act.resource}/{uuid.uuid4().hex}")


def accesses(layout: Layout, ref: str | None = None) -> tuple[Access, ...]:
    """Return the acts, about one resource or about all, in order of time."""
    found = (Access(**row) for row in entries(layout, _NAME, ACCESS, ref))
    return tuple(sorted(found, key=lambda act: act.at))
