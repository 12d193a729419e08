"""Local time: the day and moment of a city, from the moment that a caller passes in.

Belongs here: turning `now` into the city's wall clock. Keep out: reading a clock, deadlines.
"""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from catalog_specs.catalog import Catalog

__all__ = ["local_day", "local_moment"]


def local_moment(catalog: Catalog, now: datetime) -> datetime:
    """Return `now` on the city's wall clock; ValueError when `now` names no time zone."""
    if now.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return now.astimezone(ZoneInfo(catalog.profile.timezone))


def local_day(catalog: Catalog, now: datetime) -> date:
    """Return the city's calendar day at `now`."""
    return local_moment(catalog, now).date()
