"""Registers of market supervision: enterprises, annual reports, food licences, abnormal list."""

from __future__ import annotations

import polars as pl

from demo_city.builders.market import (
    abnormal_operation,
    annual_report,
    enterprise,
    food_licence,
)
from demo_city.society.world import World


def _with_firm(world: World, frame: pl.DataFrame, code: str = "credit_code") -> pl.DataFrame:
    firms = world.known_firms.select("credit_code", "county", "town", opened="registered_on")
    found = frame.join(firms, left_on=code, right_on="credit_code", maintain_order="left")
    assert found.height == frame.height
    return found


def test_every_firm_is_on_the_enterprise_register(world: World) -> None:
    """The reserved ones too, as they are, but for some who gave no number."""
    frame = enterprise(world).frame
    same = ["credit_code", "name", "capital", "registered_on", "address"]
    assert frame.select(same).equals(world.firms.select(same))
    assert (frame["region"] == world.firms["town"]).all()
    assert 0 < frame["phone"].null_count() < frame.height / 10
    assert (
        frame["phone"].drop_nulls() == world.firms["phone"].filter(frame["phone"].is_not_null())
    ).all()


def test_a_report_is_of_a_year_in_which_the_firm_existed(world: World) -> None:
    """Last year's, filed in the first half of this one, once by each firm."""
    found = _with_firm(world, annual_report(world).frame)
    year = int(str(world.today)[:4])
    assert set(found["report_year"]) == {year - 1}
    assert (found["opened"].dt.year() < year - 1).all()
    assert set(found["filed_on"].dt.year()) == {year}
    assert (found["filed_on"].to_numpy() <= world.today).all()
    assert found["credit_code"].is_unique().all()


def test_a_food_licence_is_valid_for_five_years_less_a_day(world: World) -> None:
    """Issued to a firm that exists; its number says business and county."""
    found = _with_firm(world, food_licence(world).frame, "holder")
    opened = found.filter(pl.col("opened").dt.year() >= 2016)
    assert (opened["issued_on"] >= opened["opened"].dt.offset_by("-10d")).all()
    assert (found["valid_until"].dt.year() - found["issued_on"].dt.year()).is_between(4, 5).all()
    number = "JY" + found["business"] + found["county"]
    assert (found["licence_no"].str.head(9) == number).all()
    assert (found["region"] == found["town"]).all()


def test_a_firm_is_listed_before_it_is_removed(world: World) -> None:
    """Some are removed again; none was listed in its first months."""
    found = _with_firm(world, abnormal_operation(world).frame)
    removed = found.drop_nulls("removed_on")
    assert 0 < removed.height < found.height
    assert (removed["removed_on"] >= removed["listed_on"]).all()
    assert (found["listed_on"] > found["opened"]).all()
