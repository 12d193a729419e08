"""Time steps: dates and moments as ISO 8601, exactly as declared or not at all."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog_specs.models.normalisation import Dates, Moments
from tests.unit.values.normalise.steps import check, done
from values.normalise import Context

MANY = settings(deadline=None, max_examples=30)


def test_dates_in_several_writings() -> None:
    """The first format that fits the whole text wins; impossible days stay."""
    formats = ("%Y-%m-%d", "%Y%m%d", "%Y年%m月%d日", "%Y/%m/%d %H:%M:%S", "%d-%b-%y")
    step = Dates(formats=formats, excel_serial=True)
    check(
        step,
        {
            "2024-01-05": "2024-01-05",
            "2024-1-5": "2024-01-05",
            "20240105": "2024-01-05",
            "2024年01月05日": "2024-01-05",
            "2024年1月5日": "2024-01-05",
            "2024年12月31日": "2024-12-31",
            "2024/1/5 0:00:00": "2024-01-05",
            "05-JAN-24": "2024-01-05",
            "05-Jan-99": "1999-01-05",
            "0001-01-01": "0001-01-01",
            "61": "1900-03-01",
            "45296": "2024-01-05",
            "99999": "2173-10-13",
        },
        [
            "2024-02-30",
            "2024年13月5日",
            "0000-01-01",
            "12024-01-01",
            " 2024-01-05",
            "2024-01-05 ",
            "2024.01.05",
            "2024/1/5 8:00:00",
            "1",
            "59",
            "60",
            "100000",
            "2958465",
            "45296.5",
            "-45296",
            "２０２４-01-05",
            "",
        ],
    )


def test_digits_that_run_together_are_not_divided_by_guessing() -> None:
    """`2024105` could be January or October: a format without separators takes eight digits."""
    check(Dates(formats=("%Y%m%d",)), {}, ["2024105", "202415", "45296"])


@pytest.mark.parametrize("text", ["2024011", "202401", "100000"])
def test_a_date_that_lost_a_digit_is_no_serial_number(text: str) -> None:
    """Beside a format of digits alone, days are counted in five digits; elsewhere in seven."""
    beside = Dates(formats=("%Y%m%d",), excel_serial=True)
    assert done(beside, [text, "45000", "99999"]) == [text, "2023-03-15", "2173-10-13"]
    alone = Dates(formats=("%Y-%m-%d",), excel_serial=True)
    assert done(alone, [text]) != [text]


@given(day=st.dates(min_value=date(1900, 3, 1)))
def test_serial_days_are_those_of_a_workbook(day: date) -> None:
    """From 1900-03-01 on a serial number is days since 1899-12-30."""
    number = (day - date(1899, 12, 30)).days
    assert done(Dates(formats=("%Y-%m-%d",), excel_serial=True), [str(number)]) == [day.isoformat()]


def test_moments_of_another_zone() -> None:
    """Clocks are moved exactly; an hour that summer time skips or repeats names no moment."""
    formats = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S.%f", "%Y-%m-%dT%H:%M:%S%z", "%Y/%m/%d %H:%M")
    check(
        Moments(formats=formats, zone="America/New_York"),
        {
            "2024-01-05 00:30:00": "2024-01-05 13:30:00",
            "2024-07-05 00:30:00": "2024-07-05 12:30:00",
            "2024-03-10 01:59:59": "2024-03-10 14:59:59",
            "2024-03-10 03:00:00": "2024-03-10 15:00:00",
            "2024-11-03 00:59:59": "2024-11-03 12:59:59",
            "2024-11-03 02:00:00": "2024-11-03 15:00:00",
            "2024-01-05T00:30:00.25": "2024-01-05 13:30:00.25",
            "2024-01-05T00:30:00Z": "2024-01-05 08:30:00",
            "2024-01-05T00:30:00+08:00": "2024-01-05 00:30:00",
            "2024-01-05T00:30:00-0330": "2024-01-05 12:00:00",
            "2024/1/5 8:30": "2024-01-05 21:30:00",
        },
        [
            "2024-03-10 02:30:00",
            "2024-11-03 01:30:00",
            "2024-01-05 24:00:00",
            "2024-01-05 00:30",
            "2024-01-05T00:30:00 Z",
            "2024-01-05",
        ],
    )
    check(Moments(formats=formats), {"2024/1/5 8:30": "2024-01-05 08:30:00"}, ["2024/1/5"])


@MANY
@given(
    instants=st.lists(
        st.datetimes(min_value=datetime(1971, 1, 1), max_value=datetime(2030, 1, 1)),  # noqa: DTZ001
        min_size=1,
    ),
    zone=st.sampled_from(["UTC", "Asia/Kathmandu", "Europe/London", "Australia/Lord_Howe"]),
)
def test_moments_agree_with_pythons_zones(instants: list[datetime], zone: str) -> None:
    """A wall clock that is one moment becomes that moment's clock here; one shown twice stays."""
    walls = [one.replace(microsecond=0, tzinfo=UTC).astimezone(ZoneInfo(zone)) for one in instants]
    written = [f"{wall:%Y-%m-%d %H:%M:%S}" for wall in walls]
    found = done(Moments(formats=("%Y-%m-%d %H:%M:%S",), zone=zone), written)
    for wall, text, here in zip(walls, written, found, strict=True):
        twice = wall.replace(fold=0).utcoffset() != wall.replace(fold=1).utcoffset()
        expected = wall.astimezone(ZoneInfo("Asia/Shanghai"))
        assert here == (text if twice else f"{expected:%Y-%m-%d %H:%M:%S}")


CELLS = Context(cells=True)


def test_a_moment_is_a_date_only_at_midnight() -> None:
    """Else its time of day were lost."""
    step = Dates(formats=("%Y-%m-%d %H:%M:%S",))
    check(step, {"2024-01-05 00:00:00": "2024-01-05"}, ["2024-01-05 00:00:01", "2024-01-05"])


def test_dates_of_cells_need_no_format() -> None:
    """Where a declared format reads another day in one, nobody knows which is meant."""
    step = Dates(formats=("%Y-%d-%m", "%d.%m.%Y"))
    texts = ["2024-02-29", "2024-02-29 00:00:00", "29.02.2024", "2024-05-05", "2024-05-01"]
    assert done(step, texts, CELLS) == ["2024-02-29"] * 3 + ["2024-05-05", "2024-05-01"]
    assert done(step, ["2024-02-29 04:00:00", "2024-02-30"], CELLS) == [
        "2024-02-29 04:00:00", "2024-02-30",
    ]  # fmt: skip


def test_moments_of_cells_are_of_the_declared_zone() -> None:
    """Those with a `Z` are placed already; where every format wants an offset, others are none."""
    texts = ["2024-02-29 04:05:06", "2024-02-29", "2024-02-29 04:05:06Z"]
    abroad = Moments(formats=("%d.%m.%Y",), zone="UTC")
    assert done(abroad, texts, CELLS) == [
        "2024-02-29 12:05:06", "2024-02-29 08:00:00", "2024-02-29 12:05:06",
    ]  # fmt: skip
    told = Moments(formats=("%Y-%m-%d %H:%M%z",))
    assert done(told, texts, CELLS) == [*texts[:2], "2024-02-29 12:05:06"]
    assert done(abroad, texts) == texts


def test_moments_before_our_era_are_none() -> None:
    """An offset may lead there."""
    step = Moments(formats=("%Y-%m-%dT%H:%M:%S%z",))
    check(step, {"0001-01-01T00:00:00Z": "0001-01-01 08:05:43"}, ["0001-01-01T00:00:00+09:00"])
