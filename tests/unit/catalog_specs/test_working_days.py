"""Working days: the published calendar, the operator's overlay, and counting across their end."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog_specs.working_days import Reckoned, WorkingDays, working_days
from tests.city.declared import change, compiled

PUBLISHED = Path(__file__).parents[2] / "data" / "workdays" / "2015_2026.csv"
DAYS = working_days(compiled())
NOTICE_2027: dict[str, Any] = {
    "year": 2027,
    "notice": "国办发明电〔2026〕7号",
    "days_off": [
        {"name": "元旦", "first": date(2027, 1, 1), "last": date(2027, 1, 3)},
        {"name": "春节", "first": date(2027, 2, 5), "last": date(2027, 2, 13)},
        {"name": "劳动节", "first": date(2027, 5, 1), "last": date(2027, 5, 5)},
        {"name": "国庆节", "first": date(2027, 10, 1), "last": date(2027, 10, 7)},
    ],
    "working_weekends": [date(2027, 1, 31), date(2027, 2, 14), date(2027, 10, 9)],
}


def _with(notice: dict[str, Any]) -> WorkingDays:
    return working_days(compiled(**{f"calendar/{notice['year']}.yaml": notice}))


def test_every_published_day_is_as_published() -> None:
    """Twelve years of days are worked or off as the notices said, none of them provisional."""
    with PUBLISHED.open(encoding="utf-8") as file:
        said = {date.fromisoformat(row["date"]): row["is_workday"] for row in csv.DictReader(file)}
    assert len(said) == 4383
    assert [
        day for day, worked in said.items() if DAYS.is_working_day(day) != (worked == "1")
    ] == []
    assert all(map(DAYS.is_published, said))


@pytest.mark.parametrize(
    ("event", "days", "due"),
    [
        # 春节 2024: off 10 to 17 February, worked on Sundays 4 and 18 February.
        (date(2024, 2, 2), 1, date(2024, 2, 4)),
        (date(2024, 2, 9), 1, date(2024, 2, 18)),
        (date(2024, 2, 8), 5, date(2024, 2, 21)),
        # 国庆 2024: off 1 to 7 October, worked on Sunday 29 September and Saturday 12 October.
        (date(2024, 9, 27), 5, date(2024, 10, 10)),
        (date(2024, 10, 11), 1, date(2024, 10, 12)),
        # 春节 2025: off 28 January to 4 February, worked on 26 January and 8 February.
        (date(2025, 1, 24), 5, date(2025, 2, 7)),
        (date(2025, 2, 7), 2, date(2025, 2, 10)),
        # 国庆和中秋 2025: off 1 to 8 October, worked on 28 September and 11 October.
        (date(2025, 9, 26), 10, date(2025, 10, 16)),
        # 春节 2026: off 15 to 23 February, worked on 14 and 28 February.
        (date(2026, 2, 11), 5, date(2026, 2, 25)),
        (date(2026, 2, 27), 1, date(2026, 2, 28)),
        # 国庆 2026: off 1 to 7 October, worked on 20 September and 10 October.
        (date(2026, 9, 18), 1, date(2026, 9, 20)),
        (date(2026, 9, 25), 10, date(2026, 10, 15)),
    ],
)
def test_terms_over_holidays_end_as_counted_by_hand(event: date, days: int, due: date) -> None:
    """Day 1 is the next working day; days off in between do not count, worked weekends do."""
    assert DAYS.after(event, days) == Reckoned(due, provisional=False)


def test_a_term_into_an_unpublished_year_is_provisional() -> None:
    """2027 is not published: Monday to Friday count, and the day may still move."""
    assert DAYS.after(date(2026, 12, 30), 1) == Reckoned(date(2026, 12, 31), provisional=False)
    assert DAYS.after(date(2026, 12, 30), 2) == Reckoned(date(2027, 1, 1), provisional=True)
    assert DAYS.after(date(2026, 12, 30), 4) == Reckoned(date(2027, 1, 5), provisional=True)
    assert DAYS.on_or_after(date(2027, 2, 6)) == Reckoned(date(2027, 2, 8), provisional=True)


def test_the_overlay_settles_what_was_provisional() -> None:
    """With the notice entered, the same terms are counted again and are no longer provisional."""
    days = _with(NOTICE_2027)
    assert days.after(date(2026, 12, 30), 2) == Reckoned(date(2027, 1, 4), provisional=False)
    assert days.after(date(2027, 2, 4), 1) == Reckoned(date(2027, 2, 14), provisional=False)
    assert days.after(date(2027, 1, 29), 2) == Reckoned(date(2027, 2, 1), provisional=False)
    assert days.after(date(2027, 12, 31), 1).provisional


def test_an_overlay_replaces_the_published_year() -> None:
    """A year that the operator declares holds as declared, whatever the package says of it."""
    notice = {
        **NOTICE_2027,
        "year": 2026,
        "days_off": [{"name": "国庆节", "first": date(2026, 10, 1), "last": date(2026, 10, 2)}],
        "working_weekends": [],
    }
    days = _with(notice)
    assert days.is_working_day(date(2026, 10, 5))
    assert not days.is_working_day(date(2026, 10, 10))
    assert days.is_working_day(date(2026, 2, 16))


def test_a_notice_may_move_days_of_the_december_before() -> None:
    """As the notice for 2019 did: the later notice holds for the days that it names."""
    first = {"name": "元旦", "first": date(2026, 12, 30), "last": date(2027, 1, 1)}
    weekend = date(2026, 12, 26)
    days = _with({**NOTICE_2027, "days_off": [first], "working_weekends": [weekend]})
    assert days.is_working_day(weekend)
    assert not days.is_working_day(date(2026, 12, 31))
    assert days.is_working_day(date(2026, 12, 29))


def test_a_profile_may_count_the_day_of_the_event() -> None:
    """Where a regulation says so, a term begins on the day of the event, if it is worked."""
    counts = {"profiles/test_rules.yaml": change(day_of_event_counts=True)}
    days = working_days(compiled(**counts))
    assert days.after(date(2026, 3, 2), 1).day == date(2026, 3, 2)
    assert days.after(date(2026, 2, 28), 2).day == date(2026, 3, 2)
    assert days.after(date(2026, 3, 1), 1).day == date(2026, 3, 2)


def test_a_term_without_a_day_is_refused() -> None:
    """Nothing is due in zero working days."""
    with pytest.raises(ValueError, match="one working day"):
        DAYS.after(date(2026, 3, 2), 0)


@settings(max_examples=300, deadline=None)
@given(st.dates(date(2003, 6, 1), date(2029, 6, 1)), st.integers(1, 60))
def test_counting_there_and_back_agrees(event: date, days: int) -> None:
    """The due day is worked, has exactly `days` working days up to it, and comes in order."""
    due, provisional = DAYS.after(event, days).day, DAYS.after(event, days).provisional
    assert DAYS.is_working_day(due)
    assert DAYS.between(event, due) == days
    assert DAYS.between(due, event) == 0
    assert DAYS.after(event, days + 1).day > due
    assert provisional == (not all(map(DAYS.is_published, (event + timedelta(days=1), due))))
