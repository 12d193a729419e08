"""Registers of ecology and transport: stations, hourly air, stops, road licences."""

from __future__ import annotations

import polars as pl

from demo_city.builders.approval import ROAD_LICENCE, certificate
from demo_city.builders.surroundings import (
    HOURS,
    MEASURED,
    STATIONS,
    air_quality,
    bus_stop,
    monitoring_station,
    road_licence,
)
from demo_city.society.world import World, free


def test_stations_are_numbered_within_their_county(world: World) -> None:
    """County, `A`, and a number of two digits."""
    frame = monitoring_station(world).frame
    assert frame.height == STATIONS
    assert (frame["station_code"].str.head(6) == frame["region"].str.head(6)).all()
    assert frame["station_code"].is_unique().all()
    assert frame["station_code"].str.contains(r"^\d{6}A\d{2}$").all()


def test_each_round_brings_its_hours_without_a_gap(world: World) -> None:
    """Every measuring station reports every hour once, and rounds follow one another."""
    frame = air_quality(world).frame
    measured = free(monitoring_station(world).frame)["station_code"].head(MEASURED)
    assert set(frame["station_code"]) == set(measured)
    assert frame.group_by("_arrival").len().sort("_arrival")["len"].to_list() == [
        hours * MEASURED for hours in HOURS.values()
    ]
    for _, mine in frame.group_by("station_code"):
        observed = mine.sort("observed_at")
        steps = observed["observed_at"].diff().drop_nulls().dt.total_hours()
        assert set(steps) == {1}
        assert observed["_arrival"].is_sorted()


def test_readings_have_gaps_and_hang_together(world: World) -> None:
    """Coarse dust is never less than fine dust, and a few readings are missing."""
    frame = air_quality(world).frame
    assert 0 < frame["pm25"].null_count() < frame.height / 20
    both = frame.drop_nulls(["pm25", "pm10"])
    assert (both["pm10"] > both["pm25"]).all()
    assert frame["aqi"].drop_nulls().is_between(12, 400).all()


def test_stops_are_numbered_and_lie_in_their_town(world: World) -> None:
    """At least ninety, else one for sixty people."""
    frame = bus_stop(world).frame
    assert frame.height == max(90, world.people // 60)
    assert frame["stop_code"].to_list() == [f"QZ{no:05}" for no in range(1, frame.height + 1)]
    assert set(frame["region"]) <= set(world.places.towns["code"])


def test_a_road_licence_is_a_certificate_of_its_kind(world: World) -> None:
    """Nine in ten of those that registers may speak of say more of themselves here."""
    frame = road_licence(world).frame
    certificates = free(certificate(world).frame)
    road = certificates.filter(pl.col("certificate_type") == ROAD_LICENCE)
    assert set(frame["certificate_no"]) <= set(road["certificate_no"])
    assert frame.height == round(road.height * 0.9)
    assert (frame["vehicles"] >= 1).all()
