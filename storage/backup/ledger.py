"""The ledger of backups: each one made, checked, tried and restored, with what came of it (八(四)).

Belongs here: its shape, what a row is, the newest good one of a kind. Keep out: making, checking
and restoring (`flow.backup`), what follows when one is too old (`governance.violations`).
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from catalog_specs.vocabulary import Term
from storage.delta.table_shape import Column, Shape
from storage.layout import Layout
from storage.ledger import Ledger

__all__ = ["BACKUPS", "BackupEvent", "BackupRecord", "newest"]


class BackupEvent(Term):
    """What was done with a generation of a backup."""

    MADE = ("made", "已备份")
    CHECKED = ("checked", "已核验")
    DRILLED = ("drilled", "已演练")
    RESTORED = ("restored", "已恢复")


@dataclass(frozen=True)
class BackupRecord:
    """One thing done with one generation.

    `holds` is the moment whose state it holds, `digest` that of its signed head, `copied` the bytes
    that it added. A `faults` above zero says that it is not good.
    """

    repository: str
    generation: int
    event: BackupEvent
    holds: str
    digest: str
    files: int
    bytes: int
    copied: int
    faults: int
    milliseconds: int
    actor: str
    at: str


def _once(done: Sequence[BackupRecord]) -> str:
    """Name what was done: nothing is the same as another."""
    return f"{done[0].repository}/{done[0].generation}/{uuid.uuid4().hex}"


BACKUPS = Ledger(
    name="backups",
    shape=Shape(
        "备份台账",
        "每一次备份、核验、演练和恢复，一次一行。",
        (
            Column("repository", "VARCHAR", "备份库编号"),
            Column("generation", "BIGINT", "备份序号"),
            Column("event", "VARCHAR", "事项：made、checked、drilled、restored"),
            Column("holds", "VARCHAR", "备份内容所属时刻"),
            Column("digest", "VARCHAR", "备份清单的摘要"),
            Column("files", "BIGINT", "文件数"),
            Column("bytes", "BIGINT", "内容字节数"),
            Column("copied", "BIGINT", "本次新增字节数"),
            Column("faults", "BIGINT", "发现的问题数；0 为完好"),
            Column("milliseconds", "BIGINT", "用时（毫秒）"),
            Column("actor", "VARCHAR", "操作人（岗位或服务账号）"),
            Column("at", "VARCHAR", "登记时间"),
        ),
    ),
    value=BackupRecord,
    once=_once,
    order=("at",),
)


def newest(layout: Layout, *events: BackupEvent) -> BackupRecord | None:
    """Return the last of these that was good; None when there is none."""
    found = [one for one in BACKUPS.read(layout) if one.event in events and not one.faults]
    return max(found, key=lambda one: one.at) if found else None
