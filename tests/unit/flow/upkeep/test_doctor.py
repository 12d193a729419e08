"""`doctor`: what is wrong with a home is told with its remedy, and rights are set right."""

from __future__ import annotations

import os
import stat
from collections import namedtuple
from dataclasses import replace
from pathlib import Path

import pytest

from catalog_specs.loader import load
from catalog_specs.masks.hashes import PseudonymHash
from flow.city import City
from flow.run import run
from flow.upkeep import doctor
from flow.upkeep.doctor import examine
from governance.keys import KeyRing
from storage.layout import Layout
from tests.city import MASTER_KEY, NOW
from tests.city.declared import write_catalog

REF = "civil_affairs/region"
Usage = namedtuple("Usage", "total used free")  # noqa: PYI024 - as shutil's own


@pytest.fixture
def city(tmp_path: Path) -> City:
    """Return a city after one run under the loosest umask there is."""
    home = tmp_path / "home"
    keys = KeyRing.load(MASTER_KEY, where="tests")
    made = City(load(write_catalog(tmp_path)), Layout(home), keys, lambda: NOW)
    before = os.umask(0)
    try:
        inbox = made.layout.inbox(REF)
        inbox.mkdir(parents=True)
        (inbox / "1.csv").write_text("区划代码,区划名称\n350502,鲤城区\n", encoding="utf-8")
        moment = NOW.timestamp() - 3600
        os.utime(inbox / "1.csv", (moment, moment))
        assert [one.accepted for one in run(made).outcomes] == [1]
    finally:
        os.umask(before)
    return made


@pytest.fixture(autouse=True)
def roomy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every test have a disk with room, whatever the machine has."""
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda _: Usage(1 << 40, 0, 1 << 40))


def codes(city: City) -> list[str]:
    """Return the codes of what is found."""
    return [one.code for one in examine(city)]


def test_files_are_private_whatever_the_umask(city: City) -> None:
    """After a run that was started with umask 0, no file but open data is anybody else's."""
    assert examine(city) == ()
    for name in ("lake", "views", "shares", "work"):
        for path in (city.layout.home / name, *(city.layout.home / name).rglob("*")):
            assert stat.S_IMODE(path.lstat().st_mode) & 0o077 == 0 or path.is_symlink(), path
    for path in (city.layout.home / "open_data").rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o755 if path.is_dir() else 0o644)


def test_loose_rights_are_told_and_mended(city: City) -> None:
    """Files of an earlier version, open to all, are counted by folder and closed on demand."""
    ledger = next(city.layout.ledger("deliveries").rglob("*.parquet"))
    ledger.chmod(0o644)
    (city.layout.home / "lake").chmod(0o755)
    (city.layout.home / "open_data" / "index.html").chmod(0o600)
    found = examine(city)
    assert [(one.code, one.where) for one in found] == [
        ("DOC-101", "lake"),
        ("DOC-101", "open_data"),
    ]
    assert "2 files" in found[0].what
    assert "--fix" in found[0].remedy
    assert examine(city, fix=True) == ()
    assert examine(city) == ()
    assert stat.S_IMODE(ledger.stat().st_mode) == 0o600


def test_a_home_of_an_earlier_version_is_closed_by_the_next_run(city: City) -> None:
    """The next run closes the folders below a home, so that nothing in them can be reached."""
    (city.layout.home / "lake").chmod(0o755)
    run(city)
    assert stat.S_IMODE((city.layout.home / "lake").stat().st_mode) == 0o700


def test_what_is_not_as_it_should_be_is_told_with_a_remedy(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Leftovers, damaged outlets, unknown tables, a bad key and a full disk are each told."""
    (city.layout.work / f"bench-{'0' * 32}").mkdir(mode=0o700)
    assert codes(city) == ["DOC-301"]
    city.layout.city_views.write_bytes(b"")
    share = next((city.layout.home / "shares").glob("*.duckdb"))
    share.write_bytes(share.read_bytes()[:-1])
    assert codes(city) == ["DOC-301", "DOC-302", "DOC-302"]
    (city.layout.home / "lake/authoritative/civil_affairs/gone/_delta_log").mkdir(parents=True)
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda _: Usage(1 << 40, 1 << 40, 1 << 20))
    keyless = City(
        city.catalog, city.layout, KeyRing.from_sources({}, city.layout.home), city.clock
    )
    found = examine(keyless, fix=True)
    assert {one.code for one in found} == {"DOC-201", "DOC-301", "DOC-302", "DOC-303", "DOC-401"}
    assert all(one.remedy for one in found)


def test_a_home_that_is_not_there_is_told(tmp_path: Path) -> None:
    """A wrong --home is no healthy home."""
    keys = KeyRing.load(MASTER_KEY, where="tests")
    city = City(load(write_catalog(tmp_path)), Layout(tmp_path / "nothing"), keys, lambda: NOW)
    assert codes(city) == ["DOC-402"]


def test_a_machine_without_sm3_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the profile asks for it; other profiles need none."""
    keys = KeyRing.load(MASTER_KEY, where="tests")
    city = City(load(write_catalog(tmp_path)), Layout(tmp_path / "home"), keys, lambda: NOW)
    profile = city.catalog.profile.model_copy(update={"pseudonym_hash": PseudonymHash.SM3})
    national = replace(city, catalog=replace(city.catalog, profile=profile))
    assert "SM3" not in str(examine(national))
    monkeypatch.setattr("flow.upkeep.doctor.has_sm3", lambda: False)
    assert "OpenSSL on this machine does not have it" in str(examine(national))
    assert "SM3" not in str(examine(city))
