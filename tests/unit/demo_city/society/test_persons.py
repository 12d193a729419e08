"""Persons: plausible households, valid ids, family names."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest
from stdnum.cn import ric

from demo_city.society.dice import Dice
from demo_city.society.persons import (
    HEAD,
    PARENT,
    SPOUSE,
    birthday,
    born_of,
    households,
    of_age,
    reserve,
)
from demo_city.society.world import World


def _grouped(world: World) -> pl.DataFrame:
    """Return the persons with what is true of their household's head."""
    head = pl.col("place") == HEAD
    of_head = [
        pl.col(name).filter(head).first().over("household") for name in ("sex", "age", "name")
    ]
    return world.persons.with_columns(one.name.prefix("head_") for one in of_head)


def test_ids_say_sex_and_birth(world: World) -> None:
    """A resident id is valid, unique, and says the sex, birth date and county of its bearer."""
    persons = world.persons
    ids = persons["resident_id"]
    assert ids.n_unique() == persons.height
    assert all(ric.calc_check_digit(one) == one[-1] for one in ids)
    assert (ids.str.slice(6, 8) == persons["born"].dt.strftime("%Y%m%d")).all()
    assert (ids.str.head(6) == persons["county"]).all()
    male = ids.str.slice(16, 1).cast(pl.Int64) % 2 == 1
    assert (male == (persons["sex"] == "1")).all()


def test_a_household_lives_together_under_one_number(world: World) -> None:
    """Its members have one address and one number, and are as many as it says."""
    shared = ("household_no", "address", "town", "nationality", "members", "reserved")
    one = world.persons.group_by("household").agg(
        pl.len(), *(pl.col(name).n_unique() for name in shared), said=pl.col("members").first()
    )
    assert (one.select(shared) == 1).to_numpy().all()
    assert (one["len"] == one["said"]).all()
    assert world.persons["household_no"].n_unique() == one.height


def test_a_spouse_is_of_the_other_sex_and_grown(world: World) -> None:
    """The second of a household is married to its head."""
    spouses = _grouped(world).filter(pl.col("place") == SPOUSE)
    assert (spouses["sex"] != spouses["head_sex"]).all()
    assert spouses["age"].min() >= 20  # type: ignore[operator]


def test_generations_are_apart(world: World) -> None:
    """Children are younger than the head of their household, and parents older."""
    kin = _grouped(world)
    children = kin.filter(~pl.col("place").is_in([HEAD, SPOUSE, PARENT]))
    parents = kin.filter(pl.col("place") == PARENT)
    assert (children["age"] < children["head_age"]).all()
    assert (parents["age"] >= parents["head_age"]).all()
    assert kin["age"].min() >= 0  # type: ignore[operator]
    assert kin["age"].max() <= 102  # type: ignore[operator]


def test_children_bear_their_fathers_name(world: World) -> None:
    """The head's where it is a man, or brings them up alone; else that of the head's husband."""
    kin = world.persons.with_columns(surname=pl.col("name").str.head(1))
    named = kin.pivot("place", index=["household", "members"], values=["surname", "sex"])
    families = named.drop_nulls("surname_2")
    father = pl.when(pl.col("sex_0") == "1").then("surname_0").otherwise("surname_1")
    assert families.select((pl.col("surname_2") == father).all()).item()


@pytest.mark.parametrize("people", [1, 2, 7, 500])
def test_everybody_lives_in_one_household(people: int) -> None:
    """Households follow one another without gap, and the last takes who is left."""
    kin = households(Dice(1, "kin"), people)
    assert len(kin.household) == people
    assert (np.diff(kin.household) >= 0).all()
    assert set(kin.household) == set(range(int(kin.household[-1]) + 1))
    assert (kin.place == np.arange(people) - kin.first).all()
    assert (np.bincount(kin.household)[kin.household] == kin.size).all()


@pytest.mark.parametrize(
    ("size", "kept"), [(0, 0), (3, 1), (100, 33), (300, 48), (2400, 48), (10_000, 200)]
)
def test_some_are_spoken_of_by_nobody(size: int, kept: int) -> None:
    """Two in a hundred, at least 48, but never more than a third."""
    assert reserve(size) == kept


def test_reserved_persons_are_the_last_households(world: World) -> None:
    """At least as many as are to be reserved, whole households, at the end of the register."""
    reserved = world.persons["reserved"].to_numpy()
    assert reserved.sum() >= reserve(world.people)
    assert (np.diff(reserved.astype(int)) >= 0).all()


def test_ages_are_asked_for_inclusively(world: World) -> None:
    """Both ends belong, and nobody reserved is spoken of."""
    pupils = of_age(world.persons, 6, 18)
    expected = world.citizens.filter(pl.col("age") >= 6, pl.col("age") <= 18)
    assert pupils.equals(expected)
    assert {6, 18} <= set(pupils["age"])


def test_a_birthday_is_the_day_of_birth_years_later(world: World) -> None:
    """Registers ask when somebody came of age."""
    born, grown = born_of(world.persons), birthday(world.persons, 18)
    years = (grown.astype("datetime64[Y]") - born.astype("datetime64[Y]")).astype(int)
    assert (years == 18).all()
    assert date(1949, 1, 1) > world.persons["born"].min()  # type: ignore[operator]
