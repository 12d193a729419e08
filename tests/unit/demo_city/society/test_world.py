"""People, firms and registers that hang together."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest
from stdnum.cn import ric, uscc

from catalog_specs.catalog import Catalog
from demo_city.builders import BUILDERS
from demo_city.builders.civil_affairs import marriage
from demo_city.builders.welfare import student
from demo_city.society.world import World, make_world


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


def test_places_nest(world: World) -> None:
    """A person's town lies in the county, and both are in the city's code lists."""
    lists = world.catalog.code_lists
    assert (world.persons["town"].str.head(6) == world.persons["county"]).all()
    assert set(world.persons["town"]) <= set(lists["town"].values)
    assert set(world.persons["county"]) <= set(lists["county"].values)


def test_firms_are_valid_and_answered_for(world: World) -> None:
    """A firm has a valid code and a grown representative who lives in the city."""
    firms = world.firms.join(
        world.persons.select("born", representative_id="resident_id", who="name"),
        on="representative_id",
        how="left",
    )
    assert all(uscc.is_valid(one) for one in firms["credit_code"])
    assert (firms["who"] == firms["representative"]).all()
    assert (firms["registered_on"].dt.year() - firms["born"].dt.year() >= 20).all()


def test_nobody_marries_too_young(world: World) -> None:
    """Husbands are at least 22 and wives at least 20 when they marry."""
    frame = marriage(world).frame
    for side, years in (("husband_id", 22), ("wife_id", 20)):
        born = frame[side].str.slice(6, 8).str.to_date("%Y%m%d")
        assert (frame["registered_on"] >= born.dt.offset_by(f"{years}y")).all()


def test_grades_fit_ages(world: World) -> None:
    """A pupil in grade n was born about n + 6 years ago."""
    frame = student(world).frame
    born = frame["resident_id"].str.slice(6, 4).cast(pl.Int64)
    assert ((2025 - born) - frame["grade"] == 6).all()


@pytest.mark.parametrize("ref", sorted(BUILDERS))
def test_register_has_its_items_and_a_key(world: World, ref: str) -> None:
    """A register holds what is not filled in from a source, each key once, nothing missing."""
    resource = world.catalog.resource(ref)
    frame = BUILDERS[ref](world).frame
    assert set(frame.columns) - {"_arrival"} == {item.code for item in resource.stored}
    assert frame.select(resource.key).is_unique().all()
    needed = [item.code for item in resource.stored if item.required or item.code in resource.key]
    assert frame.select(needed).null_count().sum_horizontal().item() == 0


def test_builders_and_catalogue_agree(quanzhou: Catalog) -> None:
    """Every resource of the catalogue is built, and nothing else."""
    assert set(BUILDERS) == set(quanzhou.resources)


def test_same_seed_same_world(quanzhou: Catalog, world: World) -> None:
    """The same people, seed and day make the same city; another seed makes another."""
    again = make_world(quanzhou, world.people, world.seed, date(2026, 6, 30))
    other = make_world(quanzhou, world.people, world.seed + 1, date(2026, 6, 30))
    assert again.persons.equals(world.persons)
    assert again.firms.equals(world.firms)
    assert not other.persons.equals(world.persons)
    assert again.today == np.datetime64("2026-06-26")
