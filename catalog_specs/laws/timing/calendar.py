"""The operator's calendar: what can be checked of a notice that somebody typed in.

Belongs here: days of the wrong year, doubled days, worked days that are no weekend, and holidays
that every year has. Keep out: counting (`working_days`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from catalog_specs.laws.law import Fault, Law
from catalog_specs.models.timing.calendar import CalendarYear
from catalog_specs.reading.declared import Declared

__all__ = ["LAWS"]

_SATURDAY = 5
_DECEMBER = 12
_EVERY_YEAR = ((1, 1), (5, 1), (10, 1))
"""元旦, 劳动节, 国庆节: days off by law whose date never moves."""

_Named = tuple[str, date]
"""The path in the file, and a day named there."""


def _as_announced(declared: Declared) -> Iterator[Fault]:
    taken: dict[date, str] = {}
    for key, said in declared.calendar_years.items():
        for path, message, remedy in (*_days(said, taken), *_fixed(said)):
            yield Fault(f"calendar_years:{key}", path, message, remedy)


def _days(said: CalendarYear, taken: dict[date, str]) -> Iterator[tuple[str, str, str]]:
    for path, day in _named(said):
        if day in taken:
            message = f"{day} is named already, in {taken[day]}"
            yield path, message, "name each day once: either it is off or it is worked"
        taken[day] = f"`{path}` of {said.year}"
        if day.year != said.year and (day.year, day.month) != (said.year - 1, _DECEMBER):
            message = f"{day} lies neither in {said.year} nor in the December before"
            yield path, message, "copy the day from the notice, or put it into its year's file"
        if path.startswith("working_weekends") and day.weekday() < _SATURDAY:
            message = f"{day} is no Saturday or Sunday"
            yield path, message, "copy the day from the notice: only weekends are worked instead"


def _named(said: CalendarYear) -> Iterator[_Named]:
    for index, holiday in enumerate(said.days_off):
        for day in holiday.days():
            yield f"days_off[{index}]", day
    for index, day in enumerate(said.working_weekends):
        yield f"working_weekends[{index}]", day


def _fixed(said: CalendarYear) -> Iterator[tuple[str, str, str]]:
    off = {day for holiday in said.days_off for day in holiday.days()}
    for month, day in _EVERY_YEAR:
        fixed = date(said.year, month, day)
        if fixed not in off:
            message = f"{fixed}, a day off in every year, is missing"
            yield "days_off", message, "copy every holiday of the notice"


LAWS = (
    Law(
        "CAT-045",
        "节假日安排须与通知一致",
        "a year's calendar names days of its year (or of the December before) once each, weekends "
        "as worked, and the holidays that every year has",
        "",
        "copy the days from the State Council's notice",
        _as_announced,
    ),
)
