"""Schools and medical institutions, to which several registers refer.

Belongs here: institutions with a code, a place and a name. Keep out: who attends them.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from demo_city.society.calendar import day, days_between
from demo_city.society.dice import Dice
from demo_city.society.identifiers import serials
from demo_city.society.names import landlines
from demo_city.society.places import Places

__all__ = ["make_clinics", "make_schools"]

STAGES = {"211": ("小学", 55), "311": ("中学", 20), "312": ("学校", 8), "341": ("中学", 8),
          "342": ("高级中学", 5), "345": ("实验学校", 4)}  # fmt: skip
CLINICS = {"A": ("医院", 12), "B": ("社区卫生服务中心", 22), "C": ("卫生院", 30),
           "D": ("门诊部", 30), "E": ("妇幼保健院", 3), "F": ("皮肤病防治院", 3)}  # fmt: skip
RESERVED = 16


def make_schools(places: Places, dice: Dice, people: int, today: np.datetime64) -> pl.DataFrame:
    """Return schools.

    Columns: school_code, name, stage, nature, region, address, founded_on, places, phone, reserved.
    """
    size = max(48, people // 500)
    homes = places.draw(dice, size)
    stage = dice.weighted({code: weight for code, (_, weight) in STAGES.items()}, size)
    words = np.asarray([word for word, _ in STAGES.values()])
    founded = days_between(
        dice, np.full(size, day("1905-09-01")), np.full(size, today - np.timedelta64(400, "D"))
    )
    return pl.DataFrame(
        {
            "school_code": homes["county"] + running(homes, 4),
            "name": homes["county_name"]
            + homes["town_name"]
            + homes["area"]
            + pl.Series(words[np.searchsorted(list(STAGES), stage)]),
            "stage": stage,
            "nature": dice.weighted({"1": 88, "2": 12}, size),
            "region": homes["town"],
            "address": homes["address"],
            "founded_on": founded,
            "places": 45 * dice.whole(6, 60, size),
            "phone": landlines(dice, size),
            "reserved": np.arange(size) >= size - RESERVED,
        }
    )


def make_clinics(places: Places, dice: Dice, people: int) -> pl.DataFrame:
    """Return medical institutions.

    Columns: institution_code, name, kind, grade, region, address, beds, phone, reserved.
    """
    size = max(48, people // 400)
    homes = places.draw(dice, size)
    kind = dice.weighted({code: weight for code, (_, weight) in CLINICS.items()}, size)
    words = np.asarray([word for word, _ in CLINICS.values()])
    hospital = kind == "A"
    grade = dice.weighted({"30": 8, "31": 10, "20": 26, "21": 26, "10": 30}, size)
    return pl.DataFrame(
        {
            "institution_code": homes["county"] + "Y" + running(homes, 4),
            "name": homes["county_name"]
            + homes["town_name"]
            + homes["area"]
            + pl.Series(words[np.searchsorted(list(CLINICS), kind)]),
            "kind": kind,
            "grade": pl.Series(np.where(hospital, grade, "00")).set(pl.Series(kind == "D"), None),
            "region": homes["town"],
            "address": homes["address"],
            "beds": np.where(hospital, 20 * dice.whole(5, 75, size), dice.whole(0, 60, size)),
            "phone": landlines(dice, size),
            "reserved": np.arange(size) >= size - RESERVED,
        }
    )


def running(homes: pl.DataFrame, width: int) -> pl.Series:
    """Number the rows of each county from 1, as text of `width` digits."""
    counted = serials(homes["county"].cast(pl.Int64).to_numpy()) + 1
    return pl.Series(counted).cast(pl.String).str.zfill(width)
