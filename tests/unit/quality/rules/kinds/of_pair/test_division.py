"""Behaviour of the kind `division`: codes in force, against the changes themselves and stdnum."""

from __future__ import annotations

import csv
import random
from collections import defaultdict
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from stdnum.cn import ric
from stdnum.exceptions import ValidationError

from quality.rules.divisions import years
from quality.rules.rule import Rule
from tests.unit.quality.rules.kinds.of_pair.asked import good, rule

DATA = Path(years.__file__).parent
PAIRS = 5_000


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8") as file:
        return [*csv.DictReader(file)]


STANDING = {row["code"] for row in _rows("standing.csv")}
CAME, WENT = defaultdict(set), defaultdict(set)
for change in _rows("changes.csv"):
    CAME[change["new"]].add(int(change["year"]))
    WENT[change["old"]].add(int(change["year"]))
CODES = sorted((STANDING | {*CAME, *WENT}) - {""})


def _in_force(code: str, year: int) -> bool:
    """Walk through the years: a code is in force in the year in which it comes or goes, too."""
    if code in {"710000", "810000", "820000", "830000"}:
        return True
    year = min(max(year, 1980), 2025)
    if year < {"46": 1988, "50": 1997}.get(code[:2], 0):
        return False
    if code.endswith("01") and not code.endswith("0001") and _in_force(f"{code[:4]}00", year):
        return True
    came, went = CAME[code], WENT[code]
    first_went = min(went, default=9999)
    there = first_went <= min(came, default=9999) if came | went else code in STANDING
    last_of_it = False
    for now in range(1980, year + 1):
        last_of_it = now in went and there
        there = (there and now not in went) or now in came
    gone = code not in STANDING and year > 2023 and max(came, default=0) <= 2023
    return (there and not gone) or last_of_it


def _ask(asked: Rule, codes: list[str], days: list[date | None]) -> list[int]:
    return good(asked, {"number": pa.array(codes), "born": pa.array(days, pa.date32())})


def _exactly() -> Rule:
    asked = rule("number:division")
    return replace(asked, arguments=asked.arguments | {"or_later": False})


def _drawn() -> tuple[list[str], list[date]]:
    chance = random.Random(17)
    codes = [chance.choice((*CODES, f"{chance.randint(0, 999_999):06}")) for _ in range(PAIRS)]
    return codes, [date(chance.randint(1950, 2030), 6, 15) for _ in codes]


def test_a_code_is_judged_by_the_last_change_before_the_day() -> None:
    """Five thousand codes and years get the answer that a walk through the changes gives."""
    codes, days = _drawn()
    wanted = [n for n, code in enumerate(codes) if _in_force(code, days[n].year)]
    found = _ask(_exactly(), [f"{code}19900101001X" for code in codes], [*days])
    assert [(codes[n], days[n].year) for n in {*found} ^ {*wanted}] == []
    assert 1_000 < len(wanted) < 4_000


def test_a_number_may_be_given_out_later_than_the_birth() -> None:
    """With `or_later` a code will do that is in force in the year or in any year after it."""
    codes, days = _drawn()
    wanted = [
        n
        for n, code in enumerate(codes)
        if any(_in_force(code, year) for year in range(min(days[n].year, 2025), 2026))
    ]
    assert _ask(rule("number:division"), codes, [*days]) == wanted


def test_another_table_of_places_agrees() -> None:
    """Of nineteen answers in twenty python-stdnum, from other sources, says the same."""
    codes, days = _drawn()
    places = [
        n for n, code in enumerate(codes) if not code.endswith("00") and 1983 < days[n].year < 2021
    ]
    found = {*_ask(_exactly(), codes, [*days])}

    def known(place: int) -> bool:
        try:
            ric.get_birth_place(f"{codes[place]}{days[place]:%Y%m%d}0010")
        except (ValidationError, KeyError):  # of a code that it has no county of
            return False
        return True

    same = sum((place in found) is known(place) for place in places)
    assert same / len(places) > 0.93


@pytest.mark.parametrize(
    ("code", "year", "fits"),
    [
        ("350582", 2020, True),  # 晋江市
        ("350582", 1990, False),
        ("350522", 1990, True),  # 晋江县, until 1992
        ("350522", 1992, True),
        ("350522", 1993, False),
        ("352422", 1983, True),  # 晋江县 of 晋江地区, until 1985
        ("352422", 1990, False),
        ("350503", 1997, True),  # 丰泽区
        ("350503", 1996, False),
        ("350527", 2020, True),  # 金门县
        ("350501", 2020, True),  # 市辖区
        ("350599", 2020, False),
        ("500101", 1990, False),  # 重庆市 since 1997
        ("810000", 2020, True),
        ("350502", 1960, False),  # 鲤城区 since 1985: earlier years are judged as 1980
        ("350500", 2099, True),
    ],
)
def test_the_citys_own_history(code: str, year: int, *, fits: bool) -> None:
    """Divisions of Quanzhou and some others are in force when the books of history say so."""
    assert _ask(_exactly(), [code], [date(year, 6, 1)]) == [0] * fits


@pytest.mark.parametrize(
    "code", ["35050", "", "35 502", "3505e2", "+350502", "３５０５０２", "abcdef"]
)
def test_what_begins_with_no_code_fails(code: str) -> None:
    """Whatever else the text is."""
    assert _ask(rule("number:division"), [code], [date(2020, 1, 1)]) == []


def test_without_a_day_nothing_is_said() -> None:
    """The birth date is somebody else's to complete."""
    assert _ask(_exactly(), ["999999"], [None]) == [0]


def test_today_is_the_day_of_judging() -> None:
    """A code of a village is held to its county, as it stands on the day."""
    asked = rule("place_code:division")
    columns: dict[str, Any] = {"place_code": pa.array(["350502001001", "350522100000"])}
    assert good(asked, columns) == [0]
