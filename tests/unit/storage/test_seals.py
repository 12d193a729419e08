"""Seals: files that are byte by byte what was sealed, and every way of not being it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from storage.seals import seal, unbroken


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder of two files, one of them further below."""
    place = tmp_path / "sealed"
    (place / "below").mkdir(parents=True)
    (place / "a").write_text("甲")
    (place / "below/b").write_text("乙")
    return place


@pytest.mark.parametrize("thorough", [False, True])
def test_what_was_not_touched_is_whole(folder: Path, thorough: bool) -> None:
    """A folder, and a single file, are what they were."""
    assert unbroken(folder, seal(folder), thorough=thorough)
    assert unbroken(folder / "a", seal(folder / "a"), thorough=thorough)


BREAKING: dict[str, Callable[[Path], object]] = {
    "changed": lambda folder: (folder / "a").write_text("甲甲"),
    "emptied": lambda folder: (folder / "a").write_text(""),
    "gone": lambda folder: (folder / "below/b").unlink(),
    "one more": lambda folder: (folder / "c").write_text("丙"),
    "renamed": lambda folder: (folder / "a").rename(folder / "z"),
}


@pytest.mark.parametrize("way", BREAKING)
@pytest.mark.parametrize("thorough", [False, True])
def test_what_was_touched_is_broken(folder: Path, way: str, thorough: bool) -> None:
    """A changed, lost, added or renamed file breaks the seal."""
    sealed = seal(folder)

    BREAKING[way](folder)

    assert not unbroken(folder, sealed, thorough=thorough)


def test_only_a_thorough_look_reads_every_byte(folder: Path) -> None:
    """Other bytes of the same number under the same time are believed by a quick look."""
    sealed, before = seal(folder), (folder / "a").stat()
    (folder / "a").write_text("丁")
    os.utime(folder / "a", ns=(before.st_atime_ns, before.st_mtime_ns))

    assert unbroken(folder, sealed, thorough=False)
    assert not unbroken(folder, sealed, thorough=True)


def test_the_same_bytes_under_another_time_are_whole(folder: Path) -> None:
    """A restored copy is what was sealed."""
    sealed = seal(folder)
    os.utime(folder / "a", (1, 1))

    assert unbroken(folder, sealed, thorough=False)


@pytest.mark.parametrize("sealed", [None, {}, "text", 7])
def test_no_seal_is_a_broken_one(folder: Path, sealed: object) -> None:
    """What was never sealed is not believed."""
    assert not unbroken(folder, sealed, thorough=False)
