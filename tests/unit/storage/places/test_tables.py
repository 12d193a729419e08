"""Places of tables: found by their names alone, alike on a disk and on a store."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from deltalake import DeltaTable

from storage.delta.appending import append
from storage.delta.commits import Commit
from storage.delta.tables import version
from storage.places.object_path import ObjectPath, Place
from storage.places.tables import log_stamp, newest_entry, tables_under
from tests.unit.storage.delta.numbered import SHAPE, rows


@pytest.mark.parametrize("where", ["disk", "store"])
def test_tables_are_found_so_many_folders_down(
    store: ObjectPath, tmp_path: Path, where: str
) -> None:
    """What has no log, and what is being built, is none."""
    root: Place = tmp_path / "root" if where == "disk" else store
    assert [*tables_under(root, 2)] == []
    for name in ("b/one", "a/two", ".hidden/three", "a/.four"):
        append(root / name, rows(1), Commit("a", 1), SHAPE)
    if isinstance(root, Path):
        (root / "a" / "empty").mkdir()
    else:
        (root / "a" / "empty" / "part.parquet").write_bytes(b"")
    assert [name for name, _ in tables_under(root, 2)] == ["a/two", "b/one"]
    assert {place.name for _, place in tables_under(root / "a", 1)} == {"two"}


def test_the_newest_entry_is_a_commit_whatever_lies_beside_it(tmp_path: Path) -> None:
    """A table of a hundred commits has a checkpoint; the next commit is seen all the same."""
    assert newest_entry(tmp_path / "none") == ""
    table = tmp_path / "t"
    append(table, rows(1), Commit("a", 1), SHAPE)
    DeltaTable(table).create_checkpoint()
    (table / "_delta_log" / f"{99:020}.json#staged").touch()
    before = newest_entry(table)

    append(table, rows(2), Commit("a", 2), SHAPE)

    last = version(table) or 0
    assert (before, newest_entry(table)) == (f"{last - 1:020}.json", f"{last:020}.json")


def test_a_stamp_tells_of_a_commit_and_of_an_entry_that_somebody_rewrote(tmp_path: Path) -> None:
    """Rewritten in place with the same length and time, any entry that is read is another one."""
    table = tmp_path / "t"
    assert log_stamp(table) == ""
    append(table, rows(1), Commit("a", 1), SHAPE)
    first = log_stamp(table)
    assert log_stamp(table) == first != ""
    append(table, rows(2), Commit("a", 2), SHAPE)
    second = log_stamp(table)
    assert second != first

    entry = table / "_delta_log" / f"{0:020}.json"
    moment = entry.stat().st_mtime_ns
    entry.write_bytes(entry.read_bytes())
    os.utime(entry, ns=(moment, moment))

    assert log_stamp(table) != second


def test_a_stamp_looks_at_nothing_before_the_newest_checkpoint(tmp_path: Path) -> None:
    """A log of years costs no more than what came since."""
    table = tmp_path / "t"
    for number in range(4):
        append(table, rows(number), Commit("a", number + 1), SHAPE)
        if number == 2:
            DeltaTable(table).create_checkpoint()
    first, *_, last = sorted((table / "_delta_log").glob("*.json"))
    assert last.name in log_stamp(table)
    assert first.name not in log_stamp(table)
