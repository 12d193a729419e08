"""Registers of civil affairs: divisions, communities, marriages, minimum living allowance."""

from __future__ import annotations

import numpy as np
import polars as pl

from demo_city.builders.drawing import emptied, numbered, sample, since
from demo_city.society.calendar import days_between, to_workday
from demo_city.society.persons import MALE, birthday, of_age
from demo_city.society.world import Register, World

__all__ = ["community", "division", "marriage", "minimum_living"]

CITY = "350500"
MARRIAGEABLE = {"husband": 22, "wife": 20}


def division(world: World) -> Register:
    """行政区划代码: counties, then towns."""
    places = world.places
    shared = pl.col("code").alias("region_code"), "name"
    counties = places.counties.select(
        *shared, level=pl.lit("3"), parent=pl.lit(CITY), up=pl.col("code")
    ).join(places.villages.group_by("county").len("villages"), left_on="up", right_on="county")
    towns = places.towns.select(
        *shared, level=pl.lit("4"), parent=pl.col("county"), up=pl.col("code")
    ).join(places.villages.group_by("town").len("villages"), left_on="up", right_on="town")
    frame = pl.concat([counties, towns]).drop("up").sort("region_code")
    return Register(frame.with_columns(pl.col("villages").cast(pl.Int64)))


def community(world: World) -> Register:
    """村居基本信息: every village and neighbourhood."""
    name = pl.col("name")
    frame = world.places.villages.select(
        "name",
        "town",
        "county",
        village_code="code",
        kind=pl.when(name.str.ends_with("村委会"))
        .then(pl.lit("1"))
        .when(name.str.ends_with("居委会"))
        .then(pl.lit("2"))
        .otherwise(pl.lit("9")),
    )
    return Register(frame)


def marriage(world: World) -> Register:
    """婚姻登记信息: couples who live together, and when an office was open to marry them."""
    dice = world.dice("marriage")
    couples = pair(world)
    couples = sample(dice, couples, max(80, round(couples.height * 0.62)))
    size = couples.height
    registered = to_workday(
        days_between(
            dice,
            couples["earliest"].to_numpy().astype("datetime64[D]") + 12,
            np.full(size, world.today),
        )
    )
    ended = dice.chance(0.04, size)
    dissolved = to_workday(days_between(dice, registered, np.full(size, world.today)))
    dissolved = np.maximum(dissolved, registered)
    years = pl.Series(registered).dt.year().cast(pl.String)
    priors = {"10": 90, "40": 8, "30": 2}
    frame = couples.select(
        marriage_no=pl.lit("J") + pl.col("county") + "-" + years + "-" + numbered(size, 6),
        husband_id="husband_id",
        wife_id="wife_id",
        husband_prior=emptied(dice, 0.01, dice.weighted(priors, size)),
        wife_prior=emptied(dice, 0.01, dice.weighted(priors, size)),
        registered_on=pl.Series(registered),
        region="county",
        state=pl.Series(np.where(ended, "2", "1")),
        dissolved_on=pl.Series(dissolved).set(pl.Series(~ended), None),
    )
    return Register(frame, (("husband_prior",), ("wife_prior",)))


def pair(world: World) -> pl.DataFrame:
    """Return households' couples: husband_id, wife_id, county, first day they may marry."""
    grown = world.citizens.filter(pl.col("place") <= 1, pl.col("members") > 1)
    men, women = grown.filter(pl.col("sex") == MALE), grown.filter(pl.col("sex") != MALE)
    sides = [
        side.select(
            "household",
            "county",
            pl.col("resident_id").alias(f"{role}_id"),
            pl.Series(birthday(side, MARRIAGEABLE[role])).alias(role),
        )
        for role, side in (("husband", men), ("wife", women))
    ]
    return (
        sides[0]
        .join(sides[1].drop("county"), on="household", maintain_order="left")
        .with_columns(
            earliest=pl.max_horizontal("husband", "wife", pl.lit(np.datetime64("1980-01-01")))
        )
        .filter(pl.col("earliest") < world.today.astype(object) - pl.duration(days=30))
    )


def minimum_living(world: World) -> Register:
    """最低生活保障对象: about one in eighty persons."""
    dice = world.dice("minimum_living")
    people = sample(dice, of_age(world.persons, 18, 99), max(60, world.people // 80))
    size = people.height
    frame = people.select(
        "resident_id",
        category=pl.Series(dice.weighted({"1": 35, "2": 65}, size)),
        members=pl.col("members").clip(1, 4),
        amount=pl.Series(np.round(dice.generator.uniform(320, 2800, size), 2)),
        started_on=pl.Series(to_workday(since(dice, "2012-01-04", world.today, size))),
        region="town",
    )
    return Register(frame, (("category",), ("amount",)))
