"""Due times (应交): the details of a resource's update cycle that say by when it is owed."""

from __future__ import annotations

from datetime import date
from datetime import time as time_of_day  # `time` is a key of the section
from typing import Annotated

from pydantic import Field, StringConstraints

from catalog_specs.spec import Spec

__all__ = ["Due"]


class Due(Spec):
    """By when a delivery for each period of the update cycle must have come (四(三)).

    A period is a day, week, month, quarter or year of the calendar. Without this section a delivery
    is due by the end of its last day, or of the next working day where that is none.
    """

    since: date | None = None
    """First day on which something is owed; without it the period of the first delivery is the
    first that is owed, so that a resource without any owes nothing yet."""
    grace: int = Field(default=0, ge=0, le=60)
    """Working days after the period's last day that a delivery may still take."""
    time: Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] = "23:59"
    """Time of day, inclusive, in the profile's zone."""
    every_day: bool = False
    """Whether days off count like others: for systems that deliver on them too. Otherwise a daily
    resource is owed for working days alone, and `grace` counts working days."""

    @property
    def until(self) -> time_of_day:
        """Return the time of day."""
        return time_of_day.fromisoformat(self.time)
