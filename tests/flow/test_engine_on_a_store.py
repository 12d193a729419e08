"""A second engine beside an object store: it reads the tables there, or is brought their files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from catalog_specs.catalog import Catalog
from catalog_specs.loader import load
from catalog_specs.rules.error_codes import ErrorCode
from flow.city import City
from flow.run import run
from storage.engines.spark.address import Address
from storage.engines.spark.session import Job, Session
from storage.layout import Layout
from storage.places.claim import bind
from storage.places.object_path import ObjectPath
from tests.city import VISIT
from tests.city.declared import write_catalog
from tests.city.deliveries import deliver, deliver_further
from tests.city.homes import city_of
from tests.city.lake import contents
from tests.harness.engines import only_on_duckdb
from tests.harness.fixtures import store
from tests.harness.object_store import fetched, server
from tests.harness.placing import only_on_disk
from tests.harness.sail import serving
from tests.tiers import then_thorough

__all__ = ["store"]

pytestmark = [
    only_on_disk("takes both places by itself"),
    only_on_duckdb("takes each engine by itself"),
]
PARTS = ("authoritative", "quarantine", "shares")


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    """Return the town's catalogue."""
    return load(write_catalog(tmp_path / "catalogue"))


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Job]:
    """Return what the engine is asked from now on."""
    found: list[Job] = []
    write = Session.write

    def noted(self: Session, job: Job) -> tuple[Path, ...]:
        found.append(job)
        return write(self, job)

    monkeypatch.setattr(Session, "write", noted)
    return found


@pytest.fixture
def reader(store: ObjectPath) -> Iterator[Address]:
    """Return an engine that was started with the keys of the store."""
    assert store
    with serving() as (address, _):
        yield replace(address, rows=1, reads_store=True)


@pytest.fixture
def keyless(store: ObjectPath, monkeypatch: pytest.MonkeyPatch) -> Iterator[Address]:
    """Return an engine that was started without them."""
    assert store
    with ExitStack() as stack:
        with monkeypatch.context() as environment:
            for name in server().environment:
                environment.delenv(name)
            address, _ = stack.enter_context(serving())
        yield replace(address, rows=1)


def city_at(catalog: Catalog, home: Path, place: ObjectPath | None, at: Address | None) -> City:
    """Return the town, on a disk or a store, with a second engine or without."""
    layout = Layout(home, place)
    bind(layout.store_note, place, begun=False)
    return replace(city_of(catalog, home), layout=layout, spark=at)


def lived(city: City) -> City:
    """Take two rounds of deliveries the whole way."""
    for deliveries in (deliver, deliver_further):
        deliveries(city.layout.home)
        assert [str(one) for one in run(city).failures] == []
    return city


def objects(jobs: list[Job]) -> list[ObjectPath]:
    """Return the objects that the engine was to read itself."""
    files = (file for job in jobs for some in job.files.values() for file in some)
    return [file for file in files if isinstance(file, ObjectPath)]


def same(one: Path, other: Path) -> None:
    """Compare every table of two homes, row by row."""
    for part in PARTS:
        here, there = contents(one, part), contents(other, part)
        assert here.keys() == there.keys() != set()
        assert [name for name, table in here.items() if not table.equals(there[name])] == []


@pytest.mark.parametrize("engine", then_thorough(["reader"], ["keyless"]))
def test_the_town_ends_as_on_a_disk_without_an_engine(
    store: ObjectPath,
    catalog: Catalog,
    asked: list[Job],
    tmp_path: Path,
    engine: str,
    request: pytest.FixtureRequest,
) -> None:
    """Tables, quarantine, shares: no row differs, and nothing that was fetched stays."""
    lived(city_at(catalog, tmp_path / "disk", None, None))
    assert not asked
    home = tmp_path / "home"
    city = lived(city_at(catalog, home, store, request.getfixturevalue(engine)))
    same(tmp_path / "disk", fetched(home, store, tmp_path / "copy"))
    assert bool(objects(asked)) is (engine == "reader")
    assert len(asked) > len(catalog.resources), "each is typed there, and more than that"
    assert not [*city.layout.work.rglob("*.parquet")]


@pytest.mark.thorough  # that a delivery waits for an engine that fails is shown without a store
def test_an_engine_that_cannot_read_the_store_keeps_deliveries_waiting(
    store: ObjectPath, catalog: Catalog, keyless: Address, tmp_path: Path
) -> None:
    """It is told what to look after; when it may, all of it ends as it would have."""
    home = tmp_path / "home"
    deliver(home)
    assert run(city_at(catalog, home, store, None)).failures == ()
    deliver_further(home)
    failures = run(city_at(catalog, home, store, replace(keyless, reads_store=True))).failures
    [visits] = failures
    assert (visits.subject, visits.code) == (VISIT, ErrorCode.SECOND_ENGINE)
    assert "QUANSHU_SPARK_READS_STORE" in str(visits)
    assert run(city_at(catalog, home, store, keyless)).failures == ()
    lived(city_at(catalog, tmp_path / "disk", None, None))
    same(tmp_path / "disk", fetched(home, store, tmp_path / "copy"))
