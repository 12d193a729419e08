"""Open tables: one opening for many readers, and none that is older than the log."""

from __future__ import annotations

import shutil
from pathlib import Path

import pyarrow as pa
import pytest
from deltalake import DeltaTable, write_deltalake

from catalog_specs.errors import UnreadableError
from storage.delta import open_tables
from storage.delta.appending import append
from storage.delta.commits import Commit
from storage.delta.open_tables import keep_open, newest, open_table, taken_over
from storage.delta.tables import glance, snapshot

ROWS = pa.table({"a": [1]})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a table of one row."""
    write_deltalake(tmp_path / "t", ROWS)
    return tmp_path / "t"


def test_readers_share_what_is_open(path: Path) -> None:
    """Whatever way the path is written; a snapshot has a table of its own."""
    first = newest(path)
    assert first is newest(path / ".." / "t")
    found, own = glance(path), snapshot(path)
    assert found
    assert own
    assert found.table is first
    assert own.table is not first
    assert (found.files, found.columns) == (own.files, own.columns)


def test_what_a_log_says_is_read_once_for_a_version(path: Path) -> None:
    """The next look is given the same value, and after a commit one of that commit."""
    first = glance(path)
    assert first is glance(path)
    write_deltalake(path, ROWS, mode="append")
    now = glance(path)
    assert first
    assert now
    assert (len(first.files), len(now.files)) == (1, 2)
    mine = taken_over(path)
    assert mine
    write_deltalake(mine, ROWS, mode="append")
    keep_open(path, mine)
    later = glance(path)
    assert later
    assert (later.version, len(later.files)) == (2, 3)


def test_a_home_behind_a_link_is_the_home(path: Path) -> None:
    """A table is read and its commits are seen, whatever link leads there and where it leads."""
    link = path.with_name("link")
    link.symlink_to(path)
    assert newest(link)
    write_deltalake(path, ROWS, mode="append")
    found = newest(link)
    assert found
    assert found.version() == 1
    write_deltalake(path.with_name("other"), pa.table({"b": [1]}))
    link.unlink()
    link.symlink_to(path.with_name("other"))
    other = newest(link)
    assert other
    assert [field.name for field in other.schema().fields] == ["b"]


def test_what_others_commit_is_seen_at_once(path: Path) -> None:
    """A table that was opened before it is never taken for the newest again."""
    before = newest(path)
    write_deltalake(path, ROWS, mode="append")
    now = newest(path)
    assert before
    assert now
    assert (before.version(), now.version()) == (0, 1)


def test_another_table_in_its_place_is_another(path: Path) -> None:
    """Also when it has as many versions; one that is gone is gone."""
    before = newest(path)
    shutil.rmtree(path)
    assert newest(path) is None
    write_deltalake(path, pa.table({"b": [1]}))
    now = newest(path)
    assert before
    assert now
    assert before.metadata().id != now.metadata().id
    assert [field.name for field in now.schema().fields] == ["b"]


def test_who_commits_holds_a_table_alone(path: Path) -> None:
    """Once taken over it is nobody else's, until it is left to readers again."""
    shared = newest(path)
    mine = taken_over(path)
    assert mine is shared
    assert mine
    assert newest(path) is not mine
    write_deltalake(mine, ROWS, mode="append")
    keep_open(path, mine)
    assert newest(path) is mine
    assert mine.version() == 1


def test_a_table_that_is_behind_catches_up_for_whoever_commits(path: Path) -> None:
    """It is not opened anew, and a commit through it stands behind all others."""
    behind = newest(path)
    write_deltalake(path, ROWS, mode="append")
    mine = taken_over(path)
    assert mine is behind
    assert mine
    assert mine.version() == 1
    write_deltalake(mine, ROWS, mode="append")
    assert DeltaTable(path).version() == 2


def test_another_table_or_a_damaged_log_is_not_caught_up_with(path: Path) -> None:
    """What lies there now is opened anew, and whoever opens it is told what is wrong with it."""
    newest(path)
    shutil.rmtree(path)
    write_deltalake(path, pa.table({"b": [1]}))
    write_deltalake(path, pa.table({"b": [2]}), mode="append")
    mine = taken_over(path)
    assert mine
    assert [field.name for field in mine.schema().fields] == ["b"]
    keep_open(path, mine)
    (path / "_delta_log" / f"{2:020}.json").write_text('{"secret')
    with pytest.raises(UnreadableError, match=r"cannot be read"):
        taken_over(path)


def test_appending_leaves_the_table_to_its_readers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading and appending in turn opens it once, and appends each fact once all the same."""
    opened: list[Path] = []

    def counted(path: Path, version: int | None = None) -> DeltaTable | None:
        opened.append(path)
        return open_table(path, version)

    append(tmp_path / "t", ROWS, Commit("fact", 1))
    monkeypatch.setattr(open_tables, "open_table", counted)
    for number in range(2, 6):
        assert append(tmp_path / "t", ROWS, Commit("fact", number))
        assert not append(tmp_path / "t", ROWS, Commit("fact", number))
        found = glance(tmp_path / "t")
        assert found
        assert found.rows() == number
    assert opened == []


def test_no_table_stays_open_for_a_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether it is read alone or committed through: entries that it may ask for go after a day."""
    now = [0.0]
    monkeypatch.setattr(open_tables.time, "monotonic", lambda: now[0])
    append(tmp_path / "t", ROWS, Commit("fact", 1))
    first = newest(tmp_path / "t")
    for hour in range(1, 14):
        now[0] = hour * 3600.0
        append(tmp_path / "t", ROWS, Commit("fact", 1 + hour))
        assert (newest(tmp_path / "t") is first) == (hour <= 12)


def test_few_tables_stay_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one that was opened first goes when there are too many."""
    monkeypatch.setattr(open_tables, "_KEPT", 2)
    for name in "abc":
        write_deltalake(tmp_path / name, ROWS)
    first, second = newest(tmp_path / "a"), newest(tmp_path / "b")
    newest(tmp_path / "c")
    assert newest(tmp_path / "b") is second
    assert newest(tmp_path / "a") is not first


def test_a_log_that_cannot_be_read_is_named(path: Path) -> None:
    """Without a word of what is in it."""
    (path / "_delta_log" / f"{0:020}.json").write_text('{"secret')
    with pytest.raises(UnreadableError, match=r"cannot be read") as raised:
        newest(path)
    assert "secret" not in str(raised.value)
