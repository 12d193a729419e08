"""The ledger of due times: what had become of each period when its due moment had passed.

Belongs here: its shape, recording what is new, reading back. Keep out: settling (`duties`), results
of rules (`results`).
A period has a row as soon as its due moment has passed. It has another when something came late,
when what was for it was refused, and when a provisional due moment was counted again: where that
lies ahead now, the row says that the period waits. The last row of a period stands. A declaration
that changes does not change what was settled before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pyarrow.compute as pc

from quality.timeliness.duties import HORIZON, Duty, Timeliness
from quality.timeliness.settling import DueState
from storage.delta.table_shape import Column, Shape
from storage.digests import sha256_of_lines
from storage.layout import Layout
from storage.ledger import Ledger

__all__ = ["DUE", "STANDING_SQL", "Change", "DueSettled", "changes", "record_due", "standing_due"]

_SETTLED = HORIZON - timedelta(days=35)
"""How far back a period is settled again: at the horizon itself the delivery before the first
period is out of sight, and what it was for would seem to change."""


STANDING_SQL = "row_number() OVER (PARTITION BY resource, period ORDER BY recorded_at DESC) = 1"
"""The row that stands for a period, behind QUALIFY."""


@dataclass(frozen=True)
class DueSettled:
    """A period whose due moment has passed, as a row: moments and days are ISO texts."""

    department: str
    resource: str
    period: str
    first_day: str
    last_day: str
    due_at: str
    provisional: bool
    state: DueState
    stale: bool
    delivery: str | None
    came_at: str | None
    days_late: int
    recorded_at: str

    @property
    def said(self) -> tuple[str, bool, DueState, bool, str | None]:
        """Return what a further row would say otherwise."""
        return self.due_at, self.provisional, self.state, self.stale, self.delivery


@dataclass(frozen=True)
class Change:
    """A row that is new, and the one that stood for its period before."""

    now: DueSettled
    before: DueSettled | None


def _once(facts: Sequence[DueSettled]) -> str:
    """Name rows that are recorded together by their moment too: a period may be as it was again."""
    said = sha256_of_lines(f"{one.resource} {one.period} {one.said}" for one in facts)
    return f"{facts[0].recorded_at}/{said}"


DUE = Ledger(
    name="due",
    shape=Shape(
        "应交台账",
        "每个已过应交时限的期间一行；补到、被拒或暂定日期重新计算后另起一行，以最后一行为准。",
        (
            Column("department", "VARCHAR", "提供部门"),
            Column("resource", "VARCHAR", "信息资源"),
            Column("period", "VARCHAR", "应交期间"),
            Column("first_day", "VARCHAR", "期间第一日"),
            Column("last_day", "VARCHAR", "期间最后一日"),
            Column("due_at", "VARCHAR", "应交时限"),
            Column("provisional", "BOOLEAN", "时限是否暂定：所跨年份的节假日安排尚未公布"),
            Column(
                "state",
                "VARCHAR",
                "状态：met 按时，late 逾期，missing 缺交，waiting 待交（暂定时限改后），void 免交",
            ),
            Column("stale", "BOOLEAN", "到时限时权威数据表是否陈旧"),
            Column("delivery", "VARCHAR", "对应的交付批次；缺交为空"),
            Column("came_at", "VARCHAR", "到达时间；缺交为空"),
            Column("days_late", "BIGINT", "登记时已逾期的工作日数"),
            Column("recorded_at", "VARCHAR", "登记时间"),
        ),
    ),
    value=DueSettled,
    once=_once,
    order=("resource", "first_day", "recorded_at"),
)


def standing_due(layout: Layout, since: datetime) -> Mapping[str, Mapping[str, DueSettled]]:
    """Return resource → period → the row that stands for it, of periods due at `since` or later."""
    rows = DUE.table(layout)
    chosen = rows.filter(pc.greater_equal(rows["due_at"], since.isoformat()))
    found: dict[str, dict[str, DueSettled]] = {}
    for one in map(DUE.fact, chosen.to_pylist()):
        found.setdefault(one.resource, {})[one.period] = one
    return found


def record_due(layout: Layout, found: Sequence[Change]) -> bool:
    """Record rows that are new."""
    return DUE.record(layout, [one.now for one in found])


def changes(layout: Layout, found: Iterable[Timeliness], now: datetime) -> tuple[Change, ...]:
    """Return what is to be recorded of settled periods at `now`, a moment of the city's clock."""
    standing = standing_due(layout, now - HORIZON)
    return tuple(
        change for one in found for change in _of(one, standing.get(one.resource, {}), now)
    )


def _of(one: Timeliness, known: Mapping[str, DueSettled], now: datetime) -> Iterator[Change]:
    certain = (datetime.fromisoformat(row.due_at) for row in known.values() if _certain(row))
    newest, oldest = max(certain, default=None), now - _SETTLED
    for duty in one.duties:
        if duty.due < oldest:
            continue
        row, before = _row(duty, now), known.get(duty.period)
        if duty.stale is None:  # its due moment is to come, though it may have seemed to be over
            fresh = before is not None and before.provisional
        elif before is None:
            fresh = newest is None or duty.due > newest
        else:
            fresh = row.said != before.said and (before.provisional or row.due_at == before.due_at)
        if fresh:
            yield Change(row, before)
    yield from _void(known, {duty.period for duty in one.duties}, oldest, now)


def _certain(row: DueSettled) -> bool:
    return not row.provisional and row.state is not DueState.WAITING


def _void(
    known: Mapping[str, DueSettled], periods: set[str], oldest: datetime, now: datetime
) -> Iterator[Change]:
    """Yield the periods that were provisional and are none: their day turned out to be off."""
    for row in known.values():
        looked_at = datetime.fromisoformat(row.due_at) >= oldest
        if row.provisional and row.period not in periods and looked_at:
            nothing = replace(
                row, provisional=False, state=DueState.VOID, stale=False, delivery=None,
                came_at=None, days_late=0, recorded_at=now.isoformat(),
            )  # fmt: skip
            yield Change(nothing, row)


def _row(duty: Duty, now: datetime) -> DueSettled:
    return DueSettled(
        department=duty.department,
        resource=duty.resource,
        period=duty.period,
        first_day=duty.first_day.isoformat(),
        last_day=duty.last_day.isoformat(),
        due_at=duty.due.isoformat(),
        provisional=duty.provisional,
        state=duty.state,
        stale=bool(duty.stale),
        delivery=duty.delivery,
        came_at=duty.came_at.isoformat() if duty.came_at else None,
        days_late=duty.days_late,
        recorded_at=now.isoformat(),
    )
