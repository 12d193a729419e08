"""Registers of public security: residents, households, vehicles."""

from __future__ import annotations

import numpy as np
import polars as pl

from demo_city.builders.drawing import emptied, moments, since
from demo_city.society.calendar import add_years, days_between, to_workday
from demo_city.society.persons import birthday, born_of, of_age
from demo_city.society.world import Register, World

__all__ = ["household", "resident", "vehicle"]

EDUCATION = {"10": 2, "20": 14, "30": 13, "40": 10, "60": 14, "70": 27, "80": 18, "90": 2}
BRANDS = (
    "比亚迪秦",
    "大众朗逸",
    "丰田卡罗拉",
    "日产轩逸",
    "本田雅阁",
    "吉利帝豪",
    "五菱宏光",
    "红旗H5",
)
PLATE_SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ"  # no I and no O: they look like 1 and 0
DIGITS = "0123456789"
PLATES = len(PLATE_SIGNS + DIGITS) ** 2 * 1_000
STRIDE = 1_234_577
"""Without a common factor with `PLATES`, so that no number comes twice."""


def resident(world: World) -> Register:
    """人口基本信息: every person once."""
    dice, persons = world.dice("resident"), world.persons
    size = persons.height
    first = born_of(persons) + 1
    touched = np.maximum(first, since(dice, "2001-01-01", world.today, size))
    touched = np.maximum(to_workday(touched), first)  # whoever is born before a holiday is told of
    frame = persons.select(
        "resident_id",
        "name",
        "sex",
        "nationality",
        birth_date="born",
        household_region="town",
        household_address="address",
        household_no="household_no",
        education=pl.when(pl.col("age") > 6)  # noqa: PLR2004 - before school there is none
        .then(pl.Series(dice.weighted(EDUCATION, size)))
        .otherwise(None),
        status=pl.Series(dice.weighted({"10": 980, "20": 12, "30": 6, "40": 2}, size)),
        updated_at=pl.Series(moments(dice, touched)),
    )
    changing = (("education",), ("household_address",))
    return Register(frame, changing, stamp="updated_at", closed_on=world.midnight)


def household(world: World) -> Register:
    """户籍家庭信息: every household once, under its head."""
    dice = world.dice("household")
    heads = world.persons.filter(pl.col("place") == 0)
    opened = days_between(dice, birthday(heads, 18), np.full(heads.height, world.today))
    frame = heads.select(
        "household_no",
        household_type=pl.Series(dice.weighted({"1": 97, "2": 3}, heads.height)),
        head_id="resident_id",
        region="town",
        members="members",
        established_on=pl.Series(to_workday(np.maximum(opened, np.datetime64("1958-01-09")))),
    ).filter(~heads["reserved"])
    return Register(frame, (("household_type",), ("members",)))


def vehicle(world: World) -> Register:
    """机动车登记信息: about one car for four persons."""
    dice = world.dice("vehicle")
    grown = of_age(world.persons, 18, 75)
    size = max(90, world.people // 4)
    owners = grown[dice.whole(0, grown.height - 1, size)]
    earliest = np.maximum(birthday(owners, 18), np.datetime64("2004-01-05"))
    registered = to_workday(days_between(dice, earliest, np.full(size, world.today)))
    kind = dice.weighted({"10": 62, "20": 3, "30": 12, "40": 22, "50": 1}, size)
    frame = pl.DataFrame(
        {
            "plate": plates((dice.whole(0, PLATES - 1, 1)[0] + STRIDE * np.arange(size)) % PLATES),
            "vehicle_type": kind,
            "owner_id": owners["resident_id"],
            "brand": emptied(dice, 0.02, dice.pick(BRANDS, size)),
            "registered_on": registered,
            "inspected_until": emptied(dice, 0.03, add_years(registered, dice.whole(2, 10, size))),
            "state": dice.weighted({"A": 88, "B": 2, "C": 5, "D": 2, "E": 3}, size),
        }
    )
    return Register(frame, (("state",), ("brand",)))


def plates(numbers: np.ndarray[tuple[int], np.dtype[np.int64]]) -> pl.Series:
    """Spell plate numbers (GA 36): 闽C, two signs, three digits; different numbers differ."""
    signs = np.asarray(list(PLATE_SIGNS + DIGITS))
    first, rest = np.divmod(numbers, len(signs) * 1_000)
    head = np.char.add(signs[first], signs[rest // 1_000])
    return "闽C" + pl.Series(head) + pl.Series(rest % 1_000).cast(pl.String).str.zfill(3)
