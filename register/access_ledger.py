"""The access ledger: who looked at records as delivered, and when, without values.

Belongs here: the ledger's shape, entering an act, reading it back. Keep out: what is looked at.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from storage.delta.table_shape import Column, Shape
from storage.ledger import Ledger

__all__ = ["ACCESS", "Access"]


@dataclass(frozen=True)
class Access:
    """One act: who, when (ISO 8601 with offset), in which way, what, how many.

    The ways are `show`, `export`, `lineage` and `compare`.
    """

    actor: str
    at: str
    action: str
    resource: str
    delivery: str | None
    rows: int


def _once(acts: Sequence[Access]) -> str:
    """Name an act: none is the same as another."""
    return f"{acts[0].resource}/{uuid.uuid4().hex}"


ACCESS = Ledger(
    name="quarantine_access",
    shape=Shape(
        "原始记录查阅台账",
        "查看或导出原始记录的每一次操作，一次一行，不含数据值。",
        (
            Column("actor", "VARCHAR", "操作人（岗位或服务账号）"),
            Column("at", "VARCHAR", "操作时间"),
            Column(
                "action",
                "VARCHAR",
                "操作：show 查看，export 导出，lineage 溯源查看，compare 比对查看",
            ),
            Column("resource", "VARCHAR", "信息资源"),
            Column("delivery", "VARCHAR", "交付批次；涉及多个批次为空"),
            Column("rows", "BIGINT", "涉及的记录数"),
        ),
    ),
    value=Access,
    once=_once,
    order=("at",),
)
