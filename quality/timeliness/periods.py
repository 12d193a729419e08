"""Periods of an update cycle, each with the moment by which its delivery is due.

Belongs here: cutting the calendar into periods, and counting to their due moments. Keep out: what
came (`settling`). Everything is a pure function of the resource, the calendar and days.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from catalog_specs.catalog import Catalog
from catalog_specs.models.resource import Resource
from catalog_specs.models.timing.due import Due
from catalog_specs.vocabulary import AggregationMode, UpdateCycle
from catalog_specs.working_days import Reckoned, WorkingDays, working_days

__all__ = ["Cycle", "Period", "cycles"]

_DAY = timedelta(days=1)
_MONTHS = {UpdateCycle.MONTHLY: 1, UpdateCycle.QUARTERLY: 3, UpdateCycle.YEARLY: 12}
_YEAR = 12


@dataclass(frozen=True)
class Period:
    """One period: its name and days, and until when its delivery is due.

    `due` is the last minute that is in time. `provisional` says that an unpublished year decided
    over it, so that it may still move.
    """

    name: str
    first: date
    last: date
    due: datetime
    provisional: bool

    def in_time(self, moment: datetime) -> bool:
        """Say whether what came at this moment came in time."""
        return moment < self._over

    @cached_property
    def _over(self) -> datetime:
        # in UTC, which needs no look at the zone for each of the thousands of moments beside it
        return (self.due + timedelta(minutes=1)).astimezone(UTC)


@dataclass(frozen=True)
class Cycle:
    """How often a resource is owed, and what decides by when: its declaration and the calendar."""

    update: UpdateCycle
    due: Due
    days: WorkingDays
    zone: ZoneInfo

    def periods(self, since: date) -> Iterator[Period]:
        """Yield the periods from the one that holds `since`, without end."""
        first = self._first(since)
        while True:
            following = self._following(first)
            yield self._period(first, following - _DAY)
            first = following

    def local_day(self, moment: datetime) -> date:
        """Return the day on which a moment falls in the city."""
        return moment.astimezone(self.zone).date()

    def days_late(self, due: datetime, moment: datetime) -> int:
        """Count the days from a due day to a moment, working days unless every day counts."""
        first, last = self.local_day(due), self.local_day(moment)
        return (last - first).days if self.due.every_day else self.days.between(first, last)

    @property
    def _by_day(self) -> bool:
        return self.update in {UpdateCycle.REALTIME, UpdateCycle.DAILY}

    def _first(self, day: date) -> date:
        """Return the first day of the period that holds a day; days off go with the day before."""
        if self._by_day:
            while not self._owed(day):
                day -= _DAY
            return day
        if self.update is UpdateCycle.WEEKLY:
            return day - day.weekday() * _DAY
        months = _MONTHS[self.update]
        return date(day.year, (day.month - 1) // months * months + 1, 1)

    def _following(self, first: date) -> date:
        """Return the first day of the next period."""
        if self._by_day:
            day = first + _DAY
            while not self._owed(day):
                day += _DAY
            return day
        if self.update is UpdateCycle.WEEKLY:
            return first + 7 * _DAY
        month = first.month - 1 + _MONTHS[self.update]
        return date(first.year + month // _YEAR, month % _YEAR + 1, 1)

    def _owed(self, day: date) -> bool:
        """Say whether a daily delivery is owed for this day."""
        return self.due.every_day or self.days.is_working_day(day)

    def _period(self, first: date, last: date) -> Period:
        # of a working day and the days off behind it, the working day is the one that is owed
        end = first if self._by_day else last
        due = self._due_day(end)
        moment = datetime.combine(due.day, self.due.until, self.zone)
        return Period(self._name(first), first, last, moment, due.provisional)

    def _due_day(self, end: date) -> Reckoned:
        if self.due.every_day:
            return Reckoned(end + self.due.grace * _DAY, provisional=False)
        # A grace counts from the last day; a period that ends on a day off ends on the next working
        # day, as terms do.
        if self.due.grace:
            return self.days.after(end, self.due.grace)
        return self.days.on_or_after(end)

    def _name(self, first: date) -> str:
        match self.update:
            case UpdateCycle.REALTIME | UpdateCycle.DAILY:
                return first.isoformat()
            case UpdateCycle.WEEKLY:
                year, week, _ = first.isocalendar()
                return f"{year}-W{week:02}"
            case UpdateCycle.MONTHLY:
                return f"{first:%Y-%m}"
            case UpdateCycle.QUARTERLY:
                return f"{first.year}-Q{(first.month + 2) // 3}"
            case UpdateCycle.YEARLY:
                return f"{first.year}"


def cycles(catalog: Catalog) -> dict[str, Cycle]:
    """Return the cycle of every resource of which something is owed, by its name."""
    # A grace counts from the end of a period. It is no term that an event begins.
    days = replace(working_days(catalog), day_of_event_counts=False)
    zone = ZoneInfo(catalog.profile.timezone)
    return {
        ref: Cycle(one.update_cycle, one.due, days, zone)
        for ref, one in catalog.resources.items()
        if _owes(one)
    }


def _owes(resource: Resource) -> bool:
    return resource.aggregation.mode is not AggregationMode.EXEMPT
