"""The file of the master key: made and replaced whole, for its owner alone."""

from __future__ import annotations

import stat
from datetime import date
from pathlib import Path

import pytest

from catalog_specs.errors import SettingsError
from governance.key_files import create_master_key, new_version, read_private, replace_master_key
from governance.keys import KeyRing

MADE = date(2026, 3, 2)


def test_created_key_is_private_and_never_replaced(tmp_path: Path) -> None:
    """A made key is random, usable at once, readable by its owner alone, and stays."""
    path = tmp_path / "keys" / "master.key"
    create_master_key(path, MADE)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    before = path.read_bytes()
    with pytest.raises(SettingsError, match="already"):
        create_master_key(path, MADE)
    assert path.read_bytes() == before
    assert [one.name for one in path.parent.iterdir()] == ["master.key"]
    keys = KeyRing.from_sources({}, tmp_path)
    assert (keys.version, keys.age(MADE), keys.file) == (1, 0, path)


def test_a_key_whose_maker_was_killed_has_one_name_again(tmp_path: Path) -> None:
    """Nothing of the key lies twice in its folder once somebody has read it."""
    path = tmp_path / "keys" / "master.key"
    create_master_key(path, MADE)
    (path.parent / ".master.key.next").hardlink_to(path)
    assert read_private(path)
    assert [one.name for one in path.parent.iterdir()] == ["master.key"]


def test_a_replaced_key_is_private_and_whole(tmp_path: Path) -> None:
    """Another text takes the key's place in one step, whatever a killed command left beside it."""
    path = tmp_path / "keys" / "master.key"
    create_master_key(path, MADE)
    before = path.read_text("ascii")
    path.chmod(0o400)
    (path.parent / ".master.key.next").write_text("half")
    replace_master_key(path, before + new_version(2, MADE))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in path.parent.iterdir()] == ["master.key"]
    text = read_private(path)
    assert text.startswith(before)
    assert KeyRing.load(text, where="test").versions == (1, 2)


def test_what_is_no_text_is_refused(tmp_path: Path) -> None:
    """A file of other bytes is refused without being shown."""
    path = tmp_path / "master.key"
    path.write_bytes(b"\xff" * 64)
    path.chmod(0o600)
    with pytest.raises(SettingsError, match="cannot be read") as refused:
        read_private(path)
    assert "ff" not in str(refused.value)
