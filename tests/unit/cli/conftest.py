"""One prepared home for the tests of all commands, and a copy of it for each that changes it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.cli.homes import Home, prepared


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Return the prepared home; tests must not change it."""
    return prepared(tmp_path_factory.mktemp("prepared"))


@pytest.fixture
def home(shared: Home, tmp_path: Path) -> Home:
    """Return a copy of the prepared home, to be changed."""
    return shared.copied(tmp_path / "copy")
