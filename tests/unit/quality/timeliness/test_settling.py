"""Settling: the state of each period, worked out by hand over holidays and an unpublished year."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise, takewhile
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog_specs.models.timing.due import Due
from catalog_specs.vocabulary import UpdateCycle
from catalog_specs.working_days import working_days
from quality.timeliness.periods import Cycle, Period
from quality.timeliness.settling import Came, DueState, settled
from tests.city.declared import compiled

ZONE = ZoneInfo("Asia/Shanghai")
DAYS = working_days(compiled())
WAITING, MET, LATE, MISSING, _ = DueState


def _at(said: str) -> datetime:
    return datetime.fromisoformat(said).replace(tzinfo=ZONE)


def _cycle(update: UpdateCycle, **due: object) -> Cycle:
    return Cycle(update, Due.model_validate(due), DAYS, ZONE)


def _periods(cycle: Cycle, since: date, until: date) -> Sequence[Period]:
    return [*takewhile(lambda one: one.first <= until, cycle.periods(since))]


def _states(
    cycle: Cycle, came: Sequence[str | tuple[str, date]], now: str, since: date
) -> dict[str, DueState]:
    """Return period → state; what came is a moment, or a moment and an as-of day."""
    found = [
        Came(str(number), _at(one), None) if isinstance(one, str) else Came("", _at(one[0]), one[1])
        for number, one in enumerate(came)
    ]
    periods = _periods(cycle, since, _at(now).date())
    return {one.period.name: one.state for one in settled(cycle, periods, found, _at(now))}


DAILY = _cycle(UpdateCycle.DAILY, grace=1, time="10:00")
"""Yesterday's data by ten o'clock of the next working day."""
WEEKLY = _cycle(UpdateCycle.WEEKLY)
MONTHLY = _cycle(UpdateCycle.MONTHLY, grace=3)


def test_a_daily_resource_is_owed_for_working_days_alone() -> None:
    """Over 春节 2026 nothing is owed; Friday's is due after the worked Saturday, then after all."""
    came = ["2026-02-13 09:00", "2026-02-14 09:00", "2026-02-24 09:00", "2026-02-25 10:01"]
    states = _states(DAILY, came, "2026-02-26 12:00", date(2026, 2, 12))
    assert states == {
        "2026-02-12": MET,  # Thursday's, on Friday
        "2026-02-13": MET,  # Friday's, on the worked Saturday
        "2026-02-14": MET,  # the worked Saturday's, on Tuesday the 24th, the first day at work
        "2026-02-24": LATE,  # a minute after ten
        "2026-02-25": MET,  # what came too late for yesterday came today
        "2026-02-26": WAITING,
    }


def test_a_daily_resource_over_the_national_holiday() -> None:
    """国庆 2026, 1 to 7 October: Wednesday's is due on the 8th, and silence is seen on the 9th."""
    came = ["2026-09-30 09:30", "2026-10-08 09:59"]
    before = _states(DAILY, came, "2026-10-09 10:00", date(2026, 9, 29))
    assert before == {
        "2026-09-29": MET,
        "2026-09-30": MET,
        "2026-10-08": WAITING,
        "2026-10-09": WAITING,
    }
    after = _states(DAILY, came, "2026-10-09 10:01", date(2026, 9, 29))
    assert after["2026-10-08"] is MISSING


def test_a_weekly_resource_through_two_holidays() -> None:
    """A week ends on Sunday, or on the next working day; the free week is owed after it."""
    spring = _periods(WEEKLY, date(2026, 2, 9), date(2026, 3, 1))
    assert [(one.name, one.due) for one in spring] == [
        ("2026-W07", _at("2026-02-24 23:59")),  # Sunday the 15th is in 春节, as are all days to 23
        ("2026-W08", _at("2026-02-24 23:59")),  # the whole week is
        ("2026-W09", _at("2026-03-02 23:59")),  # Saturday the 28th is worked, Sunday is not
    ]
    came = ["2026-02-12 15:00", "2026-02-24 23:59:59"]
    assert _states(WEEKLY, came, "2026-03-03 00:00", date(2026, 2, 9)) == {
        "2026-W07": MET,
        "2026-W08": MET,
        "2026-W09": MISSING,  # the file of the 24th was for the week before
        "2026-W10": WAITING,
    }
    autumn = _periods(WEEKLY, date(2026, 9, 28), date(2026, 10, 11))
    assert [one.due for one in autumn] == [_at("2026-10-08 23:59"), _at("2026-10-12 23:59")]


def test_a_monthly_resource_with_a_grace() -> None:
    """Three working days after the month: counted over 春节, 国庆 and the make-up weekends."""
    due = {one.name: one.due for one in _periods(MONTHLY, date(2026, 1, 1), date(2026, 12, 1))}
    assert due["2026-01"] == _at("2026-02-04 23:59")  # 2, 3, 4 February
    assert due["2026-02"] == _at("2026-03-04 23:59")  # Sunday 1 March is off
    assert due["2026-04"] == _at("2026-05-08 23:59")  # 1 to 5 May off: 6, 7, 8
    assert due["2026-09"] == _at("2026-10-10 23:59")  # 8, 9, and the worked Saturday 10
    came = ["2026-03-04 17:00", "2026-05-09 08:00", "2026-09-15 08:00", "2026-10-10 20:00"]
    assert _states(MONTHLY, came, "2026-11-04 23:59", date(2026, 2, 1)) == {
        "2026-02": MET,
        "2026-03": MISSING,
        "2026-04": LATE,
        "2026-05": MET,  # what came too late for April came in May
        "2026-06": MISSING,
        "2026-07": MISSING,
        "2026-08": LATE,
        "2026-09": MET,
        "2026-10": MET,  # September had its own already
        "2026-11": WAITING,
    }


