"""The governance store on both databases: a file of the home, and a PostgreSQL server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from governance.store.database import Store, open_store
from storage.layout import Layout
from tests.flow.postgres import postgres, script


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """Start a PostgreSQL server for all tests of this folder; yield its address."""
    with postgres() as address:
        yield address


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest) -> str:
    """Return the setting that names each kind of database, empty as it is at first."""
    if request.param == "sqlite":
        return ""
    found: str = request.getfixturevalue("server")
    script(found, "DROP SCHEMA public CASCADE", "CREATE SCHEMA public")
    return found


@pytest.fixture
def store(tmp_path: Path, address: str) -> Iterator[Store]:
    """Open the store of an empty home."""
    with open_store(Layout(tmp_path / "home"), address) as opened:
        yield opened
