"""The change feed: which files hold what differs, and when the log does not say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from deltalake import DeltaTable

from storage.delta.appending import compact
from storage.delta.change_feed import (
    Changed,
    changed_files,
    content_version,
    entry_digest,
    origin,
)
from storage.delta.commits import Commit
from storage.delta.fast_write import bulk_write
from storage.delta.merging import ChangeSet, merge
from storage.delta.table_shape import Column, Shape
from storage.delta.tables import Snapshot, snapshot
from storage.engines.connection import Connection
from storage.engines.relation import as_table, as_view
from storage.engines.workbench import open_workbench

SHAPE = Shape("表", "说明", (Column("k", "BIGINT", key=True), Column("甲 v", "VARCHAR")))
MOST = 100


@pytest.fixture
def con(tmp_path: Path) -> Iterator[Connection]:
    """Yield a workbench."""
    with open_workbench(tmp_path / "work") as made:
        yield made


def seen(path: Path) -> Snapshot:
    """Return the newest version of a table."""
    found = snapshot(path)
    assert found
    return found


def written(con: Connection, path: Path, numbers: str) -> Snapshot:
    """Make a table, or replace all of its rows."""
    query = f"SELECT i AS k, 'v' AS \"甲 v\" FROM range({numbers}) r(i)"
    target = snapshot(path) or path
    bulk_write(con, query, target, SHAPE, Commit("feed", 1))
    return seen(path)


def merged(con: Connection, path: Path, changes: str) -> Snapshot:
    """Change rows of a table: values of `_change` and key."""
    found = seen(path)
    query = f"SELECT c AS _change, k, 'w' AS \"甲 v\" FROM (VALUES {changes}) t(c, k)"
    stored = as_view(con, "stored", f"FROM {found.scan_sql()}")
    rows = ChangeSet(as_table(con, "changes", query), stored)
    merge(found, rows, ("k",), SHAPE, Commit("feed", 2))
    return seen(path)


def told(con: Connection, found: Snapshot, since: Snapshot, most: int = MOST) -> str:
    """Return what changed: letter and key of each row, in order; or that it cannot be said."""
    changed = changed_files(found, (since.version, entry_digest(since)), most)
    if changed is None:
        return "unknown"
    query = "SELECT k, _change_type LIKE 'up%post%' OR _change_type = 'insert' FROM read_parquet(?)"
    rows = [] if not changed.told else con.execute(query, [list(changed.told)]).fetchall()
    for files, post in ((changed.left, False), (changed.came, True)):
        if files:
            keys = con.execute("SELECT k FROM read_parquet(?)", [list(files)]).fetchall()
            rows += [(key, post) for (key,) in keys]
    return " ".join(f"{'+' if post else '-'}{key}" for key, post in sorted(rows))


def test_merges_tell_their_rows_and_everything_else_its_files(
    con: Connection, tmp_path: Path
) -> None:
    """Over several commits: updates, deletions, insertions alone, and replaced content."""
    path = tmp_path / "泉 州" / "t"
    first = written(con, path, "3")
    second = merged(con, path, "('U', 0), ('D', 1)")
    third = merged(con, path, "('I', 9)")
    assert told(con, second, first) == "-0 +0 -1"
    assert told(con, third, second) == "+9"
    assert told(con, third, first) == "-0 +0 -1 +9"
    assert told(con, third, third) == ""
    fourth = written(con, path, "1")
    assert told(con, fourth, third) == "-0 +0 -2 -9"


def test_files_that_are_only_written_again_hold_no_change(con: Connection, tmp_path: Path) -> None:
    """Compaction moves rows into other files and changes none of them."""
    path = tmp_path / "t"
    written(con, path, "3")
    first = merged(con, path, "('I', 8)")
    DeltaTable(path).optimize.compact()
    assert seen(path).version == first.version + 1
    assert changed_files(seen(path), (first.version, entry_digest(first)), MOST) == Changed()


def test_a_past_that_is_not_this_tables_is_not_followed(con: Connection, tmp_path: Path) -> None:
    """Neither from a version of another table, nor back, nor from nowhere."""
    one, other = written(con, tmp_path / "a", "3"), written(con, tmp_path / "b", "4")
    later = merged(con, tmp_path / "a", "('I', 8)")
    assert told(con, later, other) == "unknown"
    assert told(con, one, later) == "unknown"
    assert changed_files(later, (0, None), MOST) is None


def test_a_feed_with_a_gap_is_not_followed(con: Connection, tmp_path: Path) -> None:
    """An entry or a file that was tidied away, more rows than asked for, a table that changed."""
    path = tmp_path / "t"
    first = written(con, path, "3")
    second = merged(con, path, "('U', 0)")
    third = merged(con, path, "('I', 8)")
    assert told(con, third, first, most=3) == "-0 +0 +8"
    assert told(con, third, first, most=2) == "unknown"
    assert told(con, third, second, most=1) == "+8"
    [data] = (path / "_change_data").iterdir()
    data.rename(tmp_path / "away")
    assert told(con, third, first) == "unknown"
    (tmp_path / "away").rename(data)
    DeltaTable(path).alter.set_table_properties({"delta.appendOnly": "false"})
    assert told(con, seen(path), third) == "unknown"
    (path / "_delta_log" / f"{second.version:020}.json").unlink()
    assert told(con, third, first) == "unknown"
    assert entry_digest(second) is None


def test_joining_files_changes_nothing_that_is_followed(con: Connection, tmp_path: Path) -> None:
    """The rows are of the same version as before, and the feed goes on over it."""
    path = tmp_path / "t"
    written(con, path, "3")
    for key in (7, 8):
        before = merged(con, path, f"('I', {key})")
    compact(path, 1)
    joined = seen(path)
    assert (joined.version, len(joined.files)) == (before.version + 1, 1)
    assert content_version(joined) == content_version(before) == before.version
    assert origin(joined) == origin(before)
    assert told(con, joined, before) == ""
    after = merged(con, path, "('U', 7), ('D', 0)")
    assert content_version(after) == after.version
    assert told(con, after, before) == told(con, after, joined) == "-0 -7 +7"


def test_a_version_without_a_change_of_files_is_one_of_its_own(
    con: Connection, tmp_path: Path
) -> None:
    """A property or a column that changed is no join of files, nor is the first version."""
    path = tmp_path / "t"
    assert content_version(written(con, path, "3")) == 0
    DeltaTable(str(path)).alter.set_table_name("x")
    assert content_version(seen(path)) == 1
