"""Registers of natural resources, and of contracts on what they register."""

from __future__ import annotations

import polars as pl

from demo_city.builders.land import (
    GRANTED,
    land_parcel,
    real_estate_unit,
    region_profile,
    rental_contract,
)
from demo_city.society.world import World, free


def test_counties_are_profiled_at_their_points(world: World) -> None:
    """One row for each county, where the catalogue's table has it."""
    frame = region_profile(world).frame.select(code="region_code", longitude="longitude")
    assert frame.equals(world.places.counties.select("code", "longitude"))


def test_parcels_are_numbered_within_their_district(world: World) -> None:
    """Town, sub-district, `GB`, and a number from 1 without a gap."""
    frame = land_parcel(world).frame
    code = frame["parcel_code"]
    assert code.str.contains(r"^\d{12}GB\d{5}$").all()
    assert (code.str.head(9) == frame["town"]).all()
    numbers = pl.DataFrame({"district": code.str.head(12), "no": code.str.tail(5).cast(pl.Int64)})
    for _, found in numbers.group_by("district").agg("no").iter_rows():
        assert found == list(range(1, len(found) + 1))


def test_only_granted_land_is_used_until_a_day(world: World) -> None:
    """For 40 or 70 years from its registration."""
    frame = land_parcel(world).frame
    assert (frame["use_until"].is_not_null() == (frame["right"] == GRANTED)).all()
    granted = frame.drop_nulls("use_until")
    years = granted["use_until"].dt.year() - granted["registered_on"].dt.year()
    assert set(years) == {40, 70}


def test_a_unit_stands_on_its_parcel_and_is_owned_by_a_grown_person(world: World) -> None:
    """Registered no earlier than the parcel, nor before its owner came of age."""
    parcels = free(land_parcel(world).frame).select("parcel_code", parcel_on="registered_on")
    frame = real_estate_unit(world).frame.join(
        parcels, left_on="parcel", right_on="parcel_code", how="left", maintain_order="left"
    )
    assert (frame["unit_code"].str.head(19) == frame["parcel"]).all()
    assert (frame["registered_on"] >= frame["parcel_on"]).all()
    born = frame["owner_id"].str.slice(6, 8).str.to_date("%Y%m%d")
    assert (frame["registered_on"] >= born.dt.offset_by("18y")).all()


def test_what_is_let_was_registered_before(world: World) -> None:
    """A contract runs for one to three years, and is put on file after its start."""
    units = free(real_estate_unit(world).frame).select("unit_code", unit_on="registered_on")
    frame = rental_contract(world).frame.join(
        units, left_on="unit", right_on="unit_code", how="left", maintain_order="left"
    )
    assert (frame["start_on"] >= frame["unit_on"]).all()
    assert (frame["filed_on"] > frame["start_on"]).all()
    years = frame["end_on"].dt.offset_by("1d").dt.year() - frame["start_on"].dt.year()
    assert set(years) <= {1, 2, 3}
    assert (frame["filed_on"].to_numpy() <= world.today).all()
