"""A city after one run under the loosest umask there is: made once, copied for each test."""

from __future__ import annotations

import os
from collections import namedtuple
from pathlib import Path

import pytest

from catalog_specs.loader import load
from flow.city import City
from flow.run import run
from flow.upkeep.doctor import figures
from governance.keys import KeyRing
from storage.layout import Layout
from tests.city import MASTER_KEY, NOW
from tests.city.declared import write_catalog
from tests.city.homes import copied

REF = "civil_affairs/region"
Usage = namedtuple("Usage", "total used free")  # noqa: PYI024 - as shutil's own


@pytest.fixture(scope="session")
def examined(tmp_path_factory: pytest.TempPathFactory) -> City:
    """Return a city after one run, which no test changes."""
    folder = tmp_path_factory.mktemp("examined")
    keys = KeyRing.load(MASTER_KEY, where="tests")
    made = City(load(write_catalog(folder)), Layout(folder / "home"), keys, lambda: NOW)
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


@pytest.fixture
def city(examined: City, tmp_path: Path) -> City:
    """Return the city over a copy of its home."""
    return copied(examined, tmp_path)


@pytest.fixture(autouse=True)
def roomy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every test have a disk with room, whatever the machine has."""
    full(monkeypatch, 1 << 40)


def full(monkeypatch: pytest.MonkeyPatch, free: int) -> None:
    """Let the disk have so much room."""
    monkeypatch.setattr(figures.shutil, "disk_usage", lambda _: Usage(1 << 40, 0, free))
