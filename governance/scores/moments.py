"""Moments of ledgers: the rows that had been recorded by the end of a local day.

Belongs here: days and months of the city, and cutting ledgers by them. Keep out: what is counted in
the rows (`results`, `coverage`), comparing moments (`storage.moments`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pyarrow as pa

from storage.moments import between

__all__ = ["Span", "month_of", "months_before", "within"]


@dataclass(frozen=True)
class Span:
    """Some days of a city, from the beginning of the first to the end of the last."""

    first: date
    last: date
    timezone: str

    @property
    def begin(self) -> datetime:
        """Return the moment at which the first day begins."""
        return datetime.combine(self.first, time(), ZoneInfo(self.timezone))

    @property
    def end(self) -> datetime:
        """Return the moment at which the day after the last one begins."""
        return datetime.combine(self.last + timedelta(days=1), time(), ZoneInfo(self.timezone))

    def ever(self) -> Span:
        """Return everything up to the same end."""
        return Span(date(1970, 1, 1), self.last, self.timezone)


def month_of(day: date, timezone: str) -> Span:
    """Return the days of a month up to and with this day."""
    return Span(day.replace(day=1), day, timezone)


def months_before(day: date, count: int, timezone: str) -> Iterator[Span]:
    """Yield whole months before a day's own, oldest first."""
    ends = [day.replace(day=1) - timedelta(days=1)]
    while len(ends) < count:
        ends.append(ends[-1].replace(day=1) - timedelta(days=1))
    for last in reversed(ends[:count]):
        yield month_of(last, timezone)


def within(rows: pa.Table, column: str, span: Span) -> pa.Table:
    """Return the rows whose moment lies in a span, in the order in which they lie."""
    return between(rows, column, span.begin, span.end)
