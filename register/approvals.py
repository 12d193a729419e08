"""Approvals: what waits because it would delete too much, and what was decided about it (八(二)).

Belongs here: the ledgers `held` and `approvals`, entering each fact once, what is undecided. Keep
out: when something is held (`authoritative`), what follows from a decision (`assets`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from storage.delta.table_shape import Column, Shape
from storage.layout import Layout
from storage.ledger_tables import enter, entries

__all__ = [
    "APPROVALS",
    "HELD",
    "REFUSED",
    "Approval",
    "Decision",
    "Held",
    "decide",
    "decisions",
    "held",
    "last_word",
    "record_held",
    "undecided",
    "waiting_for_decision",
]

REFUSED = "GATE-108"
"""The reason of a delivery that was refused after it had been held."""

HELD = Shape(
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
)
APPROVALS = Shape(
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
)


class Decision(StrEnum):
    """What was decided about a held delivery."""

    APPROVE = "approve"
    REFUSE = "refuse"


@dataclass(frozen=True)
class Held:
    """A delivery that waits, because it would delete `deleted` of `stored` rows.

    `behind` names another before it that would; `at` is ISO 8601 with offset.
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
    """One decision, on the authority of one document; it is never taken back."""

    resource: str
    delivery: str
    document: str
    actor: str
    decision: Decision
    at: str


def record_held(layout: Layout, one: Held) -> bool:
    """Record that a delivery waits, once for each delivery it waits for."""
    once = f"{one.resource}/{one.delivery}/{one.behind or 'approval'}"
    return enter(layout, "held", HELD, [asdict(one)], once)


def held(layout: Layout, ref: str | None = None) -> tuple[Held, ...]:
    """Return everything that ever waited, of one resource or of all, in order."""
    found = (Held(**row) for row in entries(layout, "held", HELD, ref))
    return tuple(sorted(found, key=lambda one: (one.resource, one.sequence)))


def decide(layout: Layout, approval: Approval) -> bool:
    """Record a decision; False when there is one about this delivery already."""
    once = f"{approval.resource}/{approval.delivery}"
    return enter(layout, "approvals", APPROVALS, [asdict(approval)], once)


def decisions(layout: Layout, ref: str | None = None) -> dict[tuple[str, str], Approval]:
    """Return (resource, delivery) → decision, of one resource or of all."""
    rows = entries(layout, "approvals", APPROVALS, ref)
    found = (Approval(**row | {"decision": Decision(row["decision"])}) for row in rows)
    return {(one.resource, one.delivery): one for one in found}


def undecided(layout: Layout, ref: str | None = None) -> tuple[Held, ...]:
    """Return the deliveries that wait for a decision about themselves, in order."""
    waiting = [one for one in held(layout, ref) if one.behind is None]
    decided = decisions(layout, ref) if waiting else {}
    return tuple(one for one in waiting if (one.resource, one.delivery) not in decided)


def last_word(verdicts: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return one verdict a delivery: that by which it was refused outlasts the one it had."""
    last: dict[tuple[str, str], dict[str, Any]] = {}
    for row in verdicts:
        delivery = row["resource"], row["delivery"]
        if delivery not in last or row["reasons"][:1] == [REFUSED]:
            last[delivery] = row
    return [*last.values()]


def waiting_for_decision(layout: Layout) -> frozenset[tuple[str, str]]:
    """Return (resource, delivery) of all that cannot go on before somebody decides."""
    open_cases = {(one.resource, one.delivery) for one in undecided(layout)}
    if not open_cases:
        return frozenset()
    behind = {
        (o.resource, o.delivery) for o in held(layout) if (o.resource, o.behind) in open_cases
    }
    return frozenset(open_cases | behind)
