"""The folder of a backup: begun once, finished generation by generation."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog_specs.errors import BackupError
from catalog_specs.rules.homes.backup_faults import BackupFault
from storage.backup.repository import Repository


def test_a_folder_is_begun_once(tmp_path: Path) -> None:
    """Its name stays; an empty folder is taken, a used one is not."""
    first = Repository.begin(tmp_path / "to")
    assert Repository.begin(tmp_path / "to") == Repository.open(tmp_path / "to") == first
    with pytest.raises(BackupError) as caught:
        Repository.begin(tmp_path)
    assert caught.value.fault is BackupFault.FOREIGN_FILES


def test_a_generation_is_there_when_its_head_is(tmp_path: Path) -> None:
    """What was begun and never finished is said the next time, and is no generation."""
    one = Repository.begin(tmp_path)
    assert not one.begin_one()
    assert one.begin_one()
    assert one.generations() == ()
    one.finish(1, b"head")
    one.end_one()
    assert (one.generations(), one.note(1), one.begin_one()) == ((1,), b"head", False)
    with pytest.raises(BackupError) as caught:
        one.note(2)
    assert caught.value.fault is BackupFault.NONE_SO_EARLY


def test_a_later_programs_folder_is_refused(tmp_path: Path) -> None:
    """It is told as that."""
    one = Repository.begin(tmp_path)
    file = tmp_path / "backup.json"
    file.write_text(file.read_text("utf-8").replace('"format": 1', '"format": 2'), "utf-8")
    with pytest.raises(BackupError) as caught:
        Repository.begin(one.folder)
    assert caught.value.fault is BackupFault.NEWER


def test_a_closed_folder_is_told(tmp_path: Path) -> None:
    """A file in the place of the folder's parent cannot be written in."""
    with pytest.raises((BackupError, OSError)):
        Repository.begin(Path("/proc/quanshu/backup"))
    assert Repository.begin(tmp_path).memory("a") != Repository.begin(tmp_path).memory("b")
