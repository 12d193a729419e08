"""Swaps: a reader finds the old or the new, and what broke off is cleared away."""

from __future__ import annotations

import stat
from pathlib import Path

from storage.swaps import (
    aside,
    clear_aside,
    link_tree,
    point,
    read_json,
    remove,
    restrict,
    swap_file,
    write_durably,
    write_json,
)


def folder(path: Path, text: str) -> Path:
    """Make a folder with one file in a folder of its own."""
    (path / "inner").mkdir(parents=True)
    (path / "inner" / "file").write_text(text)
    return path


def test_link_is_pointed_in_one_step(tmp_path: Path) -> None:
    """A link moves from one folder to the next, also where a copy had made a folder of it."""
    first, second = folder(tmp_path / "v-1", "old"), folder(tmp_path / "v-2", "new")
    link = tmp_path / "current"
    for target, text in ((first, "old"), (second, "new")):
        point(link, target)
        assert (link / "inner" / "file").read_text() == text
    remove(link)
    folder(link, "copied")
    point(link, first)
    assert (link / "inner" / "file").read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["current", "v-1", "v-2"]


def test_file_is_replaced_and_closed_to_others(tmp_path: Path) -> None:
    """A swapped file is readable by its owner alone."""
    place = tmp_path / "file"
    place.write_text("old")
    aside(place).write_text("new")
    swap_file(place)
    assert place.read_text() == "new"
    assert stat.S_IMODE(place.stat().st_mode) == 0o600


def test_clearing_takes_what_lies_aside_and_nothing_else(tmp_path: Path) -> None:
    """Only what is named after the place itself is cleared, whatever an interrupted run left."""
    place = tmp_path / "a.duckdb"
    for name in (".a.duckdb.next", ".a.duckdb.next.wal", ".ab.duckdb.next", "a.duckdb"):
        (tmp_path / name).write_text("x")
    folder(tmp_path / ".a.duckdb.former", "x")
    clear_aside(place)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".ab.duckdb.next", "a.duckdb"]


def test_remove_says_whether_there_was_something(tmp_path: Path) -> None:
    """Removing a file, a folder, a link or nothing works, and a link's target stays."""
    target = folder(tmp_path / "target", "kept")
    link = tmp_path / "link"
    link.symlink_to(target)
    assert remove(link)
    assert (target / "inner" / "file").exists()
    assert remove(target)
    assert not remove(target)


def test_linked_tree_outlives_its_source(tmp_path: Path) -> None:
    """Files linked into a new folder are the same bytes, and stay when the source goes."""
    source = folder(tmp_path / "source", "same")
    link_tree(source, tmp_path / "deep" / "target")
    linked = tmp_path / "deep" / "target" / "inner" / "file"
    assert linked.stat().st_ino == (source / "inner" / "file").stat().st_ino
    remove(source)
    assert linked.read_text() == "same"


def test_restricting_takes_every_right_from_others(tmp_path: Path) -> None:
    """A restricted folder and all in it give no right to others."""
    place = folder(tmp_path / "place", "x")
    restrict(place)
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (place, *place.rglob("*"))]
    assert modes == [0o700, 0o700, 0o600]


def test_json_comes_back_and_damage_reads_as_nothing(tmp_path: Path) -> None:
    """What was written is read again; a missing or damaged file is an empty object."""
    path = tmp_path / "deep" / "state.json"
    assert read_json(path) == {}
    write_json(path, {"名": 1})
    assert read_json(path) == {"名": 1}
    for damaged in ("{", "[]", ""):
        path.write_text(damaged)
        assert read_json(path) == {}


def test_files_are_written_together_for_their_owner_alone(tmp_path: Path) -> None:
    """Each is whole in its place, below folders that are made; former ones are replaced."""
    (tmp_path / "a").write_text("old")
    write_durably(tmp_path, {"a": b"1", "b/c": b"2"})
    assert (tmp_path / "a").read_bytes() == b"1"
    assert (tmp_path / "b" / "c").read_bytes() == b"2"
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a", "b", "c"]
