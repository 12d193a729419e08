"""Working days (工作日): which days are worked, and the day that so many of them lead to.

Belongs here: the calendar as a value, from the published years and the operator's overlay, and
counting on it. Keep out: which deadline counts how many days (profile), reading a clock.
The published years come from chinesecalendar. Beyond them and the overlay nobody knows the days off
yet: Monday to Friday are taken as worked, and every day reckoned that way is *provisional*.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from catalog_specs.catalog import Catalog

__all__ = ["Reckoned", "WorkingDays", "working_days"]

_DAY = timedelta(days=1)
_SATURDAY = 5


@dataclass(frozen=True, order=True)
class Reckoned:
    """A day that was counted to; provisional while a notice may still move it."""

    day: date
    provisional: bool


@dataclass(frozen=True)
class WorkingDays:
    """The calendar: its published years, the days off in them, and the weekends that are worked.

    `day_of_event_counts` is the profile's: whether day 1 is the day of the event itself.
    """

    years: frozenset[int]
    off: frozenset[date]
    worked: frozenset[date]
    day_of_event_counts: bool = False

    def is_published(self, day: date) -> bool:
        """Say whether the days off of this day's year are known."""
        return day.year in self.years

    def is_working_day(self, day: date) -> bool:
        """Say whether a day is worked; in a year that is not published, Monday to Friday are."""
        return day in self.worked or (day.weekday() < _SATURDAY and day not in self.off)

    def after(self, day: date, days: int) -> Reckoned:
        """Return working day number `days` after an event; day 1 is the next working day.

        ValueError for fewer than one day. Every day that is passed over counts for `provisional`:
        one unknown day may move the result.
        """
        if days < 1:
            raise ValueError("a term has one working day at least")
        at = day - _DAY if self.day_of_event_counts else day
        known = True
        while days:
            at += _DAY
            known = known and self.is_published(at)
            days -= self.is_working_day(at)
        return Reckoned(at, provisional=not known)

    def on_or_after(self, day: date) -> Reckoned:
        """Return the day itself when it is worked, or the next one that is."""
        at, known = day, self.is_published(day)
        while not self.is_working_day(at):
            at += _DAY
            known = known and self.is_published(at)
        return Reckoned(at, provisional=not known)

    def between(self, first: date, last: date) -> int:
        """Count the working days after `first` up to and with `last`; 0 when `last` is no later."""
        return max(0, self._up_to(last) - self._up_to(first))

    def _up_to(self, day: date) -> int:
        """Count the working days from the beginning of time up to and with a day.

        By arithmetic: a silence of a year is counted anew at every look, for each of its days.
        """
        weeks, rest = divmod(day.toordinal(), 7)  # day 1 was a Monday
        weekdays = weeks * _SATURDAY + min(rest, _SATURDAY)
        off, worked = self._exceptions
        return weekdays - bisect_right(off, day) + bisect_right(worked, day)

    @cached_property
    def _exceptions(self) -> tuple[Sequence[date], Sequence[date]]:
        """Return the weekdays that are off and the weekend days that are worked, in order."""
        off = (day for day in self.off - self.worked if day.weekday() < _SATURDAY)
        worked = (day for day in self.worked if day.weekday() >= _SATURDAY)
        return sorted(off), sorted(worked)


def working_days(catalog: Catalog) -> WorkingDays:
    """Return a city's calendar: the published years, replaced and continued by its own files."""
    import chinese_calendar

    overlay = {int(year): said for year, said in catalog.calendar_years.items()}
    off = {day for day in chinese_calendar.holidays if day.year not in overlay}
    worked = {day for day in chinese_calendar.workdays if day.year not in overlay}
    years = {day.year for day in chinese_calendar.holidays} | set(overlay)
    for said in overlay.values():
        rest = {day for holiday in said.days_off for day in holiday.days()}
        # A notice may move days of the December before it, which another file or the package
        # knows otherwise: what the later notice says of a day holds.
        off = (off - set(said.working_weekends)) | rest
        worked = (worked - rest) | set(said.working_weekends)
    return WorkingDays(
        frozenset(years), frozenset(off), frozenset(worked), catalog.profile.day_of_event_counts
    )
