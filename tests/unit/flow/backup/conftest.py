"""A small home with two generations of a backup, made once, and a copy for each test."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from pathlib import Path

import pyrage
import pytest

from flow.backup.making import make
from flow.city import City
from flow.run import run
from storage.backup.repository import Repository
from storage.layout import Layout
from tests.city import PERSON
from tests.city.homes import Town
from tests.city.records import people

__all__ = ["Backed", "changed_at_the_end"]


def changed_at_the_end(file: Path) -> bytes:
    """Return the bytes of a file with another last one, whatever it was."""
    content = file.read_bytes()
    return content[:-1] + bytes([content[-1] ^ 1])


@dataclass(frozen=True)
class Backed:
    """A home, the folder of its backup, and the key that opens it."""

    folder: Path
    city: City
    identity: str
    recipient: str

    @property
    def to(self) -> Path:
        """Return the folder of the backup."""
        return self.folder / "backup"

    @property
    def repository(self) -> Repository:
        """Return the backup."""
        return Repository.open(self.to)

    @property
    def elsewhere(self) -> City:
        """Return the city at a place where nothing is yet."""
        return replace(self.city, layout=Layout(self.folder / "new" / "home"))

    def copied(self, folder: Path) -> Backed:
        """Return the same elsewhere, to be changed."""
        shutil.copytree(self.folder, folder, symlinks=True)
        city = replace(self.city, layout=Layout(folder / "home"))
        return replace(self, folder=folder, city=city)


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Backed:
    """Return the home with its backup; tests must not change it."""
    key = pyrage.x25519.Identity.generate()
    town = Town(tmp_path_factory.mktemp("backed"))
    town.take(PERSON, "p.csv", people(range(12)))
    run(town.city)
    made = Backed(town.folder, town.city, str(key), str(key.to_public()))
    make(made.city, made.to, made.recipient)
    town.take(PERSON, "p2.csv", people(range(13)))
    make(made.city, made.to, made.recipient)
    return made


@pytest.fixture
def backed(shared: Backed, tmp_path: Path) -> Backed:
    """Return a copy of the home and its backup, to be changed."""
    return shared.copied(tmp_path / "copy")
