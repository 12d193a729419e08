"""Registers of civil affairs: divisions, communities, marriages, minimum living allowance."""

from __future__ import annotations

import polars as pl

from demo_city.builders.civil_affairs import (
    CITY,
    community,
    division,
    marriage,
    minimum_living,
    pair,
)
from demo_city.society.world import World


def test_divisions_are_counties_and_their_towns(world: World) -> None:
    """Every county below the city, every town below its county, each with its villages."""
    frame = division(world).frame
    counties, towns = (frame.filter(pl.col("level") == level) for level in ("3", "4"))
    assert counties.height + towns.height == frame.height
    assert set(counties["region_code"]) == set(world.places.counties["code"])
    assert set(counties["parent"]) == {CITY}
    assert (towns["parent"] == towns["region_code"].str.head(6)).all()
    total = world.places.villages.height
    assert counties["villages"].sum() == towns["villages"].sum() == total


def test_a_communitys_kind_is_read_off_its_name(world: World) -> None:
    """Villages, neighbourhoods, and what is neither; all of them are on record."""
    frame = community(world).frame
    assert frame["village_code"].to_list() == world.places.villages["code"].to_list()
    for kind, ending in (("1", "村委会$"), ("2", "居委会$")):
        assert ((frame["kind"] == kind) == frame["name"].str.contains(ending)).all()
    assert set(frame["kind"]) == {"1", "2", "9"}


def test_nobody_marries_too_young(world: World) -> None:
    """Husbands are at least 22 and wives at least 20 when they marry."""
    frame = marriage(world).frame
    for side, years in (("husband_id", 22), ("wife_id", 20)):
        born = frame[side].str.slice(6, 8).str.to_date("%Y%m%d")
        assert (frame["registered_on"] >= born.dt.offset_by(f"{years}y")).all()


def test_couples_are_a_man_and_a_woman_of_one_household(world: World) -> None:
    """Who is married lives together, and is married once."""
    couples = pair(world)
    persons = world.citizens.select("resident_id", "household", "sex", "place")
    for side, sex in (("husband_id", "1"), ("wife_id", "2")):
        found = couples.join(persons, left_on=side, right_on="resident_id", suffix="_there")
        assert found.height == couples.height
        assert (found["household"] == found["household_there"]).all()
        assert set(found["sex"]) == {sex}
        assert found["place"].max() == 1
        assert couples[side].is_unique().all()


def test_a_marriage_is_dissolved_after_it_was_registered(world: World) -> None:
    """Only a dissolved one has such a day."""
    frame = marriage(world).frame
    ended = frame.filter(pl.col("state") == "2")
    assert 0 < ended.height < frame.height
    assert (frame["dissolved_on"].is_not_null() == (frame["state"] == "2")).all()
    assert (ended["dissolved_on"] >= ended["registered_on"]).all()


def test_allowances_go_to_grown_citizens(world: World) -> None:
    """About one in eighty, in the town where they live, for up to four of their household."""
    frame = minimum_living(world).frame
    assert frame.height == max(60, world.people // 80)
    persons = world.citizens.select("resident_id", "age", "town", there="members")
    found = frame.join(persons, on="resident_id", how="left", maintain_order="left")
    assert (found["age"] >= 18).all()
    assert (found["region"] == found["town"]).all()
    assert (found["members"] == found["there"].clip(1, 4)).all()
    assert found["amount"].is_between(320, 2800).all()
