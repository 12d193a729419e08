"""The ledger of repeats: days on which a department delivered again what we already have.

Belongs here: its shape, recording, reading. Keep out: recognising (`landing`), what is due
(`quality.timeliness`).
A repeat leaves no folder in landing, and changes nothing. It is a delivery all the same: a
department that has nothing new has not been silent. A source that is pulled and has nothing new
says the same, many times a day: the first of a day is recorded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from storage.delta.table_shape import Column, Shape
from storage.layout import Layout
from storage.ledger import Ledger

__all__ = ["REPEATS", "Repeat", "record_repeat"]


@dataclass(frozen=True)
class Repeat:
    """That a delivery was made again, unchanged, for the first time on a day."""

    department: str
    resource: str
    delivery: str
    """The earlier delivery: the same bytes, or the last one of a source with nothing new."""
    day: str
    """The city's day, ISO."""
    repeated_at: str
    """ISO 8601 with the offset of the city."""


def _once(facts: Sequence[Repeat]) -> str:
    (one,) = facts
    return f"{one.resource}/{one.delivery}/{one.day}"


REPEATS = Ledger(
    name="repeats",
    shape=Shape(
        "重复交付台账",
        "内容与已有批次相同的再次交付，以及无新数据的主动抽取；每批每日只记第一次。",
        (
            Column("department", "VARCHAR", "提供部门"),
            Column("resource", "VARCHAR", "信息资源"),
            Column("delivery", "VARCHAR", "内容相同的已有交付批次"),
            Column("day", "VARCHAR", "日期"),
            Column("repeated_at", "VARCHAR", "再次交付的时间"),
        ),
    ),
    value=Repeat,
    once=_once,
    order=("resource", "repeated_at"),
)


def record_repeat(layout: Layout, resource: str, delivery: str, moment: datetime) -> bool:
    """Record a repeat at a moment on the city's clock; False when one is known of its day."""
    department = resource.partition("/")[0]
    day = moment.date().isoformat()
    fact = Repeat(department, resource, delivery, day, moment.isoformat())
    return REPEATS.record(layout, (fact,))
