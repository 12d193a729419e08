"""The copy ledger: every copy of shared data that was handed out, and what became of it (五(十)).

Belongs here: the ledgers `copies` and `recalls`, and which copies are still out. Keep out: handing
one out (`outlets.handover`), when one is called back (`flow.handover`). They hold digests, counts
and names of departments and posts, never a value of the data.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from catalog_specs.vocabulary import Term
from storage.delta.table_shape import Column, Shape
from storage.layout import Layout
from storage.ledger import Ledger

__all__ = [
    "COPIES",
    "RECALLS",
    "Copy",
    "CopyState",
    "Disposal",
    "Form",
    "Recall",
    "RecallEvent",
    "Traced",
    "new_copy_name",
    "traced",
]


class Form(Term):
    """What a copy is."""

    PACKAGE = ("package", "数据包")
    DUCKDB = ("duckdb", "DuckDB 文件")
    ANSWER = ("answer", "查询答复")


class RecallEvent(Term):
    """What happened to a copy after it was handed out."""

    NOTICED = ("noticed", "已发召回通知")
    ACKNOWLEDGED = ("acknowledged", "已回执")


class Disposal(Term):
    """What a receiver did with a copy (五(十))."""

    DESTROYED = ("destroyed", "已销毁")
    RETURNED = ("returned", "已退回")


class CopyState(Term):
    """How a copy stands."""

    OUT = ("out", "在用")
    RECALLED = ("recalled", "召回中")
    OVERDUE = ("overdue", "逾期未回执")
    CLOSED = ("closed", "已处置")


@dataclass(frozen=True)
class Copy:
    """One copy: of what, in which form, to whom, when, by whom, on whose approval.

    `sha256` is the digest of what was handed over as a whole; `files` are those of every data file
    in it, so that each is known again by itself. `at` is ISO 8601 with offset.
    """

    copy: str
    grant: str
    consumer: str
    resources: tuple[str, ...]
    form: Form
    medium: str
    sha256: str
    bytes: int
    rows: int
    at: str
    by: str
    receiver: str
    """Whose key it is encrypted to; empty for a copy that is not."""
    approval: str
    watermark: str = ""
    """How the copy is marked, and with which version of the master key: `order-1:<version>`."""
    files: tuple[str, ...] = ()
    scope: str = ""
    """Which items it has and under which masks, as `governance.masks.copied` writes it; empty for a
    copy of an earlier version, of which nobody knows."""


@dataclass(frozen=True)
class Recall:
    """One step of calling a copy back; `due` is an ISO date."""

    copy: str
    grant: str
    event: RecallEvent
    at: str
    by: str
    due: str = ""
    reason: str = ""
    """Why it was called back: a reason of `DecisionReason`."""
    disposal: Disposal | None = None
    document: str = ""


@dataclass(frozen=True)
class Traced:
    """A copy with what became of it: its notice and its acknowledgement, where there are any."""

    copy: Copy
    notice: Recall | None = None
    receipt: Recall | None = None

    def state(self, today: str) -> CopyState:
        """Return how it stands on a day, an ISO date; the last day of a recall is in time."""
        if self.receipt is not None:
            return CopyState.CLOSED
        if self.notice is None:
            return CopyState.OUT
        return CopyState.OVERDUE if today > self.notice.due else CopyState.RECALLED


def new_copy_name(day: str) -> str:
    """Return a name that no other copy has: the day, and eight random hexadecimal digits."""
    return f"{day.replace('-', '')}-{uuid.uuid4().hex[:8]}"


def traced(
    layout: Layout, copies: Iterable[str] | None = None, until: datetime | None = None
) -> tuple[Traced, ...]:
    """Return copies in the order in which they were handed out, with what became of them.

    With `until`, as they were before that moment.
    """
    events: dict[tuple[str, RecallEvent], Recall] = {}
    for one in RECALLS.read(layout):
        if _before(one.at, until):
            events.setdefault((one.copy, one.event), one)
    wanted = None if copies is None else set(copies)
    return tuple(
        Traced(
            one,
            events.get((one.copy, RecallEvent.NOTICED)),
            events.get((one.copy, RecallEvent.ACKNOWLEDGED)),
        )
        for one in COPIES.read(layout)
        if (wanted is None or one.copy in wanted) and _before(one.at, until)
    )


def _before(moment: str, until: datetime | None) -> bool:
    return until is None or datetime.fromisoformat(moment) < until


def _copy_once(copies: Sequence[Copy]) -> str:
    return f"copy/{copies[0].copy}"


def _recall_once(steps: Sequence[Recall]) -> str:
    return f"recall/{steps[0].copy}/{steps[0].event.value}"


COPIES = Ledger(
    name="copies",
    shape=Shape(
        "副本台账",
        "交付出去的每一份数据副本，一份一行，不含数据值（五(五)、五(十)）。",
        (
            Column("copy", "VARCHAR", "副本编号"),
            Column("grant", "VARCHAR", "授权代码"),
            Column("consumer", "VARCHAR", "数据应用单位"),
            Column("resources", "VARCHAR[]", "信息资源"),
            Column("form", "VARCHAR", "形式：package 数据包，duckdb 文件，answer 查询答复"),
            Column("medium", "VARCHAR", "介质类型"),
            Column("sha256", "VARCHAR", "整份副本的 SHA-256"),
            Column("bytes", "BIGINT", "字节数"),
            Column("rows", "BIGINT", "记录数"),
            Column("at", "VARCHAR", "交付时间"),
            Column("by", "VARCHAR", "经办（岗位或服务账号）"),
            Column("receiver", "VARCHAR", "加密所用的接收方公钥；未加密为空"),
            Column("approval", "VARCHAR", "审批文号"),
            Column("watermark", "VARCHAR", "水印方式及密钥版本；没有水印为空"),
            Column("files", "VARCHAR[]", "其中每个数据文件的 SHA-256"),
            Column("scope", "VARCHAR", "其中的信息项及各自的脱敏方式（JSON），不含数据值"),
        ),
    ),
    value=Copy,
    once=_copy_once,
    order=("at", "copy"),
)

RECALLS = Ledger(
    name="recalls",
    shape=Shape(
        "召回台账",
        "副本的召回通知和回执，一步一行（五(十)）。",
        (
            Column("copy", "VARCHAR", "副本编号"),
            Column("grant", "VARCHAR", "授权代码"),
            Column("event", "VARCHAR", "事项：noticed 已发召回通知，acknowledged 已回执"),
            Column("at", "VARCHAR", "登记时间"),
            Column("by", "VARCHAR", "经办（岗位或服务账号）"),
            Column("due", "VARCHAR", "应于何日前处置（ISO 日期）"),
            Column("reason", "VARCHAR", "召回原因的代码"),
            Column("disposal", "VARCHAR", "处置：destroyed 已销毁，returned 已退回"),
            Column("document", "VARCHAR", "回执文号"),
        ),
    ),
    value=Recall,
    once=_recall_once,
    order=("at", "copy"),
)
