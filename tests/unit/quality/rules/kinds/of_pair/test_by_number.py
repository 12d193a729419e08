"""Behaviour of the kind `by_number`, against python-stdnum's reading of the number."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pyarrow as pa
from stdnum.cn import ric

from tests.unit.quality.rules.kinds.of_pair.asked import good, rule

PEOPLE = 3_000


def _number(born: date, order: int) -> str:
    stem = f"350502{born:%Y%m%d}{order:03}"
    return stem + ric.calc_check_digit(stem + "0")


def test_birth_and_sex_are_those_of_the_number() -> None:
    """Three thousand people, of whom every third has the day or the sex of somebody else."""
    chance = random.Random(13)
    numbers, born, sex = [], [], []
    for _ in range(PEOPLE):
        day = date(1930, 1, 1) + timedelta(days=chance.randint(0, 35_000))
        order = chance.randint(0, 999)
        numbers.append(_number(day, order))
        born.append(day if chance.random() < 0.67 else day + timedelta(days=chance.randint(1, 400)))
        right = "1" if order % 2 else "2"
        sex.append(right if chance.random() < 0.67 else chance.choice("0129"))
    columns = {"number": pa.array(numbers), "born": pa.array(born), "sex": pa.array(sex)}
    same = [n for n, text in enumerate(numbers) if ric.get_birth_date(text) == born[n]]
    assert good(rule("born:by_number"), columns) == same
    said = {n: "21"[int(text[16]) % 2] for n, text in enumerate(numbers)}
    fits = [n for n, one in enumerate(sex) if one in {"0", "9", said[n]}]
    assert good(rule("sex:by_number"), columns) == fits
    assert len(same) < 2_200
    assert len(fits) < 2_850


def test_what_is_no_number_says_nothing() -> None:
    """No number, one of fifteen digits, and a day that no calendar has."""
    numbers = pa.array([None, "350502800101001", "", "350502199002300011"])
    born = pa.array([date(1990, 2, 28)] * 4)
    sex = pa.array(["2", "2", "2", "2"])
    columns = {"number": numbers, "born": born, "sex": sex}
    assert good(rule("born:by_number"), columns) == [0, 1, 2]
    assert good(rule("sex:by_number"), columns) == [0, 1, 2]
