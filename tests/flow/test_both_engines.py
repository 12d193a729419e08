"""The whole bundled city on DuckDB, on Sail and on a Spark cluster: nothing differs.

The cluster is a master, two workers and a Connect server, each a process of its own.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from catalog_specs.catalog import Catalog
from catalog_specs.loader import bundled, load
from catalog_specs.vocabulary import Engine
from demo_city.rounds import rounds
from flow.city import City
from flow.run import run
from register.verdicts import verdicts
from storage.engines.spark.address import Address
from storage.layout import Layout
from tests.city import NOW, PERSON, REGION
from tests.city.declared import change, write_catalog
from tests.city.homes import city_of
from tests.city.lake import contents
from tests.city.records import REGIONS, csv_text, people
from tests.harness.cluster import Cluster, cluster
from tests.harness.engines import only_on_duckdb
from tests.harness.sail import sail

pytestmark = only_on_duckdb("takes each engine by itself")
PEOPLE, SEED = 300, 7
MANY = 60_000
"""Records that a cluster of two workers types for some seconds."""


def what_became(home: Path) -> dict[str, Any]:
    """Return every table, and every verdict with Great Expectations' own results."""
    facts: dict[str, Any] = {
        f"{below}/{name}": table
        for below in ("authoritative", "quarantine", "shares")
        for name, table in contents(home, below).items()
    }
    for one in verdicts(Layout(home), engine_results=True):
        facts[f"{one.resource}/{one.delivery}"] = replace(one, catalog_digest="")
    return facts


def taken(catalog: Catalog, home: Path, spark: Address | None) -> dict[str, Any]:
    """Take the first round of the demo city the whole way; return what became of it."""
    next(rounds(catalog, home, PEOPLE, SEED, NOW.date()))
    result = run(replace(city_of(catalog, home), spark=spark))
    assert result.failures == ()
    return what_became(home)


def moved(here: Catalog) -> Catalog:
    """Return a catalogue all of whose resources go to the second engine."""
    there = {
        ref: one.model_copy(update={"engine": Engine.SPARK}) for ref, one in here.resources.items()
    }
    return replace(here, resources=there)


def same(one: dict[str, Any], other: dict[str, Any]) -> None:
    """Compare two homes, name by name."""
    assert one.keys() == other.keys()
    for name, found in one.items():
        alike = found.equals(other[name]) if hasattr(found, "equals") else found == other[name]
        assert alike, name


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return what becomes of the city without a second engine."""
    found = taken(load(bundled("quanzhou")), tmp_path_factory.mktemp("here"), None)
    assert len(found) > 80, "every table, the shares, and a verdict for every delivery"
    return found


@pytest.fixture(scope="module")
def spark() -> Iterator[Cluster]:
    """Yield a cluster for all tests of this module."""
    with cluster() as found:
        yield found


@pytest.mark.thorough
def test_every_bundled_feed_ends_the_same(here: dict[str, Any], tmp_path: Path) -> None:
    """Tables, quarantine, shares, verdicts: each resource, with Sail."""
    same(here, taken(moved(load(bundled("quanzhou"))), tmp_path, sail()))


@pytest.mark.cluster
@pytest.mark.timeout(900)
def test_every_bundled_feed_ends_the_same_on_a_cluster(
    here: dict[str, Any], spark: Cluster, tmp_path: Path
) -> None:
    """The same of a real Spark."""
    same(here, taken(moved(load(bundled("quanzhou"))), tmp_path, spark.address))


def town(folder: Path, engine: str, spark: Address | None = None) -> City:
    """Return a town in which a delivery of many persons waits."""
    catalogue = write_catalog(
        folder, **{"resources/civil_affairs/person.yaml": change(engine=engine)}
    )
    city = replace(city_of(load(catalogue), folder / "home"), spark=spark)
    waiting = {REGION: csv_text(REGIONS, (350500, "区")), PERSON: people(range(MANY), p7=("人",))}
    for ref, text in waiting.items():
        inbox = city.layout.inbox(ref)
        inbox.mkdir(parents=True)
        (inbox / "a.csv").write_text(text, encoding="utf-8")
    return city


@pytest.mark.cluster
@pytest.mark.timeout(600)
def test_a_worker_that_is_killed_in_mid_job_changes_nothing(spark: Cluster, tmp_path: Path) -> None:
    """Its tasks are done again by the other one, and the delivery ends as it would have."""
    one, other = town(tmp_path / "one", "duckdb"), town(tmp_path / "other", "spark", spark.address)
    killed: list[int] = []
    watch = Thread(target=kill_at_work, args=(spark, other.layout.work, killed), daemon=True)
    watch.start()
    assert run(other).failures == ()
    watch.join(10)
    assert len(killed) == 2, "a worker and what ran its tasks"
    assert run(one).failures == ()
    same(what_became(one.layout.home), what_became(other.layout.home))


def kill_at_work(spark: Cluster, work: Path, killed: list[int]) -> None:
    """Kill a worker, and what runs its tasks, as soon as a job writes."""
    while not [*work.glob("typed-*/there-*/rows/_temporary/*/_temporary/*")]:
        time.sleep(0.02)
    worker = spark.workers[0]
    for pid in (*spark.executors()[:1], worker.pid):
        os.kill(pid, signal.SIGKILL)
        killed.append(pid)
