"""Registers of health and education: institutions, vaccinations, infectious cases, schools."""

from __future__ import annotations

import polars as pl
import pytest

from demo_city.builders.health import (
    DOSES,
    infectious_case,
    medical_institution,
    school,
    vaccination,
)
from demo_city.society.world import World, free


def test_doses_are_given_in_their_order(world: World) -> None:
    """Each person gets one vaccine whole: every dose once, a later one no earlier, after birth."""
    frame = vaccination(world).frame
    assert set(frame["vaccine"]) <= set(DOSES)
    for (_, vaccine), doses in frame.group_by("resident_id", "vaccine", maintain_order=True):
        assert doses["dose"].to_list() == list(range(1, DOSES[str(vaccine)] + 1))
        assert doses["vaccinated_on"].is_sorted()
    born = frame["resident_id"].str.slice(6, 8).str.to_date("%Y%m%d")
    assert (frame["vaccinated_on"] >= born).all()


def test_the_young_and_the_old_are_vaccinated(world: World) -> None:
    """Nobody of the years between, and only citizens."""
    given = vaccination(world).frame.select("resident_id").unique()
    people = world.citizens.join(given, on="resident_id", how="semi")
    assert people.height == given.height
    assert not people["age"].is_between(20, 59).any()


def test_a_disease_is_diagnosed_after_it_broke_out(world: World) -> None:
    """Within eight days, and before today."""
    frame = infectious_case(world).frame
    wait = (frame["diagnosed_at"].dt.date() - frame["onset_on"]).dt.total_days()
    assert wait.is_between(0, 8).all()
    assert (frame["diagnosed_at"] < world.midnight).all()


@pytest.mark.parametrize("build", [vaccination, infectious_case])
def test_institutions_that_are_named_may_be_spoken_of(world: World, build: type) -> None:
    """None of the last ones, which are spoilt."""
    named = build(world).frame["institution"]
    assert set(named) <= set(free(world.clinics)["institution_code"])


@pytest.mark.parametrize(
    ("build", "source"), [(school, "schools"), (medical_institution, "clinics")]
)
def test_institutions_are_on_record_as_they_are(world: World, build: type, source: str) -> None:
    """Every one of them, the reserved ones too, without saying which those are."""
    everything: pl.DataFrame = getattr(world, source)
    assert build(world).frame.equals(everything.drop("reserved"))
