"""Registers of ecology and transport: stations, hourly air, stops, road licences."""

from __future__ import annotations

import numpy as np
import polars as pl

from demo_city.builders.approval import ROAD_LICENCE, certificate
from demo_city.builders.drawing import emptied, numbered, sample, workdays_since
from demo_city.society.dice import Dice
from demo_city.society.identifiers import serials
from demo_city.society.places import positions
from demo_city.society.world import Register, World, free

__all__ = ["air_quality", "bus_stop", "monitoring_station", "road_licence"]

STATIONS = 42
MEASURED = 16
HOURS = {1: 14 * 24, 2: 24, 3: 24}
"""Hours of air quality that each round brings."""


def monitoring_station(world: World) -> Register:
    """环境空气监测站点."""
    dice = world.dice("monitoring_station")
    homes = world.places.draw(dice, STATIONS)
    longitude, latitude = positions(world.places, dice, homes["county"])
    number = pl.Series(serials(homes["county"].cast(pl.Int64).to_numpy()) + 1)
    frame = pl.DataFrame(
        {
            "station_code": homes["county"] + "A" + number.cast(pl.String).str.zfill(2),
            "name": homes["town_name"] + homes["area"] + "站",
            "kind": dice.weighted({"1": 20, "2": 30, "3": 45, "9": 5}, STATIONS),
            "region": homes["town"],
            "longitude": longitude,
            "latitude": latitude,
            "since": emptied(
                dice, 0.05, workdays_since(dice, "2010-01-04", world.today - 800, STATIONS)
            ),
        }
    )
    return Register(frame)


def air_quality(world: World) -> Register:
    """环境空气质量小时数据: every hour of some stations, with a daily rhythm and gaps."""
    dice = world.dice("air_quality")
    stations = free(monitoring_station(world).frame)["station_code"].head(MEASURED)
    start = (world.today - 13).astype("datetime64[h]")
    spans = np.cumsum([0, *HOURS.values()])
    parts = [
        hours(dice, stations, start + np.arange(spans[one], spans[one + 1])).with_columns(
            _arrival=pl.lit(one + 1)
        )
        for one in range(len(HOURS))
    ]
    return Register(pl.concat(parts))


def hours(
    dice: Dice, stations: pl.Series, times: np.ndarray[tuple[int], np.dtype[np.datetime64]]
) -> pl.DataFrame:
    """Return readings of all stations at these hours."""
    size = stations.len() * len(times)
    when = np.repeat(times, stations.len())
    rhythm = 1 + 0.3 * np.sin((when.astype(np.int64) % 24 - 3) / 24 * 2 * np.pi)
    pm25 = np.round(dice.skewed(6, 60, size) * rhythm).astype(np.int64)
    pm10 = pm25 + dice.whole(2, 45, size)
    gases = {"so2": (3, 14), "no2": (6, 48), "o3": (20, 150)}
    drawn = {
        name: np.round(dice.skewed(low, high, size)).astype(np.int64)
        for name, (low, high) in gases.items()
    }
    values = {
        "aqi": np.clip(pm25 * 13 // 10 + 8, 12, 400),
        "pm25": pm25,
        "pm10": pm10,
        **drawn,
        "co": np.round(dice.generator.uniform(0.2, 1.2, size), 1),
    }
    return pl.DataFrame(
        {
            "station_code": pl.concat([stations] * len(times)),
            "observed_at": when.astype("datetime64[us]"),
            **{name: emptied(dice, 0.02, column) for name, column in values.items()},
        }
    )


def bus_stop(world: World) -> Register:
    """公交站点信息."""
    dice = world.dice("bus_stop")
    size = max(90, world.people // 60)
    homes = world.places.draw(dice, size)
    longitude, latitude = positions(world.places, dice, homes["county"])
    frame = pl.DataFrame(
        {
            "stop_code": "QZ" + numbered(size, 5),
            "name": homes["area"] + pl.Series(dice.pick(("路口", "站", "西", "东", "小学"), size)),
            "region": homes["town"],
            "longitude": longitude,
            "latitude": latitude,
            "routes": emptied(dice, 0.03, dice.whole(1, 18, size)),
            "shelter": emptied(dice, 0.05, dice.chance(0.6, size)),
        }
    )
    return Register(frame, (("routes",), ("shelter",)))


def road_licence(world: World) -> Register:
    """道路运输经营许可: what the certificate itself does not say."""
    dice = world.dice("road_licence")
    licences = free(certificate(world).frame).filter(pl.col("certificate_type") == ROAD_LICENCE)
    licences = sample(dice, licences, round(licences.height * 0.9))
    size = licences.height
    frame = licences.select(
        "certificate_no",
        scope=pl.Series(dice.weighted({"1": 6, "2": 68, "3": 4, "4": 8, "5": 14}, size)),
        vehicles=pl.Series(np.round(dice.skewed(1, 160, size)).astype(np.int64)),
        safety_grade=emptied(dice, 0.2, dice.weighted({"1": 10, "2": 35, "3": 55}, size)),
    )
    return Register(frame, (("vehicles",), ("safety_grade",)))
