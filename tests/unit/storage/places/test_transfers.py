"""Transfers: the files of some folders are on the store as they are on the disk, and no others."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from storage.places import transfers
from storage.places.object_path import ObjectPath
from storage.places.transfers import FileState, Transfer, files_below


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a root with two folders of files, and one that is not asked for."""
    for name in ("a/one/1", "a/one/_log/2", "b/3", "c/4"):
        (tmp_path / "root" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "root" / name).write_text(name)
    return tmp_path / "root"


def _of(root: Path, store: ObjectPath) -> Transfer:
    return Transfer(root, store / "lake", root.parent / "memory")


def _there(store: ObjectPath) -> dict[str, bytes]:
    return {one.relative_to(store).as_posix(): one.read_bytes() for one, _ in store.below()}


def _here(root: Path) -> dict[str, FileState]:
    return files_below(root, ("a", "b"))


def test_each_file_is_put_once(root: Path, store: ObjectPath) -> None:
    """Whoever goes on puts what changed since, and removes what is gone."""
    told: list[int] = []
    first = _of(root, store)
    first.repeat(_here(root), told.append)
    assert _there(store) == {
        f"lake/{name}": name.encode() for name in ("a/one/1", "a/one/_log/2", "b/3")
    }
    assert (first.files, first.size, sorted(told)) == (3, 22, [3, 7, 12])
    assert first.is_complete(_here(root))

    (root / "b" / "3").unlink()
    (root / "b" / "5").write_text("5")
    state = (root / "a" / "one" / "1").stat()
    (root / "a" / "one" / "1").write_text("a/one/x")  # in place, of the same length
    os.utime(root / "a" / "one" / "1", ns=(state.st_atime_ns, state.st_mtime_ns + 1))
    again = _of(root, store)
    assert again.waiting(_here(root)).keys() == {"a/one/1", "b/5"}
    assert not again.is_complete(_here(root))
    again.repeat(_here(root))
    assert again.files == 2
    assert _there(store)["lake/a/one/1"] == b"a/one/x"
    assert _there(store).keys() == {"lake/a/one/1", "lake/a/one/_log/2", "lake/b/5"}


def test_an_object_that_somebody_else_wrote_is_put_anew(root: Path, store: ObjectPath) -> None:
    """So is one of which nothing is remembered."""
    _of(root, store).repeat(_here(root))
    (store / "lake" / "b" / "3").write_bytes(b"b/x")
    assert _of(root, store).waiting(_here(root)).keys() == {"b/3"}
    (root.parent / "memory").write_text('["torn', encoding="utf-8")
    assert len(_of(root, store).waiting(_here(root))) == 3


def test_a_file_that_went_meanwhile_is_passed_over(root: Path, store: ObjectPath) -> None:
    """It was listed, and is gone before it is opened."""
    here = _here(root)
    (root / "b" / "3").unlink()
    one = _of(root, store)
    one.repeat(here)
    assert one.files == 2
    assert not one.is_complete(here)
    assert one.is_complete(_here(root))


def test_what_was_put_before_a_fault_is_remembered(
    root: Path, store: ObjectPath, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The fault ends it, and whoever goes on puts the rest."""
    upload = ObjectPath.upload

    def failing(self: ObjectPath, file: Path) -> str:
        if file.name == "3":
            raise ConnectionError
        return upload(self, file)

    monkeypatch.setattr(transfers, "AT_ONCE", 1)
    with monkeypatch.context() as patched:
        patched.setattr(ObjectPath, "upload", failing)
        with pytest.raises(ConnectionError):
            _of(root, store).repeat(_here(root))
    again = _of(root, store)
    again.repeat(_here(root))
    assert again.files == 1
    assert again.is_complete(_here(root))
