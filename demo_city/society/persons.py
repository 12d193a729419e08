"""Persons: plausible households, valid ids, family names.

Belongs here: persons and how they live together. Keep out: what any office knows of them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from demo_city.society.calendar import Days, add_years, ages
from demo_city.society.dice import Dice
from demo_city.society.identifiers import resident_ids, serials
from demo_city.society.names import given_names, mobiles, surnames
from demo_city.society.places import Places

__all__ = ["MALE", "birthday", "born_of", "make_persons", "of_age", "reserve"]

Whole = NDArray[np.int64]

MALE = "1"
FEMALE = "2"
SIZES = (26, 30, 22, 14, 5, 3)
"""How common households of one to six persons are."""
NATIONALITIES = {"01": 96.4, "03": 1.6, "22": 1.4, "15": 0.3, "06": 0.2, "08": 0.1}
HEAD, SPOUSE, PARENT = 0, 1, 4
ORDERS = 499
"""Order numbers of one sex within one division and birth date."""
RESERVED_SHARE = 0.02
RESERVED_LEAST = 48


@dataclass(frozen=True)
class Kin:
    """Arrays by person: household, place in it (0 head, 1 spouse, 4 a parent, else a child)."""

    household: Whole
    place: Whole
    first: Whole
    """Position of the household's head."""
    size: Whole


def reserve(size: int) -> int:
    """Return how many things, at the end of a register, no other register speaks of."""
    return min(max(RESERVED_LEAST, round(size * RESERVED_SHARE)), size // 3)


def make_persons(places: Places, dice: Dice, people: int, today: np.datetime64) -> pl.DataFrame:
    """Return one row for each person; `reserved` ones appear on the population register alone.

    Columns: resident_id, name, sex, born, age, nationality, household_no, household, place,
    members, county, town, address, mobile, reserved.
    """
    kin = households(dice, people)
    female = sexes(dice, kin)
    born = births(dice, kin, today)
    homes = places.draw(dice, int(kin.household[-1]) + 1)[kin.household]
    division = homes["county"].cast(pl.Int64).to_numpy()
    order = serials(division, born.astype(np.int64), female.astype(np.int64)) % ORDERS
    ids = resident_ids(division, born, 2 * order + np.where(female, 2, 1))
    numbers = pl.Series(kin.household + 1).cast(pl.String).str.zfill(6)
    return pl.DataFrame(
        {
            "resident_id": ids,
            "name": np.char.add(family_names(dice, kin, female), given_names(dice, female)),
            "sex": np.where(female, FEMALE, MALE),
            "born": born,
            "age": ages(born, today),
            "nationality": dice.weighted(NATIONALITIES, int(kin.household[-1]) + 1)[kin.household],
            "household_no": homes["county"] + numbers,
            "household": kin.household,
            "place": kin.place,
            "members": kin.size,
            "mobile": mobiles(dice, people),
            "reserved": np.arange(people) >= kin.first[people - reserve(people)],
        }
    ).hstack(homes.select("county", "town", "town_name", "address"))


def households(dice: Dice, people: int) -> Kin:
    """Divide the people into households; the last one takes who is left."""
    sizes = dice.index(SIZES, people) + 1
    ends = np.cumsum(sizes)
    last = int(np.searchsorted(ends, people))
    sizes = sizes[: last + 1]
    sizes[last] -= ends[last] - people
    household = np.repeat(np.arange(len(sizes)), sizes)
    first = np.repeat(np.cumsum(sizes) - sizes, sizes)
    return Kin(household, np.arange(people) - first, first, np.repeat(sizes, sizes))


def sexes(dice: Dice, kin: Kin) -> NDArray[np.bool_]:
    """Draw who is female; a spouse's sex is the other one than the head's."""
    female = np.where(
        kin.place == HEAD, dice.chance(0.3, len(kin.place)), dice.chance(0.48, len(kin.place))
    )
    return np.where(kin.place == SPOUSE, ~female[kin.first], female)


def births(dice: Dice, kin: Kin, today: np.datetime64) -> Days:
    """Draw birth dates: heads first, everybody else by the distance to their head."""
    size = len(kin.place)
    alone = kin.size == 1
    head_age = np.where(alone, dice.whole(20, 92, size), dice.whole(25, 74, size))[kin.first]
    gap = np.where(kin.place == SPOUSE, dice.whole(-6, 4, size), dice.whole(22, 38, size))
    gap = np.where(kin.place == PARENT, -dice.whole(22, 32, size), gap)
    gap = np.where(kin.place == HEAD, 0, gap)
    age = np.clip(head_age - gap, 0, 101)
    age = np.where(kin.place == SPOUSE, np.maximum(age, 21), age)
    youngest = np.floor(dice.generator.random(size) * np.maximum(head_age - 21, 1)).astype(np.int64)
    age = np.where((age == 0) & (kin.place > SPOUSE), np.minimum(youngest, 17), age)
    since = dice.whole(2, 364, size).astype("timedelta64[D]")
    born: Days = add_years(np.full(size, today), -age) - since
    return born


def family_names(dice: Dice, kin: Kin, female: NDArray[np.bool_]) -> NDArray[np.str_]:
    """Draw surnames; children bear the father's, or the head's who brings them up alone."""
    own = surnames(dice, len(female))
    father = kin.first + (female[kin.first] & (kin.size > 1))
    child = (kin.place > SPOUSE) & (kin.place != PARENT)
    return np.where(child, own[father], own)


def of_age(persons: pl.DataFrame, low: int, high: int) -> pl.DataFrame:
    """Return the persons between two ages, both inclusive, whom registers may speak of."""
    return persons.filter(pl.col("age").is_between(low, high), ~pl.col("reserved"))


def born_of(persons: pl.DataFrame) -> Days:
    """Return birth dates as numpy counts days."""
    return persons["born"].to_numpy().astype("datetime64[D]")


def birthday(persons: pl.DataFrame, years: int) -> Days:
    """Return the day each person turns so many years old."""
    return add_years(born_of(persons), years)
