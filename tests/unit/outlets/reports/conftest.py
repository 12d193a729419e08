"""The small city after deliveries that take every way, made once for all tests of this folder."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from catalog_specs.loader import load
from flow.city import City
from flow.run import run
from outlets.reports.facts.city import Facts, read_facts
from tests.city import NOW, PERSON
from tests.city.declared import write_catalog
from tests.city.deliveries import deliver
from tests.city.homes import city_of
from tests.city.records import people

__all__ = ["put"]


@pytest.fixture(scope="session")
def reported(tmp_path_factory: pytest.TempPathFactory) -> City:
    """Return the city: one delivery refused, one held, some rows quarantined and mismatched."""
    folder = tmp_path_factory.mktemp("reported")
    city = city_of(load(write_catalog(folder)), folder / "home")
    deliver(city.layout.home)
    run(city, derive=False)
    put(city, PERSON, "few.csv", people(range(20)))
    assert run(city).failures == ()
    shutil.rmtree(city.layout.reports)  # each test that needs it makes its own
    return city


@pytest.fixture(scope="session")
def facts(reported: City) -> Facts:
    """Return what the pages are made of."""
    return read_facts(reported.layout, reported.catalog, NOW)


def put(city: City, ref: str, name: str, text: str) -> Path:
    """Put one more file into an inbox, younger than all others."""
    path = city.layout.inbox(ref) / name
    path.write_text(text, encoding="utf-8")
    os.utime(path, (NOW.timestamp() - 30,) * 2)
    return path
