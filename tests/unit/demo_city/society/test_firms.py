"""Firms: valid codes, usual names, a legal representative."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from stdnum.cn import uscc

from demo_city.society.dice import Dice
from demo_city.society.firms import COOPERATIVE, COOPERATIVES_SINCE, FORMS, LEAST, make_firms
from demo_city.society.persons import reserve
from demo_city.society.world import World


def test_codes_are_valid_unique_and_say_the_kind(world: World) -> None:
    """93 for farmers' cooperatives, 91 for everybody else, then the county."""
    firms = world.firms
    codes = firms["credit_code"]
    assert codes.n_unique() == firms.height
    assert all(uscc.is_valid(one) for one in codes)
    assert ((codes.str.head(2) == "93") == (firms["entity_type"] == COOPERATIVE)).all()
    assert (codes.str.slice(2, 6) == firms["county"]).all()


def test_a_grown_citizen_answers_for_every_firm(world: World) -> None:
    """The representative lives in the city, bears the name given, and was of age at the start."""
    citizens = world.citizens.select("born", representative_id="resident_id", who="name")
    firms = world.firms.join(citizens, on="representative_id", how="left", maintain_order="left")
    assert (firms["who"] == firms["representative"]).all()
    assert (firms["registered_on"] >= firms["born"].dt.offset_by("20y")).all()
    assert firms["registered_on"].max() < world.today.astype(object)


def test_cooperatives_farm_and_are_no_older_than_their_law(world: World) -> None:
    """Their industry is agriculture, and none was registered before the law was in force."""
    cooperatives = world.firms.filter(pl.col("entity_type") == COOPERATIVE)
    assert set(cooperatives["industry"]) == {"A"}
    assert (cooperatives["registered_on"].to_numpy() >= COOPERATIVES_SINCE).all()
    assert "A" not in world.firms.filter(pl.col("entity_type") != COOPERATIVE)["industry"]


def test_a_name_says_place_and_form(world: World) -> None:
    """A firm is called after its county, and ends as its legal form asks."""
    for name, county, kind in world.firms.select("name", "county_name", "entity_type").iter_rows():
        assert name.startswith(county)
        assert name.endswith(FORMS[kind])


def test_a_term_ends_years_after_the_start(world: World) -> None:
    """Some firms have a term of 20, 30, 40 or 50 years, the others none."""
    limited = world.firms.drop_nulls("business_until")
    years = limited["business_until"].dt.year() - limited["registered_on"].dt.year()
    assert set(years) == {20, 30, 40, 50}
    assert limited.height < world.firms.height


@pytest.mark.parametrize("people", [50, 600])
def test_even_a_village_has_firms(world: World, people: int) -> None:
    """There are always enough for every register, the last of them spoken of by nobody."""
    firms = make_firms(
        world.places,
        world.persons.tail(people * 2).with_columns(reserved=False),
        Dice(1, "f"),
        world.today,
    )
    assert firms.height == LEAST
    assert firms["reserved"].sum() == reserve(LEAST)
    assert (np.diff(firms["reserved"].to_numpy().astype(int)) >= 0).all()
