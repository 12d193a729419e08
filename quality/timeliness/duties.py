"""Duties: for every resource, what has become of each of its periods, and what is owed next.

Belongs here: how far back is looked, the table beside the duty, `due_list`. Keep out: recording
(`ledger`), printing (`cli`), pages (`outlets`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from itertools import takewhile

from catalog_specs.catalog import Catalog
from catalog_specs.local_time import local_moment
from catalog_specs.models.resource import Resource
from quality.timeliness.arrivals import Apart, Arrivals, arrivals
from quality.timeliness.periods import Cycle, Period, cycles
from quality.timeliness.settling import DueState, Settled, settled
from storage.layout import Layout

__all__ = ["HORIZON", "Duty", "Timeliness", "due_list", "timeliness_of"]

HORIZON = timedelta(days=400)
"""How far back periods are looked at: more than a year, so that the last yearly one is seen."""

_FAR = 100
"""More periods than the longest grace can keep open at once."""


@dataclass(frozen=True)
class Duty:
    """One period of a resource: what became of its delivery, and whether the table had it in time.

    `came_at` and `delivery` say what was for it. `days_late` counts working days from the due day
    to its coming, or to now; 0 in time. `stale` says that the table lacked it at the due moment;
    None as long as that is to come.
    """

    department: str
    resource: str
    period: str
    first_day: date
    last_day: date
    due: datetime
    provisional: bool
    state: DueState
    delivery: str | None
    came_at: datetime | None
    days_late: int
    stale: bool | None


@dataclass(frozen=True)
class Timeliness:
    """One resource on the calendar: its duties so far, oldest first, the last one being the next.

    Without duties nothing is owed yet: nothing ever came, and `due.since` is not declared.
    """

    department: str
    resource: str
    name: str
    cycle: str
    duties: tuple[Duty, ...]
    newest: datetime | None
    """When the last delivery that counts came."""
    stale: bool
    """Whether the table lacks what had to be in it by now."""

    @cached_property
    def missed(self) -> tuple[Duty, ...]:
        """Return what is missing since the last period for which something came."""
        passed = [one for one in self.duties if one.state is not DueState.WAITING]
        missing = takewhile(lambda one: one.state is DueState.MISSING, reversed(passed))
        return tuple(reversed([*missing]))

    @property
    def owed(self) -> Duty | None:
        """Return what the department owes: the oldest that is missed, or else the next."""
        if self.missed:
            return self.missed[0]
        waiting = (one for one in self.duties if one.state is DueState.WAITING)
        return next(waiting, None)


def due_list(
    catalog: Catalog,
    layout: Layout,
    now: datetime,
    departments: frozenset[str] | None = None,
    apart: Apart | None = None,
) -> tuple[Timeliness, ...]:
    """Return every resource of which something is owed as known at `now`, in catalogue order.

    What came after `now` is not counted, so that an earlier moment can be asked for.
    With `departments` it is what these owe.
    `apart` sets apart what fails for one resource, which is then left out.
    """
    known = cycles(catalog)
    chosen = [
        one
        for ref, one in catalog.resources.items()
        if ref in known and (departments is None or one.provider in departments)
    ]
    came, moment = arrivals(layout, chosen, apart), local_moment(catalog, now)
    return tuple(
        timeliness_of(one, known[one.ref], came[one.ref], moment)
        for one in chosen
        if one.ref in came
    )


def timeliness_of(resource: Resource, cycle: Cycle, came: Arrivals, now: datetime) -> Timeliness:
    """Return one resource on the calendar, a pure function of what came and of `now`."""
    since = _since(cycle, came, now)
    periods = [] if since is None else _until_open(cycle, since, came, now)
    duties = settled(cycle, periods, came.delivered, now)
    table = settled(cycle, periods, came.applied, now)
    seen = [_duty(resource, cycle, *pair, now) for pair in zip(duties, table, strict=True)]
    passed = [place for place, one in enumerate(table) if not one.period.in_time(now)]
    return Timeliness(
        department=resource.provider,
        resource=resource.ref,
        name=resource.name,
        cycle=resource.update_cycle.value,
        duties=tuple(seen),
        newest=max((one.at for one in came.delivered if one.at <= now), default=None),
        stale=bool(passed) and not _taken_in(table[passed[-1] :]),
    )


def _since(cycle: Cycle, came: Arrivals, now: datetime) -> date | None:
    """Return the day from which something is owed, no further back than the horizon.

    Where none is declared the first delivery begins it, and begins it in time: what comes after the
    due moment of its period, on a day off for one, is for nobody's duty yet.
    """
    since = cycle.due.since
    if since is None:
        if came.first is None or came.first > now:
            return None
        period = next(cycle.periods(cycle.local_day(came.first)))
        begun = period.in_time(came.first)
        since = period.first if begun else period.last + timedelta(days=1)
    return max(since, cycle.local_day(now - HORIZON))


def _until_open(cycle: Cycle, since: date, came: Arrivals, now: datetime) -> list[Period]:
    """Return the periods up to and with the next one that is still owed."""
    found: list[Period] = []
    today = cycle.local_day(now)
    for period in cycle.periods(since):
        found.append(period)
        if period.last >= today and _waits(cycle, found, came, now):
            return found
    raise AssertionError("periods have no end")


def _waits(cycle: Cycle, periods: list[Period], came: Arrivals, now: datetime) -> bool:
    """Say whether the last period is still owed; what came for it came within the longest grace."""
    near = periods[-_FAR:]
    begun = datetime.combine(near[0].first, time.min, cycle.zone).astimezone(UTC)
    late = [one for one in came.delivered if one.day is not None or one.at >= begun]
    return settled(cycle, near, late, now)[-1].state is DueState.WAITING


def _taken_in(table: Iterable[Settled]) -> bool:
    """Say whether the table has what is for a period, or for a later one."""
    return any(one.came is not None for one in table)


def _duty(
    resource: Resource, cycle: Cycle, settled: Settled, table: Settled, now: datetime
) -> Duty:
    period, came = settled.period, settled.came
    until = now if came is None else came.at
    late = settled.state in {DueState.LATE, DueState.MISSING}
    passed = not period.in_time(now)
    return Duty(
        department=resource.provider,
        resource=resource.ref,
        period=period.name,
        first_day=period.first,
        last_day=period.last,
        due=period.due,
        provisional=period.provisional,
        state=settled.state,
        delivery=came.delivery if came else None,
        came_at=came.at if came else None,
        days_late=cycle.days_late(period.due, until) if late else 0,
        stale=table.state is not DueState.MET if passed else None,
    )
