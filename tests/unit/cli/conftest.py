"""One prepared home for the tests of all commands, and a copy of it for each that changes it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.cli.homes import Home, Replayed, prepared, replayed


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Return the prepared home; tests must not change it."""
    return prepared(tmp_path_factory.mktemp("prepared"))


@pytest.fixture(scope="session")
def repaired(shared: Home, tmp_path_factory: pytest.TempPathFactory) -> Replayed:
    """Return the prepared home after its quarantined record was repaired; tests only look."""
    return replayed(shared.copied(tmp_path_factory.mktemp("repaired")))


@pytest.fixture
def home(shared: Home, tmp_path: Path) -> Home:
    """Return a copy of the prepared home, to be changed."""
    return shared.copied(tmp_path / "copy")
