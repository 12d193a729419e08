"""`doctor`: what is wrong with a home is told with its remedy, by checks found where they lie."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from catalog_specs.errors import SettingsError
from catalog_specs.loader import load
from catalog_specs.rules.homes.home_findings import HomeFinding
from flow.city import City
from flow.upkeep.doctor.checks import space
from flow.upkeep.doctor.registry import every_check, examine
from governance.keys import KeyRing
from storage.layout import Layout
from tests.city import MASTER_KEY, NOW
from tests.city.declared import write_catalog
from tests.unit.flow.upkeep.doctor.conftest import full


def codes(city: City) -> list[str]:
    """Return the codes of what is found."""
    return [one.code for one in examine(city)]


def test_every_code_is_found_by_one_check() -> None:
    """So that a code without a check, or two checks for one code, is noticed."""
    answered = Counter(code for check in every_check().values() for code in check.codes)
    assert answered == Counter(set(HomeFinding) - {HomeFinding.UNCHECKED})


def test_a_home_after_a_run_is_as_it_should_be(city: City) -> None:
    """Nothing is found in it, and nothing of it is changed by looking."""
    before = {path: path.lstat().st_mtime_ns for path in city.layout.home.rglob("*")}
    assert examine(city) == ()
    after = {path: path.lstat().st_mtime_ns for path in city.layout.home.rglob("*")}
    there = city.layout.work  # locks and scratch come and go
    assert {p for p in before.keys() ^ after.keys() if there not in p.parents} == set()


def test_what_is_not_as_it_should_be_is_told_with_a_remedy(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Leftovers, damaged outlets, unknown tables, a bad key and a full disk are each told."""
    (city.layout.work / f"bench-{'0' * 32}").mkdir(mode=0o700)
    assert codes(city) == ["DOC-301"]
    city.layout.city_views.write_bytes(b"")
    share = next((city.layout.home / "shares").glob("*.duckdb"))
    share.write_bytes(share.read_bytes()[:-1])
    assert codes(city) == ["DOC-301", "DOC-302", "DOC-302", "DOC-704"]
    (city.layout.home / "lake/authoritative/civil_affairs/gone/_delta_log").mkdir(parents=True)
    full(monkeypatch, 1 << 20)
    keyless = City(
        city.catalog, city.layout, KeyRing.from_sources({}, city.layout.home), city.clock
    )
    found = examine(keyless, fix=True)
    assert {"DOC-201", "DOC-301", "DOC-302", "DOC-303", "DOC-401"} <= {one.code for one in found}
    assert all(one.remedy and one.zh and one.as_dict()["remedy_zh"] for one in found)


def test_a_home_that_is_not_there_is_told(tmp_path: Path) -> None:
    """A wrong --home is no healthy home."""
    keys = KeyRing.load(MASTER_KEY, where="tests")
    city = City(load(write_catalog(tmp_path)), Layout(tmp_path / "nothing"), keys, lambda: NOW)
    assert codes(city) == ["DOC-402"]


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (SettingsError("it does not answer", where="there", remedy="see to it"), "see to it"),
        (ValueError("a value"), "ValueError"),
    ],
)
def test_a_check_that_cannot_be_made_stops_no_other(
    city: City, monkeypatch: pytest.MonkeyPatch, error: Exception, said: str
) -> None:
    """It is a finding itself, without the words of a library, which may quote a value."""

    def broken(_: object) -> None:
        raise error

    monkeypatch.setattr(space, "CHECK", space.Check(space.CHECK.codes, broken))
    (city.layout.work / f"bench-{'0' * 32}").mkdir(mode=0o700)

    told = examine(city)

    assert [one.code for one in told] == ["DOC-301", "DOC-901"]
    assert said in str(told[1])
    assert "a value" not in str(told[1])
