"""Watermarks: how far a pull came, as a typed text, and the comparison with rows.

Belongs here: kinds, their text in receipts, the bound of the next pull, the SQL of their order.
Keep out: how texts sort (`orders`), asking a database (`sqlite`, `postgresql`), leaving rows out
(`sieve`).
What has no place in the order (no value, infinity, a moment that has not come yet) never moves the
watermark: such rows are looked at by every pull, and known by their content.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from landing.pulls.orders import Order
from storage.sql import literal

__all__ = ["Kind", "Mark", "Scale"]

_DAY = r"\d{4}-\d{2}-\d{2}"
_ISO = rf"{_DAY}( \d{{2}}:\d{{2}}:\d{{2}}(\.\d{{1,6}})?)?"
_CALENDAR = (
    r"(?:19|2\d|99)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:\d{2}|\d{4}|\d{6}|\d{9})?"
)
"""Whole numbers that read as a day, and an hour, minute, second or millisecond of it."""
_YEAR_FIRST = r"^\D*(\d{4})\D{1,2}(\d{1,2})\D{1,2}(\d{1,2})"
_YEAR_2000 = 946_684_800
"""In seconds since 1970; smaller numbers count something else."""


class Kind(StrEnum):
    """What a watermark is; moments with an offset are written in UTC."""

    INTEGER = "integer"
    DATE = "date"
    TIMESTAMP = "timestamp"
    TIMESTAMPTZ = "timestamptz"
    TEXT = "text"


@dataclass(frozen=True)
class Mark:
    """One watermark: its kind and its value as text."""

    kind: Kind
    value: str

    def __str__(self) -> str:
        """Return the text a receipt keeps: `<kind>:<value>`."""
        return f"{self.kind}:{self.value}"

    @classmethod
    def parse(cls, text: str | None, kind: Kind) -> Mark | None:
        """Return the mark of a receipt; None when there is none, or of another kind."""
        name, _, value = (text or "").partition(":")
        return cls(kind, value) if name == kind else None


@dataclass(frozen=True)
class Scale:
    """How the values of one watermark column compare, on a clock and in the city's zone."""

    kind: Kind
    order: Order
    now: datetime
    zone: str

    @property
    def counts(self) -> bool:
        """Say whether the values are whole numbers."""
        return self.kind is Kind.INTEGER or self.order is Order.NUMBERS

    def behind(self, mark: Mark, overlap: int) -> Mark:
        """Return the value that the next pull asks from: `overlap` before a mark, or sooner.

        Seconds of a moment, days of a date, units of a number. Moments that are texts are asked for
        from the beginning of their day (any offset may stand behind them), because only their days
        sort as texts do. Raises ValueError for a text that nothing can be counted back from.
        """
        if self.counts:
            return Mark(self.kind, str(int(mark.value) - overlap))
        if self.order in {Order.MOMENTS, Order.INSTANTS}:
            moment = datetime.fromisoformat(re.sub(r" (?=[Z+-])", "", mark.value))
            if len(mark.value) == len("2024-01-01"):
                overlap *= 86_400
            if moment.tzinfo is not None:
                moment = moment.astimezone(UTC).replace(tzinfo=None) - timedelta(days=1)
            return Mark(self.kind, _earlier(moment, overlap).date().isoformat())
        if not overlap:
            return mark
        if self.kind is Kind.DATE:
            day = _earlier(datetime.fromisoformat(mark.value), overlap * 86_400).date()
            return Mark(self.kind, day.isoformat())
        if self.kind is Kind.TEXT:
            raise ValueError("no number is in it to count back from")
        moment = _earlier(datetime.fromisoformat(mark.value), overlap)
        # whole seconds: a text that begins like this one sorts behind it
        return Mark(self.kind, moment.strftime("%Y-%m-%d %H:%M:%S").rjust(19, "0"))

    def from_sql(self, column: str, bound: Mark) -> str:
        """Return the SQL of "is asked for again", over a column of watermarks as they came."""
        if self.counts:
            return f"TRY_CAST({column} AS BIGINT) >= {int(bound.value)}"
        return f"{column} >= {literal(bound.value)}"

    def sorted_sql(self, column: str) -> str:
        """Return the SQL of a value's place in the order, whether it has come or not."""
        if self.counts:
            return f"TRY_CAST({column} AS BIGINT)"
        match self.order:
            case Order.VALUES:
                return f"CASE WHEN regexp_full_match({column}, '{_ISO}') THEN {column} END"
            case Order.MOMENTS:
                sound = f"TRY_CAST({_seconds(column)} AS TIMESTAMP) IS NOT NULL"
                return f"CASE WHEN {sound} THEN replace({column}, 'T', ' ') END"
            case Order.INSTANTS:
                moment = f"TRY_CAST({_seconds(column)} AS TIMESTAMPTZ) AT TIME ZONE 'UTC'"
                return f"strftime({moment}, '%Y-%m-%d %H:%M:%S.%f')"
            case _:
                return f"nullif({column}, '')"

    def ahead_sql(self, place: str, smallest: str) -> str:
        """Return the SQL of "has not come yet", over a place in the order.

        Whole numbers tell a moment when they read as a day of the calendar, or count from 1970 as
        the `smallest` of them does. A row wrongly taken as ahead costs time only.
        """
        utc = self.kind is Kind.TIMESTAMPTZ or self.order is Order.INSTANTS
        now = self.now.astimezone(UTC if utc else ZoneInfo(self.zone))
        if self.counts:
            return _ahead(f"{place}::VARCHAR", place, now, smallest)
        if self.order is Order.BYTES:
            year, month, day = (f"regexp_extract({place}, '{_YEAR_FIRST}', {n})" for n in (1, 2, 3))
            told = f"{year} || lpad({month}, 2, '0') || lpad({day}, 2, '0')"
            return f"regexp_matches({place}, '{_YEAR_FIRST}') AND {told} > '{now:%Y%m%d}'"
        return f"{place} > '{now:%Y-%m-%d %H:%M:%S.%f}'"


def _ahead(text: str, number: str, now: datetime, smallest: str) -> str:
    calendar = (
        f"regexp_full_match({text}, '{_CALENDAR}')"
        f" AND {text} > left('{now:%Y%m%d%H%M%S%f}', length({text})::INTEGER)"
    )
    ways = [f"({calendar})", f"regexp_full_match({text}, '9{{6,}}|9223372036854775807')"]
    for unit in (1, 1_000, 1_000_000):  # seconds, milliseconds, microseconds since 1970
        present = int(now.timestamp()) * unit
        told = f"{smallest} BETWEEN {_YEAR_2000 * unit} AND {present}"
        ways.append(f"({told} AND {number} > {present})")
    return " OR ".join(ways)


def _seconds(column: str) -> str:
    """Write a moment so that DuckDB reads it: with seconds, and its offset as `+08:00`."""
    closed = rf"regexp_replace({column}, '(\d) ([Z+-])', '\1\2')"
    with_seconds = rf"regexp_replace({closed}, '([ T]\d\d:\d\d)($|[Z+-])', '\1:00\2')"
    return rf"regexp_replace({with_seconds}, '(:[0-9.]+[+-]\d\d)(\d\d)$', '\1:\2')"


def _earlier(moment: datetime, seconds: int) -> datetime:
    try:
        return moment - timedelta(seconds=seconds)
    except OverflowError:
        raise ValueError("nothing lies that far back") from None
