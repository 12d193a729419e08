"""One made-up city for all tests of it: small, whole, made once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from catalog_specs.catalog import Catalog
from catalog_specs.loader import bundled, load
from demo_city.answer_key import AnswerKey
from demo_city.rounds import make_city
from demo_city.society.world import World, make_world

PEOPLE = 300
SEED = 11
TODAY = date(2026, 6, 30)


@dataclass(frozen=True)
class MadeCity:
    """A city on disk: one home for each round, and its answers."""

    folder: Path
    answers: AnswerKey

    def file(self, number: int, ref: str, name: str) -> Path:
        """Return the path of a delivered file."""
        return self.folder / f"round_{number}" / "inbox" / ref / name


@pytest.fixture(scope="session")
def quanzhou() -> Catalog:
    """The bundled city's catalogue."""
    return load(bundled("quanzhou"))


@pytest.fixture(scope="session")
def made(quanzhou: Catalog, tmp_path_factory: pytest.TempPathFactory) -> MadeCity:
    """A city of 300 people with all three rounds written."""
    folder = tmp_path_factory.mktemp("made_city")
    return MadeCity(folder, make_city(quanzhou, folder, PEOPLE, SEED, TODAY))


@pytest.fixture(scope="session")
def world(quanzhou: Catalog) -> World:
    """The people, firms and places of a somewhat larger city."""
    return make_world(quanzhou, 3000, SEED, TODAY)
