"""The clocks of a case: by when something is due, and how near that is (七(二)).

Belongs here: due days counted on the working-day calendar by the profile's figures, and what a day
does to a case. Keep out: the calendar itself (`catalog_specs.working_days`), storing.
A due day is never stored: each look counts it again, so that it moves by itself when a calendar
that was not published is entered.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from catalog_specs.catalog import Catalog
from catalog_specs.models.city import Profile
from catalog_specs.vocabulary import Term
from catalog_specs.working_days import Reckoned, WorkingDays, working_days
from governance.cases.states import By, Case, CaseEvent, CaseState, EventKind

__all__ = ["Clocks", "Due", "Standing", "Told"]

Told = tuple[EventKind, str]
"""What was told of a case, and of which due day."""


class Standing(Term):
    """How a case stands against its clock."""

    IN_TIME = ("in_time", "期限内")
    SOON = ("soon", "即将到期")
    OVERDUE = ("overdue", "逾期")
    OVER = ("over", "已结束")


@dataclass(frozen=True)
class Due:
    """The day by which a case must have moved on; provisional while a notice may still move it."""

    day: date
    provisional: bool
    clause: str


@dataclass(frozen=True)
class Clocks:
    """The profile's figures and the calendar they are counted on."""

    profile: Profile
    calendar: WorkingDays

    @classmethod
    def of(cls, catalog: Catalog) -> Clocks:
        """Return the clocks of a city."""
        return cls(catalog.profile, working_days(catalog))

    def due(self, case: Case) -> Due | None:
        """Return by when a case must be decided, or its data delivered again; None when over."""
        match case.state:
            case CaseState.DISPATCHED:
                term = self.profile.correction_decision_days
                return self._due(case.dispatched_at, term.value, term.clause)
            case CaseState.CORRECTING:
                term = self.profile.correction_days
                start = case.decided_at or case.dispatched_at
                return self._due(start, term.value + case.extended_days, term.clause)
            case _:
                return None

    def standing(self, case: Case, now: datetime) -> Standing:
        """Say how a case stands on the day of `now`; the due day itself is in time."""
        due = self.due(case)
        if due is None:
            return Standing.OVER
        today = self._day(now)
        if today > due.day:
            return Standing.OVERDUE
        return Standing.SOON if today >= self._reminder(due.day) else Standing.IN_TIME

    def told(self, case: Case, by: By, before: Collection[Told]) -> CaseEvent | None:
        """Return the reminder, or the word that a case is overdue, that its day asks for.

        Each is said once of each due day; `before` is what was said already.
        """
        due = self.due(case)
        kinds = {Standing.SOON: EventKind.REMINDED, Standing.OVERDUE: EventKind.OVERDUE}
        kind = kinds.get(self.standing(case, by.at))
        if due is None or kind is None or (kind, due.day.isoformat()) in before:
            return None
        facts = {"due": due.day.isoformat(), "clause": due.clause}
        return CaseEvent(kind, by, facts)

    def _due(self, start: datetime, days: int, clause: str) -> Due:
        found: Reckoned = self.calendar.after(self._day(start), days)
        return Due(found.day, found.provisional, clause)

    def _reminder(self, due: date) -> date:
        """Return the day from which on a case is about to be overdue: so many working days before.

        Without a figure in the profile it is the due day itself.
        """
        figure = self.profile.correction_reminder_days
        day, left = due, figure.value if figure else 0
        while left:
            day -= timedelta(days=1)
            left -= self.calendar.is_working_day(day)
        return day

    def _day(self, moment: datetime) -> date:
        return moment.astimezone(ZoneInfo(self.profile.timezone)).date()
