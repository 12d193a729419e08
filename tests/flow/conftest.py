"""The demo city, whole or narrowed, and taken the whole way once for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from catalog_specs.loader import bundled, load
from cli.commands.demo import DAY, SEED
from demo_city.answer_key import AnswerKey
from demo_city.rounds import rounds
from flow.city import City
from flow.run import RunResult, run
from governance.keys import KeyRing
from storage.places.claim import lies_at
from tests.city import MASTER_KEY
from tests.city.grants import decide_as_typed
from tests.harness.engines import engines
from tests.harness.placing import layout_of

__all__ = ["PEOPLE", "CityHome", "emptied_but", "made_city", "narrowed"]

PEOPLE = 300


@dataclass(frozen=True)
class CityHome:
    """A home after three rounds by plain runs: its city, what each run did, the answers."""

    home: Path
    city: City
    results: tuple[RunResult, ...]
    answers: AnswerKey


def made_city(home: Path) -> City:
    """Return the bundled city over an empty home, at the demo's moment, with a key of its own."""
    keys = KeyRing.load(MASTER_KEY, where="tests")
    catalog = load(bundled("quanzhou"))
    city = City(catalog, layout_of(home), keys, lambda: DAY, spark=engines.address)
    decide_as_typed(city.layout, city.catalog)
    return city


def narrowed(
    city: City, resources: Sequence[str], grants: Sequence[str], open_sets: Sequence[str]
) -> City:
    """Return the city with no other resources, grants and open-data sets than these."""
    catalog = replace(
        city.catalog,
        resources={ref: city.catalog.resources[ref] for ref in resources},
        grants={code: city.catalog.grants[code] for code in grants},
        open_sets={code: city.catalog.open_sets[code] for code in open_sets},
    )
    return replace(city, catalog=catalog)


def emptied_but(inbox: Path, resources: Sequence[str]) -> None:
    """Take everything out of an inbox that waits there for any other resource."""
    for path in inbox.glob("*/*/*"):
        if str(path.parent.relative_to(inbox)) not in resources:
            path.unlink()


@pytest.fixture(autouse=True)
def _lies_there(tmp_path: Path) -> Iterator[None]:
    """Hold every home of a test to the one place where its tables are to lie."""
    yield
    there = [one.parent for one in tmp_path.glob("**/object_store.json") if lies_at(one)]
    assert [home for home in there if (home / "lake" / "ledgers").exists()] == []


@pytest.fixture(scope="session")
def city_home(tmp_path_factory: pytest.TempPathFactory) -> CityHome:
    """Make the demo city and run it after each of its three rounds; tests must not change it."""
    home = tmp_path_factory.mktemp("city") / "home"
    city = made_city(home)
    results = []
    answers = None
    for made in rounds(city.catalog, home, PEOPLE, SEED, DAY.date()):
        results.append(run(city))
        answers = made.answers
    assert answers is not None
    return CityHome(home, city, tuple(results), answers)
