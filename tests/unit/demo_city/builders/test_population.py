"""Registers of public security: residents, households, vehicles."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import polars as pl

from demo_city.builders.population import PLATE_SIGNS, PLATES, household, plates, resident, vehicle
from demo_city.society.world import World


def test_every_person_is_on_record_once(world: World) -> None:
    """As they are; no child before school has an education, everybody else has."""
    register = resident(world)
    frame, persons = register.frame, world.persons
    assert (frame["resident_id"] == persons["resident_id"]).all()
    assert (frame["household_region"] == persons["town"]).all()
    assert (frame["education"].is_null() == (persons["age"] <= 6)).all()
    assert (frame["updated_at"].dt.date() > persons["born"]).all()
    assert (frame["updated_at"] < world.midnight + timedelta(days=1)).all()
    assert (register.stamp, register.closed_on) == ("updated_at", world.midnight)


def test_every_household_is_on_record_under_its_head(world: World) -> None:
    """Once, with as many members as live in it; the reserved ones are left out."""
    frame = household(world).frame
    lived_in = world.citizens.group_by("household_no").len("there")
    found = frame.join(lived_in, on="household_no", how="full")
    assert found.null_count().select("household_no", "there").sum_horizontal().item() == 0
    assert (found["members"] == found["there"]).all()
    heads = set(world.persons.filter(pl.col("place") == 0)["resident_id"])
    assert set(frame["head_id"]) <= heads


def test_cars_belong_to_people_of_age(world: World) -> None:
    """Registered after their owner came of age, inspected until after that."""
    frame = vehicle(world).frame
    born = frame["owner_id"].str.slice(6, 8).str.to_date("%Y%m%d")
    assert frame["plate"].is_unique().all()
    assert (frame["registered_on"].dt.offset_by("10d") >= born.dt.offset_by("18y")).all()
    inspected = frame.drop_nulls("inspected_until")
    assert (inspected["inspected_until"] > inspected["registered_on"]).all()


def test_different_numbers_are_different_plates() -> None:
    """From the first to the last, all spelt with the signs that plates have."""
    some = np.unique(
        np.concatenate([[0, 999, 1_000, 33_999, 34_000, PLATES - 1], np.arange(0, PLATES, 997)])
    )
    spelt = plates(some)
    assert spelt.n_unique() == len(some)
    assert spelt.str.contains(f"^闽C[{PLATE_SIGNS}0-9]{{2}}[0-9]{{3}}$").all()
    assert (spelt[0], spelt[-1]) == ("闽CAA000", "闽C99999")
