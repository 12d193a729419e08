"""Registers of natural resources, and of contracts on what they register."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import polars as pl

from demo_city.builders.drawing import emptied, numbered, workdays_since
from demo_city.society.calendar import add_years, days_between, to_workday
from demo_city.society.identifiers import serials
from demo_city.society.persons import birthday, of_age
from demo_city.society.world import Register, World, free

__all__ = ["land_parcel", "real_estate_unit", "region_profile", "rental_contract"]

USES = {"07": 62, "05": 9, "06": 14, "08": 5, "01": 5, "02": 3, "10": 2}
GRANTED = "2"
BUILDINGS = {"10": 80, "30": 10, "20": 5, "60": 4, "80": 1}


def region_profile(world: World) -> Register:
    """行政区域地理概况: counties with area and point."""
    dice = world.dice("region_profile")
    counties = world.places.counties
    size = counties.height
    frame = counties.select(
        "longitude",
        "latitude",
        region_code="code",
        area=pl.Series(np.round(dice.skewed(52, 3000, size), 2)),
        surveyed_on=pl.lit(np.datetime64("2024-12-31")),
    )
    return Register(frame)


def land_parcel(world: World) -> Register:
    """宗地基本信息: parcels numbered within their cadastral sub-district."""
    dice = world.dice("land_parcel")
    size = max(110, world.people // 12)
    homes = world.places.draw(dice, size)
    district = homes["town"] + pl.Series(dice.whole(1, 9, size)).cast(pl.String).str.zfill(3)
    number = serials(district.cast(pl.Int64).to_numpy()) + 1
    right = dice.weighted({"1": 15, GRANTED: 50, "3": 3, "4": 22, "5": 10}, size)
    registered = workdays_since(dice, "1999-01-04", world.today, size)
    ends = add_years(registered, np.where(dice.chance(0.7, size), 70, 40))
    frame = pl.DataFrame(
        {
            "parcel_code": district + "GB" + pl.Series(number).cast(pl.String).str.zfill(5),
            "town": homes["town"],
            "land_use": dice.weighted(USES, size),
            "right": right,
            "area": np.round(dice.skewed(60, 60_000, size), 2),
            "use_until": pl.Series(ends).set(pl.Series(right != GRANTED), None),
            "registered_on": registered,
        }
    )
    return Register(frame, (("right",), ("area",)))


def real_estate_unit(world: World) -> Register:
    """不动产登记信息: units on parcels, owned by grown persons."""
    dice = world.dice("real_estate_unit")
    parcels = free(land_parcel(world).frame)
    owners = of_age(world.persons, 22, 90)
    size = max(110, world.people // 6)
    place = np.sort(dice.whole(0, parcels.height - 1, size))
    here = parcels[place]
    owners = owners[dice.whole(0, owners.height - 1, size)]
    first = np.maximum(
        birthday(owners, 18), here["registered_on"].to_numpy().astype("datetime64[D]")
    )
    registered = np.maximum(
        to_workday(days_between(dice, first, np.full(size, world.today))), first
    )
    number = pl.Series(serials(place) + 10_001).cast(pl.String).str.zfill(8)
    years = pl.Series(registered).dt.year().cast(pl.String)
    frame = pl.DataFrame(
        {
            "unit_code": here["parcel_code"] + "F" + number,
            "parcel": here["parcel_code"],
            "right_no": "闽（" + years + "）泉州市不动产权第" + numbered(size, 7) + "号",
            "owner_id": owners["resident_id"],
            "building_use": dice.weighted(BUILDINGS, size),
            "floor_area": np.round(dice.skewed(38, 400, size), 2),
            "registered_on": registered,
            "mortgaged": emptied(dice, 0.02, dice.chance(0.3, size)),
        }
    )
    return Register(frame, (("mortgaged",), ("owner_id",)))


def rental_contract(world: World) -> Register:
    """房屋租赁合同备案: let units, put on file on a working day after the start."""
    dice = world.dice("rental_contract")
    units = free(real_estate_unit(world).frame).filter(
        pl.col("registered_on") < pl.lit(world.midnight - timedelta(days=60))
    )
    tenants = of_age(world.persons, 18, 80)
    size = max(80, world.people // 30)
    let = units[dice.whole(0, units.height - 1, size)]
    first = let["registered_on"].to_numpy().astype("datetime64[D]")
    first = np.maximum(first, np.datetime64("2021-01-01"))
    start = days_between(dice, first, np.full(size, world.today - 40))
    filed = np.minimum(
        to_workday(start + dice.whole(9, 35, size).astype("timedelta64[D]")), world.today
    )
    frame = pl.DataFrame(
        {
            "contract_no": "ZL"
            + let["unit_code"].str.head(6)
            + numbered(size, 10, first=2_021_000_001),
            "unit": let["unit_code"],
            "tenant_id": tenants["resident_id"].gather(dice.whole(0, tenants.height - 1, size)),
            "rent": np.round(dice.skewed(450, 9_000, size), 2),
            "start_on": start,
            "end_on": add_years(start, dice.whole(1, 3, size)) - 1,
            "filed_on": filed,
        }
    )
    return Register(frame, (("rent",), ("tenant_id",)))
