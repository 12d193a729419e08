"""Settling: which period each delivery is for, and what that makes of every period.

Belongs here: the one rule of attribution, and the states. Keep out: which deliveries count
(`arrivals`), cutting periods (`periods`), recording (`ledger`).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from catalog_specs.vocabulary import Term
from quality.timeliness.periods import Cycle, Period

__all__ = ["Came", "DueState", "Settled", "settled"]


class DueState(Term):
    """What has become of what is due for a period."""

    WAITING = ("waiting", "待交")
    MET = ("met", "按时")
    LATE = ("late", "逾期")
    MISSING = ("missing", "缺交")
    VOID = ("void", "免交")
    """A provisional period that is none: its only day turned out to be a day off."""


@dataclass(frozen=True)
class Came:
    """Something that came and counts: a delivery, its moment, and the day that it stands for."""

    delivery: str
    at: datetime
    day: date | None = None
    """The as-of day, of a feed that declares one."""


@dataclass(frozen=True)
class Settled:
    """A period with what has become of it, and the delivery that was for it."""

    period: Period
    state: DueState
    came: Came | None


def settled(
    cycle: Cycle, periods: Sequence[Period], came: Sequence[Came], now: datetime
) -> tuple[Settled, ...]:
    """Return what has become of consecutive periods, as known at `now`.

    A delivery with an as-of day is for the period of that day. Any other is for every earlier
    period that is still open, its due moment not having passed; where none is, for the period in
    which it came, and, too late, for the one before if nothing came for it.
    """
    answers: dict[int, Came] = {}
    starts = [one.first for one in periods]
    for one in sorted(came, key=lambda one: one.at):
        if one.at > now:
            break
        place = bisect_right(starts, one.day or cycle.local_day(one.at)) - 1
        for index in _answered(periods, answers, place, one):
            answers.setdefault(index, one)
    return tuple(_state(one, answers.get(index), now) for index, one in enumerate(periods))


def _answered(
    periods: Sequence[Period], answers: dict[int, Came], place: int, came: Came
) -> Sequence[int]:
    """Return the places of the periods that a delivery is for; none of one before them all."""
    if place < 0:
        return ()
    if came.day is not None:
        return (place,) if came.day <= periods[place].last else ()
    still_open = []
    before = place - 1
    while before >= 0 and periods[before].in_time(came.at):
        if before not in answers:
            still_open.append(before)
        before -= 1
    return still_open or [one for one in (place - 1, place) if one >= 0]


def _state(period: Period, came: Came | None, now: datetime) -> Settled:
    if came is not None:
        met = period.in_time(came.at)
        return Settled(period, DueState.MET if met else DueState.LATE, came)
    waiting = period.in_time(now)
    return Settled(period, DueState.WAITING if waiting else DueState.MISSING, None)