def test_an_unpublished_year_is_provisional() -> None:
    """Due days of 2027 are provisional; those of 2026 are not, and every day needs no calendar."""
    monthly = {one.name: one for one in _periods(MONTHLY, date(2026, 11, 1), date(2027, 2, 1))}
    assert not monthly["2026-11"].provisional
    assert (monthly["2026-12"].due, monthly["2026-12"].provisional) == (
        _at("2027-01-05 23:59"),  # 1, 4, 5 January: whether the 1st is off nobody has said yet
        True,
    )
    every = _cycle(UpdateCycle.DAILY, every_day=True, grace=1)
    (day,) = _periods(every, date(2027, 1, 1), date(2027, 1, 1))
    assert (day.due, day.provisional) == (_at("2027-01-02 23:59"), False)


def test_a_year_is_cut_into_quarters_and_itself() -> None:
    """Quarters and years are those of the calendar, named so, and end after the holiday."""
    quarters = _periods(_cycle(UpdateCycle.QUARTERLY), date(2025, 11, 3), date(2026, 6, 30))
    assert [(one.name, f"{one.due:%m-%d}") for one in quarters] == [
        ("2025-Q4", "12-31"),
        ("2026-Q1", "03-31"),
        ("2026-Q2", "06-30"),
    ]
    (year,) = _periods(_cycle(UpdateCycle.YEARLY, grace=2), date(2025, 5, 5), date(2025, 12, 31))
    assert (year.name, year.due) == ("2025", _at("2026-01-05 23:59"))  # 1 to 3 off, worked on 4
    realtime = _periods(_cycle(UpdateCycle.REALTIME), date(2026, 3, 1), date(2026, 3, 3))
    assert [one.name for one in realtime] == ["2026-02-28", "2026-03-02", "2026-03-03"]


def test_days_decide_where_a_feed_declares_them() -> None:
    """With an as-of day each delivery is for the period of its day, whenever it comes."""
    came = [
        ("2026-03-04 08:00", date(2026, 1, 31)),  # January's, a month late
        ("2026-03-04 08:01", date(2026, 2, 28)),
        ("2026-03-04 08:02", date(2025, 12, 31)),  # before anything was owed
    ]
    assert _states(MONTHLY, came, "2026-04-03 23:59:59", date(2026, 1, 1)) == {
        "2026-01": LATE,
        "2026-02": MET,
        "2026-03": WAITING,
        "2026-04": WAITING,
    }


def test_a_look_back_knows_nothing_of_later() -> None:
    """What came after the moment asked for is not counted."""
    came = ["2026-03-04 17:00"]
    assert _states(MONTHLY, came, "2026-03-04 16:59", date(2026, 2, 1))["2026-02"] is WAITING
    assert _states(MONTHLY, came, "2026-03-04 17:00", date(2026, 2, 1))["2026-02"] is MET


CYCLES = st.builds(
    lambda update, grace, every, time: _cycle(update, grace=grace, every_day=every, time=time),
    st.sampled_from(UpdateCycle),
    st.integers(0, 12),
    st.booleans(),
    st.sampled_from(["00:00", "10:00", "23:59"]),
)
SINCE = date(2026, 9, 14)
MOMENTS = st.datetimes(datetime(2026, 9, 14), datetime(2027, 1, 20)).map(  # noqa: DTZ001
    lambda moment: moment.replace(tzinfo=ZONE)
)


@pytest.mark.timeout(120)
@settings(max_examples=1000, deadline=None)
@given(CYCLES, st.lists(MOMENTS, max_size=20), MOMENTS)
def test_what_is_true_of_every_year(cycle: Cycle, came: list[datetime], now: datetime) -> None:
    """Periods follow each other, dues never go back; on time is on time, and later changes nothing.

    Whatever comes after a due moment makes nothing of before it met.
    """
    periods = _periods(cycle, SINCE, now.date())
    for one, following in pairwise(periods):
        assert one.last + timedelta(days=1) == following.first
        assert one.first <= one.last
        assert one.due <= following.due
    arrived = [Came(str(number), at) for number, at in enumerate(came)]
    found = settled(cycle, periods, arrived, now)
    assert [one.period for one in found] == [*periods]
    for one in found:
        late_by_now = not one.period.in_time(now)
        assert (one.state is MISSING) <= (late_by_now and one.came is None)
        assert (one.state is MET) <= (one.came is not None and one.period.in_time(one.came.at))
        assert (one.state is LATE) <= (one.came is not None and late_by_now)
    known = [one for one in arrived if one.at <= now]
    assert settled(cycle, periods, known, now) == found
