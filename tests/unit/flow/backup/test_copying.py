"""Copying: what the memory says is believed where the backup bears it out."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from flow.backup.copying import Copying, trusted
from storage.backup.manifest import LINK
from storage.backup.memory import Memory
from storage.backup.repository import Repository
from tests.unit.flow.backup.conftest import Backed


@pytest.fixture
def copying(tmp_path: Path) -> Iterator[Copying]:
    """Yield a copying into an empty backup, in which nothing is encrypted."""
    repository = Repository.begin(tmp_path / "to")
    memory = Memory(tmp_path / "memory")
    yield Copying(repository, memory, "", frozenset())
    memory.close()


def _file(copying: Copying, tmp_path: Path, content: str = "x") -> Path:
    path = tmp_path / "file"
    path.write_text(content, encoding="utf-8")
    copying.file(path, "a/file")
    return copying.repository.objects.place(copying.entries[-1].object)


def test_an_object_that_is_gone_is_copied_again(copying: Copying, tmp_path: Path) -> None:
    """What somebody removed from the backup is put back, whatever was remembered."""
    place = _file(copying, tmp_path)
    place.unlink()
    assert _file(copying, tmp_path).read_text("utf-8") == "x"


def test_an_object_no_generation_names_is_read_first(copying: Copying, tmp_path: Path) -> None:
    """A power cut may have left one of the right size with other bytes: it is put in again."""
    place = _file(copying, tmp_path)
    place.chmod(0o600)
    place.write_text("?", encoding="utf-8")
    assert _file(copying, tmp_path).read_text("utf-8") == "x"


def test_a_link_is_an_entry_and_no_object(copying: Copying, tmp_path: Path) -> None:
    """Where it points is all that there is of it."""
    (tmp_path / "link").symlink_to("there")
    copying.file(tmp_path / "link", "latest")
    assert [(one.kind, one.to, one.object) for one in copying.entries] == [(LINK, "there", "")]


def test_a_damaged_list_makes_nothing_trusted(backed: Backed) -> None:
    """Then every object is read before it is used again."""
    assert len(trusted(backed.repository)) > 80
    shutil.rmtree(backed.to / "objects")
    assert trusted(backed.repository) == frozenset()
