"""Repeats: a department that delivers what we have already has not been silent."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from landing.repeats import REPEATS
from tests.city import NOW
from tests.city.regions import REF, drop, go, made


def test_the_first_repeat_of_a_day_is_recorded(tmp_path: Path) -> None:
    """It names the delivery that it repeats, and the moment on the city's clock."""
    city = made(tmp_path)
    drop(city, [1], "a.csv")
    first = go(city).outcomes[0].delivery
    assert REPEATS.read(city.layout) == ()
    for hours in (1, 2, 7):
        drop(city, [1], f"again{hours}.csv")
        moment = NOW + timedelta(hours=hours)
        go(replace(city, clock=lambda moment=moment: moment))
    found = REPEATS.read(city.layout, REF)
    assert [(one.delivery, one.day, one.repeated_at) for one in found] == [
        (first, "2026-03-02", "2026-03-02T18:30:00+08:00"),
        (first, "2026-03-03", "2026-03-03T00:30:00+08:00"),
    ]
