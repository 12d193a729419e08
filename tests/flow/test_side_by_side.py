"""Resources that are taken in side by side end as they do one after another."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from flow.run import run
from register.records import Outcome
from tests.city.declared import compiled
from tests.city.deliveries import deliver
from tests.city.homes import city_of
from tests.city.lake import contents, releases


def outcomes(home: Path, workers: int) -> list[Outcome]:
    """Take every delivery of the small city; return what became of them."""
    deliver(home)
    result = run(replace(city_of(compiled(), home), workers=workers))
    assert result.failures == ()
    return [replace(one, seconds=0.0) for one in result.outcomes]


def test_nothing_differs(tmp_path: Path) -> None:
    """Tables, quarantine, shares, releases and what is told are the same, in the same order."""
    one, two = tmp_path / "one", tmp_path / "two"

    assert outcomes(one, 1) == outcomes(two, 4)

    for below in ("authoritative", "quarantine", "shares"):
        tables, others = (contents(home, below) for home in (one, two))
        assert tables
        assert tables.keys() == others.keys()
        assert all(table.equals(others[name]) for name, table in tables.items())
    assert releases(one) == releases(two) != []
