"""A home with something of everything in it, and the command called over it.

Belongs here: preparing it, once for all tests that only look, and copies for those that change it.
Keep out: assertions. Divisions and four persons were delivered; one person's sex is no code of the
list, so that one record is quarantined.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from flow.city import City
from storage.layout import Layout
from tests.city import PERSON
from tests.city.homes import Town
from tests.city.records import people
from tests.contract.command import KEY, Said, quanshu

__all__ = ["ACTOR", "BAD_SEX", "Home", "Replayed", "prepared", "replayed"]

ACTOR = "质量岗"
BAD_SEX = ("人2", 9, "1990-01-01", 350500, "1.00")
"""What follows the id of the record that is quarantined: person 2, the third of its file."""


@dataclass(frozen=True)
class Home:
    """A catalogue and a home in one folder, and the town at work there."""

    folder: Path
    city: City

    @property
    def layout(self) -> Layout:
        """Return where things lie."""
        return self.city.layout

    @property
    def delivery(self) -> str:
        """Return the delivery of persons."""
        return min(path.name for path in self.layout.landing(PERSON).iterdir() if path.is_dir())

    def said(self, *words: str, **environment: str) -> Said:
        """Call the command over this home, as a quality officer."""
        places = ("--catalog", str(self.folder / "catalogue"), "--home", str(self.layout.home))
        return quanshu(self.folder, *words, *places, **KEY, QUANSHU_ACTOR=ACTOR, **environment)

    def copied(self, folder: Path) -> Home:
        """Return the same home elsewhere, to be changed."""
        shutil.copytree(self.folder, folder, symlinks=True, dirs_exist_ok=True)
        return Home(folder, replace(self.city, layout=Layout(folder / "home")))


def prepared(folder: Path) -> Home:
    """Make the home."""
    town = Town(folder)
    town.take(PERSON, "p.csv", people(range(4), p2=BAD_SEX))
    return Home(folder, town.city)


@dataclass(frozen=True)
class Replayed:
    """A home after an export, a repair and a replay, and what the commands said."""

    home: Home
    exported: Said
    done: Said
    file: Path


def replayed(home: Home) -> Replayed:
    """Repair the quarantined record in an export, and replay it."""
    file = home.folder / "repair.csv"
    exported = home.said("quarantine", "export", "person", "--to", str(file))
    file.write_text(file.read_text(encoding="utf-8").replace("'9", "1"), encoding="utf-8")
    done = home.said("quarantine", "replay", "person", "--from", str(file), "--json")
    return Replayed(home, exported, done, file)
