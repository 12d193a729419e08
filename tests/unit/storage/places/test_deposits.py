"""Deposits: a folder is on the store whole before its last file says so, and comes back whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog_specs.errors import ObjectStoreError
from catalog_specs.rules.homes.store_faults import StoreFault
from storage.places.deposits import deposit, fetch
from storage.places.object_path import ObjectPath

NAMES = ("receipt.json", "rows.parquet", "raw/人口 #1%20?.csv")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder of files, one of whose names a URL would take apart."""
    for name in NAMES:
        (tmp_path / "folder" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "folder" / name).write_text(name, encoding="utf-8")
    return tmp_path / "folder"


def test_a_folder_goes_there_and_its_files_come_back(
    folder: Path, store: ObjectPath, tmp_path: Path
) -> None:
    """Whatever they are called; put once more nothing changes."""
    for _ in range(2):
        deposit(folder, store / "one", "receipt.json")
    assert {place.relative_to(store).as_posix() for place, _ in store.below()} == {
        f"one/{name}" for name in NAMES
    }
    for name in NAMES:
        assert fetch(store / "one" / name, tmp_path / "back" / name, tmp_path / "work")
        assert (tmp_path / "back" / name).read_text(encoding="utf-8") == name
    assert [*(tmp_path / "work").iterdir()] == []


def test_what_is_not_there_is_not_fetched(store: ObjectPath, tmp_path: Path) -> None:
    """And leaves nothing behind."""
    assert not fetch(store / "none", tmp_path / "back", tmp_path / "work")
    assert [*tmp_path.iterdir()] == []


def test_the_last_file_is_put_when_all_others_are_there(
    folder: Path, store: ObjectPath, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed before, nothing says that the folder is whole."""

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(ObjectPath, "upload", killed)
        with pytest.raises(KeyboardInterrupt):
            deposit(folder, store / "one", "receipt.json")
    assert not (store / "one" / "receipt.json").is_file()
    deposit(folder, store / "one", "receipt.json")


def test_another_folder_of_the_name_is_not_written_over(folder: Path, store: ObjectPath) -> None:
    """The last file of the first one stays."""
    deposit(folder, store / "one", "receipt.json")
    (folder / "receipt.json").write_text("another", encoding="utf-8")
    with pytest.raises(ObjectStoreError) as raised:
        deposit(folder, store / "one", "receipt.json")
    assert raised.value.fault is StoreFault.OTHER_HOME
    assert (store / "one" / "receipt.json").read_bytes() == b"receipt.json"
