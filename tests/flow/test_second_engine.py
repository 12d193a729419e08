"""A resource behind Spark Connect in a whole run: the same tables, and what happens without it."""

from __future__ import annotations

import socket
from dataclasses import replace
from pathlib import Path

import pytest

from catalog_specs.loader import load
from catalog_specs.rules.error_codes import ErrorCode
from flow.city import City
from flow.run import run
from storage.engines.spark.address import Address
from tests.city import PERSON, REGION, VISIT
from tests.city.declared import change, write_catalog
from tests.city.deliveries import deliver
from tests.city.homes import city_of
from tests.city.lake import contents
from tests.city.one_feed import REF, facts
from tests.city.one_feed import deliver as deliver_files
from tests.city.taps import HEADER, Taps
from tests.harness.engines import only_on_duckdb
from tests.harness.sail import sail

pytest.importorskip("pysail")
pytestmark = only_on_duckdb("takes each engine by itself")
WAITING = (
    ("a,2026-01-05,东", "b,2026-01-06,西", "a,2026-01-05,南"),
    ("b,2026-01-06,北", "c,2026-02-01,东", "d,,西"),
    ("a,2026-01-05,东", "b,2026-01-06,西", "c,2026-02-01,东"),
)
FILE = "resources/civil_affairs/person.yaml"


def town(folder: Path, engine: str, address: Address | None = None) -> City:
    """Return a town with every delivery waiting, in which persons choose an engine."""
    catalogue = write_catalog(folder, **{FILE: change(engine=engine)})
    deliver(folder / "home")
    return replace(city_of(load(catalogue), folder / "home"), spark=address)


@pytest.fixture
def nobody() -> Address:
    """Return an address at which nobody answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return Address(f"sc://127.0.0.1:{free.getsockname()[1]}")


def test_a_run_without_the_engine_goes_on_elsewhere_and_the_next_one_is_whole(
    tmp_path: Path, nobody: Address
) -> None:
    """Its deliveries wait, who refers to it waits too, others are done; then all is as ever."""
    here = town(tmp_path / "here", "duckdb")
    there = town(tmp_path / "there", "spark", nobody)
    assert run(here).failures == ()

    broken = run(there)
    codes = {one.subject: one.code for one in broken.failures if one.stop == "resource"}
    assert codes == {PERSON: ErrorCode.SECOND_ENGINE, VISIT: ErrorCode.PUT_OFF}
    assert REGION in {f"{one.department}/{one.resource}" for one in broken.outcomes}

    mended = run(replace(there, spark=sail()))
    assert mended.failures == ()
    one, other = (contents(city.layout.home, "authoritative") for city in (here, there))
    assert one.keys() == other.keys()
    assert all(table.equals(other[name]) for name, table in one.items())


def test_small_deliveries_that_wait_together_end_as_they_do_here(tmp_path: Path) -> None:
    """Judged and promoted as one bundle: each with its outcome, and rows that name it."""
    became = []
    for engine in ("duckdb", "spark"):
        taps = Taps(tmp_path / engine, "upsert", None)
        path = taps.catalogue / "resources" / f"{REF}.yaml"
        path.write_text(path.read_text(encoding="utf-8") + f"engine: {engine}\n", "utf-8")
        city = replace(city_of(load(taps.catalogue), taps.folder / "home"), spark=sail())
        for round_, waiting in enumerate((WAITING, WAITING[::-1])):
            texts = {
                f"{round_}-{number}.csv": (HEADER + "\n".join(records)).encode()
                for number, records in enumerate(waiting)
            }
            deliver_files(city, texts)
            result = run(city)
            assert [one.code for one in result.failures if one.subject == REF] == []
            became.append([replace(one, seconds=0) for one in result.outcomes])
        became.append([sorted(tuple(row.values()) for row in facts(city).accepted)])
    assert became[:3] == became[3:]
    assert len(became[0]) == len(WAITING)
