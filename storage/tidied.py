"""The ledger of tidying: which dead files of which table went, when and by whom.

Belongs here: its shape and what a row is. Keep out: which files are dead (`dead_files`), tidying.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from storage.delta.table_shape import Column, Shape
from storage.ledger import Ledger

__all__ = ["TIDIED", "Tidying"]


@dataclass(frozen=True)
class Tidying:
    """What went of one table at one time; `resource` is the table's place below the lake."""

    resource: str
    files: int
    bytes: int
    days: int
    actor: str
    at: str


def _once(done: Sequence[Tidying]) -> str:
    """Name a tidying: none is the same as another."""
    return f"{done[0].resource}/{uuid.uuid4().hex}"


TIDIED = Ledger(
    name="tidied",
    shape=Shape(
        "清理台账",
        "清理数据表旧文件的每一次操作，一次一表一行。",
        (
            Column("resource", "VARCHAR", "数据表在 lake 下的位置"),
            Column("files", "BIGINT", "删除的文件数"),
            Column("bytes", "BIGINT", "释放的字节数"),
            Column("days", "BIGINT", "旧文件保留天数"),
            Column("actor", "VARCHAR", "操作人（岗位或服务账号）"),
            Column("at", "VARCHAR", "登记时间"),
        ),
    ),
    value=Tidying,
    once=_once,
    order=("at",),
)
