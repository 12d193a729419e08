"""Log entries of our own: what delta-rs reads in them, and how they take their number."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from deltalake import DeltaTable
from deltalake.exceptions import CommitFailedError

from storage.delta.commits import MARK, Commit
from storage.delta.fast_write import bulk_write, write_content
from storage.delta.log_entries import Replacement, commit_replacement
from storage.delta.table_shape import CHECKPOINT_EVERY, Column, Shape
from storage.delta.tables import Snapshot, snapshot
from storage.delta.written_files import WrittenFile
from storage.engines.connection import Connection
from storage.engines.workbench import open_workbench

SHAPE = Shape("表", "说明", (Column("a", "BIGINT"),))
COMMIT = Commit("office/visit", 2, {"delivery": "000002-名", "inserted": 3})


@pytest.fixture
def con(tmp_path: Path) -> Iterator[Connection]:
    """Yield a workbench."""
    with open_workbench(tmp_path / "work") as made:
        yield made


def made(con: Connection, path: Path) -> Snapshot:
    """Make a table of one row."""
    bulk_write(con, "SELECT 0 AS a", path, SHAPE, Commit("office/visit", 1))
    return opened(path)


def opened(path: Path) -> Snapshot:
    """Open a table that is there."""
    found = snapshot(path)
    assert found
    return found


def more(con: Connection, found: Snapshot, rows: int = 3) -> tuple[WrittenFile, ...]:
    """Write a file into the table's folder."""
    return write_content(con, f"SELECT i AS a FROM range({rows}) t(i)", found.path, SHAPE)


def test_delta_rs_reads_what_the_entry_says(con: Connection, tmp_path: Path) -> None:
    """Rows, bounds, transaction, our mark and facts; the files that were replaced are gone."""
    found = made(con, tmp_path / "t")

    version = commit_replacement(found, Replacement(found.files, more(con, found)), SHAPE, COMMIT)

    table = DeltaTable(tmp_path / "t")
    said = table.history(1)[0]
    assert (version, table.version(), found.version) == (1, 1, 1)
    assert (said[MARK], said["delivery"], int(said["inserted"])) == ("1", "000002-名", 3)
    assert (said["operation"], said["readVersion"]) == ("MERGE", 0)
    assert table.transaction_version("office/visit") == 2
    assert table.count() == 3
    assert pl.read_delta(str(tmp_path / "t"))["a"].to_list() == [0, 1, 2]
    assert table.get_add_actions(flatten=True)["max.a"].to_pylist() == [2]  # type: ignore[attr-defined]
    assert not list((tmp_path / "t").rglob("*#*"))


def test_a_number_is_taken_once(con: Connection, tmp_path: Path) -> None:
    """Whatever else took it meanwhile, delta-rs's own commits too, nothing of it is overwritten."""
    found = made(con, tmp_path / "t")
    table = DeltaTable(tmp_path / "t")
    table.alter.set_table_description("别人写的")
    entry = tmp_path / "t" / "_delta_log" / f"{1:020}.json"
    before = entry.read_bytes()

    with pytest.raises(CommitFailedError):
        commit_replacement(found, Replacement((), more(con, found)), SHAPE, COMMIT)

    assert entry.read_bytes() == before
    assert not list((tmp_path / "t").rglob("*#*"))


def test_a_file_is_removed_by_the_very_path_of_the_log(con: Connection, tmp_path: Path) -> None:
    """A name that needs escapes, in a table that others wrote to, is not left in the table."""
    found = made(con, tmp_path / "表 [2024]")
    old = Path(found.files[0])
    odd = old.with_name("甲 乙.parquet")
    odd.write_bytes(old.read_bytes())
    log = found.path / "_delta_log"
    lines = (log / f"{0:020}.json").read_text(encoding="utf-8").splitlines()
    add = next(json.loads(line) for line in lines if '"add"' in line)
    add["add"]["path"] = "%E7%94%B2%20%E4%B9%99.parquet"
    (log / f"{1:020}.json").write_text(
        "\n".join(map(json.dumps, ({"commitInfo": {"operation": "WRITE", "timestamp": 1}}, add)))
    )
    found = opened(found.path)
    assert str(odd) in found.files

    commit_replacement(found, Replacement((str(odd),), ()), SHAPE, COMMIT)

    assert opened(found.path).files == (str(old),)


def test_checkpoints_come_as_often_as_the_table_says(con: Connection, tmp_path: Path) -> None:
    """After that many commits opening the table reads one file, as with delta-rs's own commits."""
    found = made(con, tmp_path / "t")
    for number in range(2, CHECKPOINT_EVERY + 2):
        files = Replacement(found.files, more(con, found, number))
        commit_replacement(found, files, SHAPE, Commit("office/visit", number))
        found = opened(tmp_path / "t")

    (checkpoint,) = (tmp_path / "t" / "_delta_log").glob("*.checkpoint.parquet")
    assert checkpoint.name == f"{CHECKPOINT_EVERY - 1:020}.checkpoint.parquet"
    assert found.rows() == CHECKPOINT_EVERY + 1
    assert found.transaction_version("office/visit") == CHECKPOINT_EVERY + 1


def test_an_entry_that_a_killed_writer_staged_is_no_entry(con: Connection, tmp_path: Path) -> None:
    """Killed before the link or behind it: delta-rs sees each version once."""
    found = made(con, tmp_path / "t")
    staged: list[Path] = []

    def killed(path: Path, missing_ok: bool = False) -> None:
        del missing_ok
        staged.append(path)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Path, "unlink", killed)
        commit_replacement(found, Replacement((), more(con, found)), SHAPE, COMMIT)

    (left,) = staged
    assert left.exists()
    left.with_name(left.name.replace(f"{1:020}", f"{2:020}")).write_bytes(left.read_bytes())
    table = DeltaTable(tmp_path / "t")
    assert [one["version"] for one in table.history()] == [1, 0]
    assert (table.version(), table.count()) == (1, 4)
