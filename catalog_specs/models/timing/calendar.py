"""The operator's calendar (节假日安排): one file for each year that the State Council announced."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from pydantic import Field, model_validator

from catalog_specs.spec import Spec, Text

__all__ = ["CalendarYear", "Holiday"]


_LONGEST = timedelta(days=31)
"""More is a slip of the pen in a date."""


class Holiday(Spec):
    """Days off in a row, as the notice names them; weekends among them need no mention."""

    name: Text
    """As the notice says it, e.g. 春节."""
    first: date
    last: date
    """Last day off, inclusive."""

    @model_validator(mode="after")
    def _runs_forward(self) -> Holiday:
        if self.last < self.first:
            raise ValueError("`last` lies before `first`")
        if self.last - self.first > _LONGEST:
            raise ValueError(f"no holiday lasts longer than {_LONGEST.days} days")
        return self

    def days(self) -> Iterator[date]:
        """Yield every day off."""
        for ahead in range((self.last - self.first).days + 1):
            yield self.first + timedelta(days=ahead)


class CalendarYear(Spec):
    """What the notice for one year says; it replaces what is known of that year without it."""

    year: int = Field(ge=2000, le=2100)
    notice: Text
    """Number of the State Council's notice, e.g. 国办发明电〔2025〕7号."""
    days_off: tuple[Holiday, ...] = Field(min_length=1)
    working_weekends: tuple[date, ...] = ()
    """Saturdays and Sundays that are worked instead (调休)."""
