"""Figures of a home: room, growth, and what is biggest."""

from __future__ import annotations

import os
from datetime import timedelta

from flow.city import City
from flow.upkeep.doctor.figures import Figures, measure
from tests.city import NOW
from tests.unit.flow.upkeep.doctor.conftest import REF


def test_a_home_is_summed_up_by_its_tables(city: City) -> None:
    """Each file once; a table of the lake by its place, everything else by its upper folder."""
    big = {
        city.layout.authoritative(REF) / "_change_data" / "x.parquet": 50_000_000,
        city.layout.ledger("verdicts") / "x.parquet": 40_000_000,
        city.layout.share("a") / "current" / "d" / "r" / "x.parquet": 30_000_000,
        city.layout.lake / "stray": 25_000_000,
        city.layout.home / "audit" / "x": 2_000,
    }
    before = measure(city)
    for path, size in big.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x" * size)
    found = measure(city)

    assert found.home == before.home + sum(big.values())
    assert found.free == 1 << 40
    assert [where for where, _ in found.biggest[:4]] == [
        f"lake/authoritative/{REF}",
        "lake/ledgers/verdicts",
        "lake/shares/a",
        "lake",
    ]
    assert found.as_dict()["biggest"][0]["bytes"] >= 50_000_000


def test_growth_is_what_was_written_lately(city: City) -> None:
    """By the days of the home, thirty at most; what is older counts as there before."""
    now = NOW.timestamp()
    for path in city.layout.home.rglob("*"):
        if path.is_file() and not path.is_symlink():
            os.utime(path, (now, now))
    young = measure(city)
    assert (young.days, young.recent) == (1, young.home)
    old = city.layout.home / "open_data" / "index.html"
    moment = (NOW - timedelta(days=400)).timestamp()
    os.utime(old, (moment, moment))
    aged = measure(city)
    assert (aged.days, aged.recent) == (30, young.home - old.stat().st_size)
    assert Figures(100, 0, 0, 30, 0, ()).lasts is None
    assert Figures(100, 60, 60, 30, 0, ()).lasts == 50
