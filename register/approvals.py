"""Held deliveries, and the approvals that are recorded for them (八(二)).

Belongs here: the ledgers `held` and `approvals`, each fact recorded once. Keep out: when a delivery
is held (`authoritative.promotion`), what follows from an approval (`flow.promotion`).
Approvals are recorded; only grants are decided (`governance.grants`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from storage.delta.table_shape import Column, Shape
from storage.ledger import Ledger

__all__ = [
    "APPROVALS",
    "HELD",
    "Answer",
    "Approval",
    "Held",
]


class Answer(StrEnum):
    """The answer to a held delivery: its approval, or the refusal of one."""

    APPROVE = "approve"
    REFUSE = "refuse"


@dataclass(frozen=True)
class Held:
    """A delivery that waits for an approval: it would delete `deleted` of `stored` rows.

    `behind` names the earlier delivery that it waits for instead; `at` is ISO 8601 with offset.
    """

    resource: str
    delivery: str
    sequence: int
    deleted: int
    stored: int
    behind: str | None
    at: str


@dataclass(frozen=True)
class Approval:
    """A recorded approval or refusal, on the authority of one document; it is never taken back."""

    resource: str
    delivery: str
    document: str
    actor: str
    decision: Answer
    at: str


def _once_held(waits: Sequence[Held]) -> str:
    """Name a wait: a delivery may wait behind several others, and at last for itself."""
    (one,) = waits
    return f"{one.resource}/{one.delivery}/{one.behind or 'approval'}"


def _once_decided(taken: Sequence[Approval]) -> str:
    (one,) = taken
    return f"{one.resource}/{one.delivery}"


HELD = Ledger(
    name="held",
    shape=Shape(
        "待批准台账",
        "删除行数超过限额而等待批准的全量交付，及排在其后的交付，每批一行。",
        (
            Column("resource", "VARCHAR", "信息资源"),
            Column("delivery", "VARCHAR", "交付批次"),
            Column("sequence", "BIGINT", "批次序号"),
            Column("deleted", "BIGINT", "应用后将删除的行数"),
            Column("stored", "BIGINT", "当时权威数据表的行数"),
            Column("behind", "VARCHAR", "排在哪一批次之后；自身待批准为空"),
            Column("at", "VARCHAR", "登记时间"),
        ),
    ),
    value=Held,
    once=_once_held,
    order=("resource", "sequence"),
)
APPROVALS = Ledger(
    name="approvals",
    shape=Shape(
        "批准台账",
        "对待批准交付的决定，每批一行。",
        (
            Column("resource", "VARCHAR", "信息资源"),
            Column("delivery", "VARCHAR", "交付批次"),
            Column("document", "VARCHAR", "批准或驳回的文件号"),
            Column("actor", "VARCHAR", "登记人（岗位或服务账号）"),
            Column("decision", "VARCHAR", "决定：approve 批准，refuse 驳回"),
            Column("at", "VARCHAR", "登记时间"),
        ),
    ),
    value=Approval,
    once=_once_decided,
)
