"""Behaviour of the door to Delta: snapshots, what a log says, retries."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from deltalake import DeltaTable, write_deltalake
from deltalake.exceptions import CommitFailedError

from catalog_specs.errors import TableError, TransientError
from storage.delta import commits as commits_module
from storage.delta.appending import append, replace_where
from storage.delta.commits import Commit, retrying
from storage.delta.logs import last_commit
from storage.delta.tables import (
    commits,
    exists,
    live_files,
    scan_sql,
    snapshot,
    table_id,
    version,
)
from tests.unit.storage.delta.numbered import SHAPE, numbers, rows


def test_commits_carry_their_facts(tmp_path: Path) -> None:
    """What a commit was given can be read back from the history, newest first."""
    append(tmp_path / "t", rows(1), Commit("feed", 1, {"approval": "批1号", "count": 1}), SHAPE)
    append(tmp_path / "t", rows(2), Commit("feed", 2, {"count": 2}), SHAPE)
    last = last_commit(tmp_path / "t")
    assert last is not None
    assert last["count"] == 2
    assert commits(tmp_path / "t")[1]["approval"] == "批1号"


def test_a_table_knows_its_names_and_keeps_its_identity(tmp_path: Path) -> None:
    """Name, description and comments are in Delta's metadata; the identity stays over commits."""
    path = tmp_path / "t"
    append(path, rows(1), Commit("feed", 1), SHAPE)
    first = table_id(path)
    append(path, rows(2), Commit("feed", 2), SHAPE)
    metadata = DeltaTable(str(path)).metadata()
    assert (metadata.name, metadata.description, str(metadata.id)) == ("账", "一本账", first)
    assert metadata.configuration["delta.enableChangeDataFeed"] == "true"
    found = snapshot(path)
    assert found is not None
    assert found.columns == SHAPE.columns


def test_a_snapshot_stays_what_it_was(tmp_path: Path) -> None:
    """An older version can be read while newer ones are written."""
    path = tmp_path / "t"
    append(path, rows(1), Commit("feed", 1), SHAPE)
    then = version(path)
    append(path, rows(2), Commit("feed", 2), SHAPE)
    assert numbers(path, then) == [1]
    assert len(live_files(path)) == 2
    assert all(Path(file).is_absolute() and Path(file).exists() for file in live_files(path))


def test_no_table_reads_as_nothing_of_the_declared_types(tmp_path: Path) -> None:
    """An absent table is an empty relation where its columns are known, else an error."""
    path = tmp_path / "none"
    with duckdb.connect() as con:
        found = con.sql(f"FROM {scan_sql(path, SHAPE.columns)}")
        assert [str(kind) for kind in found.types] == ["DATE", "BIGINT", "VARCHAR[]"]
        assert found.fetchall() == []
    with pytest.raises(TableError, match="TAB-001"):
        scan_sql(path)
    assert not exists(path)
    assert (version(path), table_id(path), live_files(path), commits(path)) == (None, None, (), ())


def test_a_table_without_rows_reads_as_nothing(tmp_path: Path) -> None:
    """A table whose rows are all gone still has its columns."""
    path = tmp_path / "t"
    append(path, rows(1), Commit("feed", 1), SHAPE)
    replace_where(path, rows(), "n >= 0", Commit("feed", 2))
    assert numbers(path) == []


def test_a_partitioned_table_is_refused(tmp_path: Path) -> None:
    """A list of files cannot say a partition's value, so such a table is not read at all."""
    write_deltalake(tmp_path / "t", rows(1), partition_by=["n"])
    with pytest.raises(TableError, match="partition"):
        snapshot(tmp_path / "t")


def test_what_is_no_table_is_left_alone(tmp_path: Path) -> None:
    """A folder with other things in it is neither overwritten nor waited for."""
    (tmp_path / "t").mkdir()
    (tmp_path / "t" / "note.txt").write_text("not a table", encoding="utf-8")
    with pytest.raises(TableError, match="no table"):
        append(tmp_path / "t", rows(1), Commit("feed", 1), SHAPE)
    assert [path.name for path in (tmp_path / "t").iterdir()] == ["note.txt"]


def test_a_conflict_is_tried_again_and_at_last_transient(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A commit that loses twice and then wins succeeds; one that always loses is transient."""
    monkeypatch.setattr(commits_module, "PAUSE", 0)
    tries: list[int] = []

    def losing(times: int) -> int:
        tries.append(1)
        if len(tries) <= times:
            raise CommitFailedError("somebody else was first")
        return len(tries)

    assert retrying(tmp_path, lambda: losing(2)) == 3
    with pytest.raises(TransientError, match="TRY-001"):
        retrying(tmp_path, lambda: losing(99))
