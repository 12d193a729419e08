"""Watermarks: how far a pull came, as a typed text, and how rows compare with it.

Belongs here: kinds, their text in receipts, the bound of the next pull, the SQL of their order.
Keep out: asking a database (`sqlite`, `postgresql`), leaving rows out (`sieve`).
Moments are compared as ISO text, which orders them rightly from the year 1 to 9999. What has no
place in that order (no value, infinity, a moment that has not come yet) never moves the watermark:
such rows are looked at by every pull, and known by their content.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from lakehouse.sql import literal

__all__ = ["Kind", "Mark", "place_sql"]

_DAY = r"\d{4}-\d{2}-\d{2}"
_ISO = rf"{_DAY}( \d{{2}}:\d{{2}}:\d{{2}}(\.\d{{1,6}})?)?"
AHEAD = timedelta(days=1)
"""How far a source's clock or wall clock may be ahead of ours."""


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

    def behind(self, overlap: int) -> Mark:
        """Return the mark `overlap` (seconds, days of a date, units) before this one.

        Raises ValueError for a text that is no ISO date or moment, and for what has no such past.
        """
        if not overlap:
            return self
        if self.kind is Kind.INTEGER:
            return Mark(self.kind, str(int(self.value) - overlap))
        try:
            if len(self.value) == len("2024-01-01"):
                day = date.fromisoformat(self.value) - timedelta(days=overlap)
                return Mark(self.kind, day.isoformat())
            moment = datetime.fromisoformat(self.value) - timedelta(seconds=overlap)
        except OverflowError:
            raise ValueError("nothing lies that far back") from None
        # whole seconds and no offset: a text that begins like this one sorts behind it
        return Mark(self.kind, moment.strftime(f"%Y-%m-%d{self.value[10]}%H:%M:%S").rjust(19, "0"))

    @property
    def sql(self) -> str:
        """Return it as DuckDB compares it with `place_sql`."""
        return str(int(self.value)) if self.kind is Kind.INTEGER else literal(self.value)


def place_sql(column: str, kind: Kind, now: datetime) -> str:
    """Return the SQL of a watermark column's place in its order; NULL where it has none."""
    last = (now + AHEAD).strftime("%Y-%m-%d")
    match kind:
        case Kind.INTEGER:
            return f"CAST({column} AS BIGINT)"
        case Kind.TEXT:
            future = f"regexp_matches({column}, '^{_DAY}') AND left({column}, 10) > '{last}'"
            return f"CASE WHEN NOT ({future}) THEN {column} END"
        case _:
            past = f"regexp_full_match({column}, '{_ISO}') AND left({column}, 10) <= '{last}'"
            return f"CASE WHEN {past} THEN {column} END"
