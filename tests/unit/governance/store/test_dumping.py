"""Dumps: the same rows again, on either database, and never over others."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from catalog_specs.errors import BackupError, SettingsError
from catalog_specs.rules.homes.backup_faults import BackupFault
from governance.store.database import Store, open_store
from governance.store.dumping import dump, load, revision_of
from storage.layout import Layout
from tests.unit.governance.store.test_database import add_event


@pytest.fixture
def lines(tmp_path: Path) -> list[str]:
    """Return the dump of a store, in a file, that has a case and its event."""
    with open_store(Layout(tmp_path / "from")) as store:
        add_event(store)
        with store.reading() as session:
            return list(dump(session))


def test_a_dump_is_loaded_as_it_was(tmp_path: Path, address: str, lines: list[str]) -> None:
    """Out of a file into either database; numbers that the database gives go on after them."""
    layout = Layout(tmp_path / "home")
    load(layout, address, lines)
    with open_store(layout, address) as store:
        with store.reading() as session:
            assert list(dump(session)) == lines
        _add_another(store)


def _add_another(store: Store) -> None:
    from sqlalchemy import func, select

    from governance.store.tables.cases import CaseRow

    with store.writing() as session:
        session.add(CaseRow(**{**_case(), "about": "R2"}))
    with store.reading() as session:
        assert session.scalar(select(func.max(CaseRow.id))) == 2


def _case() -> dict[str, object]:
    from tests.unit.governance.store.test_database import case

    made = case()
    return {k: v for k, v in vars(made).items() if not k.startswith("_")}


def test_a_store_with_rows_is_left_alone(tmp_path: Path, address: str, lines: list[str]) -> None:
    """Nothing is mixed."""
    layout = Layout(tmp_path / "home")
    load(layout, address, lines)
    with pytest.raises(BackupError) as caught:
        load(layout, address, lines)
    assert caught.value.fault is BackupFault.STORE_IN_USE


def test_a_newer_schema_is_refused(tmp_path: Path, lines: list[str]) -> None:
    """And what is no dump, too."""
    newer = [json.dumps({"revision": "9999"}), *lines[1:]]
    with pytest.raises(SettingsError):
        load(Layout(tmp_path / "home"), "", newer)
    for none in ([], ["x"], ["[]"]):
        with pytest.raises(BackupError):
            revision_of(none)
