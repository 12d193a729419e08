"""Comparing values between departments: when it is due, and what is kept of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from catalog_specs.errors import SettingsError
from flow.city import City
from flow.supervision.comparing import compared
from tests.city import NOW
from tests.city.declared import change, compiled
from tests.city.homes import city_of
from tests.city.resources import item, resource
from tests.city.tables import fill

FIRST, SECOND = "civil_affairs/first", "data_office/second"


def _city(home: Path) -> City:
    """Return a city in which two departments own a text column of the same values."""
    few = {"supervision": {"least_values": {"value": 2, "unit": "个", "clause": "三(三)"}}}
    catalog = compiled(**{"profiles/test_rules.yaml": change(**few)})
    made = (
        resource(FIRST, "snapshot", ["visit_no"], [item("visit_no")]),
        resource(SECOND, "snapshot", ["permit_no"], [item("permit_no")]),
    )
    city = city_of(replace(catalog, resources={one.ref: one for one in made}), home)
    for ref, code in ((FIRST, "visit_no"), (SECOND, "permit_no")):
        rows = [{code: f"CANARY{n}"} for n in range(3)]
        fill(city.layout, city.catalog, ref, rows)
    return city


def _later(city: City, days: int) -> City:
    return replace(city, clock=lambda: NOW + timedelta(days=days))


def test_values_are_compared_every_seven_days(tmp_path: Path) -> None:
    """In between the last counts stand; without the file of counts it is done again."""
    city = _city(tmp_path)
    assert {(one.sampled, one.shared) for one in compared(city)} == {(3, 3)}
    fill(city.layout, city.catalog, FIRST, [{"visit_no": "别的"}])
    assert {one.sampled for one in compared(_later(city, 6))} == {3}
    assert {one.sampled for one in compared(_later(city, 7))} == {3, 4}
    city.layout.compared.unlink()
    assert {one.sampled for one in compared(city)} == {3, 4}


def test_counts_are_kept_and_no_value(tmp_path: Path) -> None:
    """Neither a value nor a hash of one is in any file that a comparison leaves."""
    city = _city(tmp_path)
    before = {path.name for path in city.layout.work.glob("*")}
    compared(city)
    kept = city.layout.compared.read_text(encoding="utf-8")
    assert '"shared": 3' in kept
    assert "CANARY" not in kept
    left = {path.name for path in city.layout.work.iterdir()} - before
    assert left == {city.layout.compared.name}


def test_without_a_key_nothing_is_compared(tmp_path: Path) -> None:
    """A hash without a key could be undone; the doctor speaks of the key."""
    city = _city(tmp_path)
    problem = SettingsError("no key", where="here", remedy="make one")
    assert compared(replace(city, keys=replace(city.keys, problem=problem))) == ()
    assert not city.layout.compared.exists()


def test_a_home_with_little_in_it_compares_nothing(tmp_path: Path) -> None:
    """One department alone has nobody to collect twice with, and no file is left."""
    city = _city(tmp_path)
    alone = {FIRST: city.catalog.resources[FIRST]}
    assert compared(replace(city, catalog=replace(city.catalog, resources=alone))) == ()
    assert not city.layout.compared.exists()


@pytest.mark.parametrize("text", ["", "{"])
def test_a_damaged_file_of_counts_is_no_obstacle(tmp_path: Path, text: str) -> None:
    """It may be removed, so that it may be broken too."""
    city = _city(tmp_path)
    city.layout.compared.parent.mkdir(exist_ok=True)
    city.layout.compared.write_text(text)
    assert len(compared(city)) == 2
