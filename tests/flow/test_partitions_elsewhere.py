"""A partitioned resource on the second engine, and on an object store: the same partitions."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from catalog_specs.loader import load
from flow.city import City
from flow.run import run
from flow.upkeep.evolution import evolve
from flow.upkeep.rebuilding import rebuild_partition
from storage.delta.tables import Snapshot, snapshot
from storage.engines.workbench import open_workbench
from storage.layout import Layout
from storage.places.claim import bind
from storage.places.object_path import ObjectPath, place_of
from tests.city.homes import city_of
from tests.city.one_feed import REF, deliver, facts
from tests.city.taps import BY_MONTH, FIRST, HEADER, Taps
from tests.harness.engines import only_on_duckdb
from tests.harness.fixtures import store
from tests.harness.placing import only_on_disk
from tests.harness.sail import sail
from tests.tiers import then_thorough

__all__ = ["store"]

pytestmark = [
    only_on_disk("takes both places by itself"),
    only_on_duckdb("takes each engine by itself"),
]
DELIVERIES = (FIRST, ("b,2026-01-06,南", "c,2026-04-01,北", "d,,北"), ("a,2026-02-06,东",))


def taken(city: City) -> None:
    """Take every delivery, one run each."""
    for number, records in enumerate(DELIVERIES):
        deliver(city, {f"{number}.csv": (HEADER + "\n".join(records)).encode()})
        result = run(city)
        assert [one.code for one in result.failures if one.subject == REF] == []


@pytest.mark.parametrize("kind", then_thorough(["upsert"], ["snapshot"]))
def test_the_second_engine_leaves_the_same_partitions(kind: str, tmp_path: Path) -> None:
    """Rows, partitions and what was quarantined are those of the machine's own engine."""
    pytest.importorskip("pysail")
    found = []
    for engine in ("duckdb", "spark"):
        taps = Taps(tmp_path / engine, kind, BY_MONTH)
        path = taps.catalogue / "resources" / f"{REF}.yaml"
        path.write_text(path.read_text(encoding="utf-8") + f"engine: {engine}\n", "utf-8")
        city = replace(city_of(load(taps.catalogue), taps.folder / "home"), spark=sail())
        taken(city)
        held = facts(city)
        rows = {tuple(row.values()) for row in held.accepted}
        found.append((rows, dict(taps.found.partitions()), len(held.quarantined)))
    assert found[0] == found[1]
    assert len(found[0][1]) == 4


def table(city: City) -> Snapshot:
    """Return the table."""
    found = snapshot(city.layout.authoritative(REF))
    assert found is not None
    return found


def rows(city: City) -> list[tuple[str, ...]]:
    """Return what the table holds."""
    with open_workbench(city.layout.work) as con:
        query = f"SELECT card, tapped_on::VARCHAR, stop FROM {table(city).scan_sql()} ORDER BY ALL"
        return con.sql(query).fetchall()


@pytest.mark.thorough  # that tables on a store end alike is shown of a town; of a disk, all this
def test_an_object_store_holds_the_same_partitions(tmp_path: Path, store: ObjectPath) -> None:
    """Corrections, a lost partition, a table that is parted otherwise later: all end as on disk."""
    found = []
    for place in (None, store):
        taps = Taps(tmp_path / str(place is None), "upsert", BY_MONTH)
        home = taps.folder / "home"
        city = replace(city_of(load(taps.catalogue), home), layout=Layout(home, place))
        bind(city.layout.store_note, place, begun=False)
        taken(city)
        for file in table(city).within(["2026-01"]).files:
            place_of(file).unlink()
        assert rebuild_partition(city, REF, "2026-01").left is None
        first = rows(city), dict(table(city).partitions())
        taps.catalogue = taps.declare({"by": "day", "of": "tapped_on"})
        city = replace(city, catalog=load(taps.catalogue))
        evolve(city)
        found.append((first, rows(city), dict(table(city).partitions())))
        assert all("/_partition=" in file for file in table(city).files)
    assert found[0] == found[1]
