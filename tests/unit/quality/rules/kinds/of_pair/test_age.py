"""Behaviour of the kind `age`: full years, against the calendar of Python."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, datetime, timedelta

import pyarrow as pa

from tests.unit.quality.rules.kinds.of_pair.asked import TODAY, good, rule

PEOPLE = 3_000
LEAP = date(2004, 2, 29)


def _years(born: date, day: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def _columns(
    born: list[date | None], day: list[date | None], age: list[int]
) -> dict[str, pa.Array]:
    moments = [None if one is None else datetime(one.year, one.month, one.day, 23) for one in day]  # noqa: DTZ001
    return {
        "born": pa.array(born, pa.date32()),
        "seen_at": pa.array(moments, pa.timestamp("us")),
        "age": pa.array(age, pa.int64()),
    }


def test_an_age_is_full_years_but_for_what_is_allowed() -> None:
    """Three thousand births and days, many of them birthdays; at most one year off passes."""
    chance = random.Random(11)
    born = [date(1920, 1, 1) + timedelta(days=chance.randint(0, 38_000)) for _ in range(PEOPLE)]
    day = [
        chance.choice(
            (
                one.replace(day=min(one.day, 28), year=2026),
                one + timedelta(days=chance.randint(-9, 40_000)),
            )
        )
        for one in born
    ]
    age = [max(0, _years(*pair) + chance.randint(-3, 3)) for pair in zip(born, day, strict=True)]
    wanted = [
        n
        for n, (b, d, a) in enumerate(zip(born, day, age, strict=True))
        if b <= d and abs(a - _years(b, d)) <= 1
    ]
    assert good(rule("age:age"), _columns([*born], [*day], age)) == wanted
    assert 1_000 < len(wanted) < 2_000


def test_it_counts_up_to_the_day_of_judging() -> None:
    """Without a day of its own; somebody born on 29 February is older on 1 March."""
    asked = rule("age:age")
    today = replace(asked, arguments=asked.arguments | {"on": "today", "within": 0})
    born = [date(2000, 3, 3), date(2000, 3, 4), TODAY, TODAY + timedelta(days=1), None]
    ages = [26, 26, 0, 0, 99]
    assert good(today, _columns([*born], [None] * 5, ages)) == [0, 2, 4]
    strict = replace(asked, arguments=asked.arguments | {"within": 0})
    days = [date(2005, 2, 28), date(2005, 3, 1), date(2008, 2, 29), None]
    assert good(strict, _columns([LEAP] * 4, [*days], [1, 1, 4, 77])) == [1, 2, 3]
