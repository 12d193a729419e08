"""Registers of market supervision: enterprises, annual reports, food licences, abnormal list."""

from __future__ import annotations

import numpy as np
import polars as pl

from demo_city.builders.drawing import all_of, emptied, numbered, sample
from demo_city.society.calendar import add_years, days_between, to_workday
from demo_city.society.world import Register, World

__all__ = ["abnormal_operation", "annual_report", "enterprise", "food_licence"]

PHONE_GAP = 0.04


def enterprise(world: World) -> Register:
    """企业登记信息: every firm once."""
    dice = world.dice("enterprise")
    frame = world.firms.select(
        "credit_code",
        "name",
        "entity_type",
        "representative",
        "representative_id",
        "capital",
        "registered_on",
        "business_until",
        "industry",
        "address",
        "status",
        region="town",
        phone=emptied(dice, PHONE_GAP, world.firms["phone"]),
    )
    return Register(frame, (("phone",), ("capital",)))


def annual_report(world: World) -> Register:
    """企业年度报告: last year's report of firms that existed then."""
    dice = world.dice("annual_report")
    year = int(str(world.today)[:4]) - 1
    firms = world.known_firms.filter(pl.col("registered_on").dt.year() < year)
    firms = sample(dice, firms, round(firms.height * 0.85))
    size = firms.height
    assets = np.round(dice.skewed(5, 80_000, size), 2)
    spring = np.full(size, np.datetime64(f"{year + 1}-01-04"))
    last = np.full(size, min(np.datetime64(f"{year + 1}-06-30"), world.today))
    frame = firms.select(
        "credit_code",
        report_year=pl.lit(year, dtype=pl.Int64),
        employees=pl.Series(np.round(dice.skewed(1, 900, size)).astype(np.int64)),
        assets=emptied(dice, 0.02, assets),
        revenue=emptied(dice, 0.02, np.round(assets * dice.generator.uniform(0.1, 2.4, size), 2)),
        filed_on=pl.Series(days_between(dice, spring, last)),
    )
    return Register(frame, (("employees",),))


def food_licence(world: World) -> Register:
    """食品经营许可信息: shops, restaurants and canteens of one firm in five."""
    dice = world.dice("food_licence")
    firms = sample(dice, world.known_firms, max(70, world.firms.height // 5))
    size = firms.height
    opened = np.maximum(
        firms["registered_on"].to_numpy().astype("datetime64[D]"), np.datetime64("2016-01-04")
    )
    issued = to_workday(days_between(dice, opened, np.full(size, world.today)))
    issued = np.maximum(issued, np.datetime64("2015-10-08"))
    business = dice.weighted({"1": 48, "2": 44, "3": 8}, size)
    frame = firms.select(
        licence_no=pl.lit("JY") + pl.Series(business) + pl.col("county") + numbered(size, 7),
        holder="credit_code",
        business=pl.Series(business),
        region="town",
        address="address",
        issued_on=pl.Series(issued),
        valid_until=pl.Series(add_years(issued, 5) - 1),
        online=emptied(dice, 0.02, dice.chance(0.35, size)),
    )
    return Register(frame, (("online",), ("address",)))


def abnormal_operation(world: World) -> Register:
    """经营异常名录: one firm in twenty-five, some of them removed again."""
    dice = world.dice("abnormal_operation")
    grown = world.known_firms.filter(
        pl.col("registered_on") < world.today.astype(object) - pl.duration(days=400)
    )
    firms = sample(dice, grown, max(50, world.firms.height // 25))
    size = firms.height
    opened = firms["registered_on"].to_numpy().astype("datetime64[D]") + 200
    first = np.maximum(opened, np.datetime64("2015-01-05"))
    listed = to_workday(days_between(dice, first, np.full(size, world.today)))
    removed = np.maximum(to_workday(days_between(dice, listed, np.full(size, world.today))), listed)
    stays = pl.Series(dice.chance(0.6, size))
    frame = firms.select(
        "credit_code",
        reason=pl.Series(dice.weighted({"1": 62, "2": 5, "3": 3, "4": 30}, size)),
        listed_on=pl.Series(listed),
        removed_on=pl.Series(removed).set(stays, None),
        authority=firms["county_name"] + all_of("市场监督管理局", size),
    )
    return Register(frame, (("reason",),))
