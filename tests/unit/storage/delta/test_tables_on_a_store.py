"""Tables on an object store: the door of `storage.delta` does there what it does on a disk."""

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from deltalake.exceptions import CommitFailedError

from storage.delta.appending import append, compact, replace_where
from storage.delta.change_feed import changed_files, content_version, entry_digest
from storage.delta.commits import Commit
from storage.delta.dead_files import dead_files, remove_dead
from storage.delta.extracts import scan
from storage.delta.fast_write import bulk_write
from storage.delta.logs import checkpointed, log_length
from storage.delta.merging import ChangeSet, merge
from storage.delta.table_shape import Column, Shape
from storage.delta.tables import glance, snapshot, version
from storage.engines.connection import Connection
from storage.engines.relation import as_table
from storage.engines.workbench import open_workbench
from storage.places.object_path import ObjectPath
from tests.harness.fixtures import store
from tests.unit.storage.delta.numbered import SHAPE, numbers, rows

__all__ = ["store"]

KEYED = Shape("t", "", (Column("k", "BIGINT", key=True), Column("v", "VARCHAR")))
MUCH_LATER = datetime.now(tz=UTC) + timedelta(days=3)


def found(con: Connection, table: ObjectPath) -> list[tuple[object, ...]]:
    """Return the newest rows, as DuckDB reads them."""
    seen = glance(table)
    assert seen is not None
    return con.execute(f"FROM {seen.scan_sql()} ORDER BY ALL").fetchall()


def test_appends_are_applied_once_and_read_by_every_reader(store: ObjectPath) -> None:
    """The transaction counts as on a disk; DuckDB and Polars read the same rows."""
    table = store / "t"
    assert [append(table, rows(n), Commit("a", n), SHAPE) for n in (1, 2, 2)] == [True, True, False]
    assert replace_where(table, rows(7), "n >= 2", Commit("b", 1))
    assert numbers(table) == [1, 7]
    seen = snapshot(table)
    assert seen is not None
    assert scan(seen, SHAPE.columns[:2]).collect().height == 2
    assert all(file.startswith("s3://") for file in seen.files)


def test_a_table_is_written_whole_merged_and_followed(store: ObjectPath, tmp_path: Path) -> None:
    """Files are put in place whole; a merge tells its changes, and nothing is left on the disk."""
    table = store / "t"
    with open_workbench(tmp_path) as con:
        query = "SELECT range AS k, 'v' || range AS v FROM range(10)"
        assert bulk_write(con, query, table, KEYED, Commit("a", 1)).rows == 10
        before = snapshot(table)
        assert before is not None
        digest = entry_digest(before)
        changed = "FROM (VALUES (1, 'new', 'U'), (2, NULL, 'D'), (99, 'n', 'I')) t(k, v, _change)"
        changes = as_table(con, "changes", changed)
        stored = as_table(con, "stored", f"FROM {before.scan_sql()}")
        assert merge(before, ChangeSet(changes, stored), ("k",), KEYED, Commit("a", 2)) == 1
        after = snapshot(table)
        assert after is not None
        assert len(found(con, table)) == 10
        assert {(1, "new"), (99, "n")} <= {*found(con, table)}
        feed = changed_files(after, (0, digest), 100)
        assert feed is not None
        assert (len(feed.told), content_version(after)) == (1, 1)
        replaced = bulk_write(con, "SELECT 5 AS k, 'x' AS v", after, KEYED, Commit("a", 3))
        assert (replaced.version, found(con, table)) == (2, [(5, "x")])
        assert not [*tmp_path.rglob("*.parquet")]


def test_of_two_who_commit_on_one_snapshot_the_second_gives_way(
    store: ObjectPath, tmp_path: Path
) -> None:
    """The files of the one who lost are removed, whichever way it commits."""
    table = store / "t"
    with open_workbench(tmp_path) as con:
        query = "SELECT range AS k, 'v' AS v FROM range(3)"
        bulk_write(con, query, table, KEYED, Commit("a", 1))
        one, other, third = (snapshot(table) for _ in range(3))
        assert one is not None
        assert other is not None
        assert third is not None
        bulk_write(con, query, one, KEYED, Commit("a", 2))
        files = {place.name for place, _ in table.below()}
        with pytest.raises(CommitFailedError):
            bulk_write(con, query, other, KEYED, Commit("a", 3))
        changes = as_table(con, "changes", "SELECT 1 AS k, 'n' AS v, 'U' AS _change")
        stored = as_table(con, "stored", f"FROM {third.scan_sql()}")
        with pytest.raises(CommitFailedError):
            merge(third, ChangeSet(changes, stored), ("k",), KEYED, Commit("a", 4))
        with pytest.raises(CommitFailedError):
            bulk_write(con, query, table, KEYED, Commit("a", 5))
    assert {place.name for place, _ in table.below()} == files


def test_racing_appends_all_arrive(store: ObjectPath) -> None:
    """Of eight who begin a table at once one makes it, and no row is lost or doubled."""
    with ThreadPoolExecutor(8) as pool:
        told = pool.map(lambda n: append(store / "t", rows(n), Commit(f"w{n}", 1), SHAPE), range(8))
        assert all(told)
    assert numbers(store / "t") == [*range(8)]
    assert version(store / "t") == 8


def test_upkeep_works_there(store: ObjectPath) -> None:
    """Small files are joined, dead ones found with their bytes and removed, logs checkpointed."""
    table = store / "t"
    for n in range(6):
        append(table, rows(n), Commit("a", n), SHAPE)
    compact(table, 3)
    dead = dead_files(table, 1, MUCH_LATER)
    assert len(dead) == 6
    assert all(one.bytes > 0 for one in dead)
    remove_dead(dead)
    assert numbers(table) == [*range(6)]
    assert log_length(table).tail == log_length(table).entries == 8
    assert checkpointed(table, 2)
    assert log_length(table).tail == 0
    names = itertools.groupby(sorted(place.suffix for place, _ in table.below()))
    assert {suffix: len([*some]) for suffix, some in names}[".parquet"] == 2
