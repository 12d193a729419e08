"""The clock in Dagster: every hour somebody looks, and a run is asked for when there is news."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from dagster import DagsterInstance, RunRequest, SkipReason, build_schedule_context

from flow.city import City
from flow.failures import Faults
from flow.timeliness import has_news, look_at_clock
from pipelines.definitions import build_definitions
from tests.city.declared import change
from tests.city.lake import files
from tests.city.regions import FILE, drop, go, made

ZONE = ZoneInfo("Asia/Shanghai")


def at(city: City, said: str) -> City:
    """Return the city at a moment of its own clock."""
    moment = datetime.fromisoformat(said).replace(tzinfo=ZONE)
    return replace(city, clock=lambda: moment)


def looked(city: City) -> None:
    """Look at the clock; nothing fails."""
    faults = Faults(city.layout)
    look_at_clock(city, faults)
    assert faults.found == []


@pytest.fixture
def silent(tmp_path: Path) -> City:
    """Return a city to which something came on a Friday, and nothing since."""
    city = made(tmp_path, **{FILE: change(update_cycle="daily", due={"time": "17:30"})})
    drop(city, [1], "regions.csv")
    go(at(city, "2026-03-06 12:00"))
    return city


def ticked(city: City, said: str) -> object:
    """Return what the schedule asks for at a moment."""
    now = at(city, said)
    (timed,) = [one for one in build_definitions(now).schedules or () if one.name == "hourly_clock"]
    with DagsterInstance.ephemeral() as instance:
        context = build_schedule_context(
            instance, scheduled_execution_time=now.clock(), resources={"city": now}
        )
        return timed(context)


def test_a_run_is_asked_for_when_a_due_moment_has_passed(silent: City) -> None:
    """At 17 o'clock Friday's is not due yet; at 18 it is, and once recorded it is no news."""
    assert isinstance(ticked(silent, "2026-03-06 17:00"), SkipReason)
    before = files(silent.layout.home)
    assert isinstance(ticked(silent, "2026-03-06 18:00"), RunRequest)
    assert files(silent.layout.home) == before
    looked(at(silent, "2026-03-06 18:00"))
    assert not has_news(at(silent, "2026-03-06 18:00"))
    assert isinstance(ticked(silent, "2026-03-06 19:00"), SkipReason)


def test_the_first_tick_of_a_day_always_asks_for_one(silent: City) -> None:
    """Terms of cases count in days, whether anything was due or not."""
    looked(at(silent, "2026-03-07 00:00"))
    assert isinstance(ticked(silent, "2026-03-07 00:00"), RunRequest)
    assert isinstance(ticked(silent, "2026-03-07 01:00"), SkipReason)
