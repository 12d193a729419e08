"""Clocks of a case, compared with due days that were counted by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from catalog_specs.models.city import Figure
from catalog_specs.working_days import WorkingDays
from governance.cases.clocks import Clocks, Standing
from governance.cases.signals import CaseOrigin
from governance.cases.states import By, Case, CaseState, EventKind
from tests.city.declared import compiled

ZONE = ZoneInfo("Asia/Shanghai")


def moment(text: str, hour: int = 9) -> datetime:
    """Return an hour of a day in the city."""
    return datetime.fromisoformat(f"{text}T{hour:02}:00:00").replace(tzinfo=ZONE)


def clocks(**figures: Figure | None) -> Clocks:
    """Return the clocks of the city, with other figures."""
    found = Clocks.of(compiled())
    return replace(found, profile=found.profile.model_copy(update=figures))


def case(start: str, state: CaseState = CaseState.DISPATCHED, extended: int = 0) -> Case:
    """Return a case that was dispatched, or decided, on a day."""
    at = moment(start)
    return Case(
        *(CaseOrigin.REPORT, "d/r", "name", "x", "d", state, "", "", 1),
        evidence={},
        opened_at=at,
        dispatched_at=at,
        seen_at=at,
        decided_at=at if state is CaseState.CORRECTING else None,
        extended_days=extended,
    )


@pytest.mark.parametrize(
    ("start", "state", "extended", "due", "provisional"),
    [
        # Monday; Tuesday to Friday are days 1 to 4, the next Monday is day 5
        ("2026-03-02", CaseState.DISPATCHED, 0, "2026-03-09", False),
        # Friday 13 February; 14 is worked, 15 to 23 are 春节, then 24 to 27 are days 2 to 5
        ("2026-02-13", CaseState.DISPATCHED, 0, "2026-02-27", False),
        # Wednesday 30 September; 1 to 7 October are off, 8 and 9, 10 (worked), 12 and 13
        ("2026-09-30", CaseState.DISPATCHED, 0, "2026-10-13", False),
        ("2026-03-02", CaseState.CORRECTING, 0, "2026-03-16", False),
        ("2026-03-02", CaseState.CORRECTING, 3, "2026-03-19", False),
        # into 2027, which is not published: Monday to Friday are taken as worked
        ("2026-12-28", CaseState.DISPATCHED, 0, "2027-01-04", True),
        ("2026-12-24", CaseState.DISPATCHED, 0, "2026-12-31", False),
    ],
)
def test_due_days(start: str, state: CaseState, extended: int, due: str, provisional: bool) -> None:
    """5 working days from dispatch, 10 from the decision, day 1 is the next working day."""
    found = clocks().due(case(start, state, extended))
    assert found
    assert (found.day.isoformat(), found.provisional) == (due, provisional)


def test_a_provisional_day_moves_with_the_notice() -> None:
    """When the year is entered, the same case is due on another day, for certain."""
    known = clocks()
    new = date(2027, 1, 1)
    calendar = known.calendar
    published = WorkingDays(
        calendar.years | {2027}, calendar.off | {new, date(2027, 1, 4)}, calendar.worked
    )
    found = replace(known, calendar=published).due(case("2026-12-28"))
    assert found
    assert (found.day.isoformat(), found.provisional) == ("2027-01-06", False)


@pytest.mark.parametrize(
    ("day", "hour", "standing"),
    [
        ("2026-03-05", 9, Standing.IN_TIME),
        ("2026-03-06", 0, Standing.SOON),
        ("2026-03-08", 9, Standing.SOON),
        ("2026-03-09", 23, Standing.SOON),
        ("2026-03-10", 0, Standing.OVERDUE),
    ],
)
def test_how_a_case_stands(day: str, hour: int, standing: Standing) -> None:
    """The due day itself is in time; reminded is a working day before, as the profile says."""
    figure = Figure(value=1, unit="工作日", clause="七(二)")
    found = clocks(correction_reminder_days=figure)
    assert found.standing(case("2026-03-02"), moment(day, hour)) is standing


def test_each_word_is_said_once_of_a_due_day() -> None:
    """A reminder, then that it is overdue; a new due day is told again."""
    found, one = clocks(), case("2026-03-02")

    def told(day: str, *before: tuple[EventKind, str]) -> EventKind | None:
        event = found.told(one, By("岗位", moment(day)), before)
        return event.kind if event else None

    assert told("2026-03-06") is None
    assert told("2026-03-09") is EventKind.REMINDED
    assert told("2026-03-09", (EventKind.REMINDED, "2026-03-09")) is None
    assert told("2026-03-10", (EventKind.REMINDED, "2026-03-09")) is EventKind.OVERDUE
    assert told("2026-03-10", (EventKind.OVERDUE, "2026-03-06")) is EventKind.OVERDUE
    over = replace(one, state=CaseState.CLOSED)
    assert found.told(over, By("岗位", moment("2026-03-10")), ()) is None
    assert found.standing(over, moment("2026-03-10")) is Standing.OVER
