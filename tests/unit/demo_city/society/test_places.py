"""Places: counties, towns and villages from the catalogue's own code lists."""

from __future__ import annotations

import numpy as np
import polars as pl

from demo_city.society.dice import Dice
from demo_city.society.places import EMPTY_COUNTY, SPREAD, homes_of, positions
from demo_city.society.world import World


def test_places_nest(world: World) -> None:
    """A village lies in its town, and that in its county, all of the city's code lists."""
    lists, places = world.catalog.code_lists, world.places
    assert (places.villages["code"].str.head(9) == places.villages["town"]).all()
    assert (places.villages["town"].str.head(6) == places.villages["county"]).all()
    assert set(places.villages["town"]) <= set(lists["town"].values)
    assert set(places.towns["county"]) <= set(lists["county"].values)
    assert places.villages["code"].to_list() == list(lists["village"].values)
    assert places.villages.null_count().sum_horizontal().item() == 0


def test_nobody_lives_where_nobody_is_registered(world: World) -> None:
    """Homes are villages and neighbourhoods, none of them in the county without registers."""
    named = ("甲村委会", "乙村村委会", "丙社区居委会", "丁居委会", "虚拟社区")
    villages = pl.DataFrame(
        {
            "code": [*"12345", "6"],
            "name": [*named, "戊村委会"],
            "county": ["350502"] * 5 + [EMPTY_COUNTY],
        }
    )
    assert homes_of(villages).select("village", "area").rows() == [
        ("1", "甲村"),
        ("2", "乙村"),
        ("3", "丙社区"),
        ("4", "丁社区"),
    ]
    assert EMPTY_COUNTY in world.places.counties["code"]
    assert EMPTY_COUNTY not in world.places.homes["county"]


def test_an_address_names_its_place(world: World) -> None:
    """County, town and village stand in it, with a number; the same dice draw the same places."""
    drawn = world.places.draw(Dice(1, "a"), 200)
    parts = pl.concat_str("county_name", "town_name", "area")
    beginning = drawn.select(pl.lit("福建省泉州市") + parts).to_series()
    ends = drawn["address"].str.extract(r"(\d+)号$").cast(pl.Int64)
    assert (drawn["address"] == beginning + ends.cast(pl.String) + "号").all()
    assert ends.is_between(1, 280).all()
    assert drawn.equals(world.places.draw(Dice(1, "a"), 200))
    assert not drawn.equals(world.places.draw(Dice(2, "a"), 200))


def test_things_lie_near_their_countys_point(world: World) -> None:
    """Within the spread, to six digits."""
    county = world.places.draw(Dice(1, "a"), 100)["county"]
    drawn = positions(world.places, Dice(1, "b"), county)
    points = county.to_frame("code").join(world.places.counties, on="code", maintain_order="left")
    for axis, values in zip(("longitude", "latitude"), drawn, strict=True):
        assert (np.abs(values - points[axis].to_numpy()) <= SPREAD + 1e-6).all()
        assert (np.round(values, 6) == values).all()
