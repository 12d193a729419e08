"""Behaviour of appends and replacements: each once, and in tables of an older shape."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from deltalake import DeltaTable

from storage.delta import appending
from storage.delta.appending import append, compact, replace_where
from storage.delta.commits import Commit
from storage.delta.gained_columns import gain
from storage.delta.table_shape import Column, Shape, arrow_schema
from storage.delta.tables import (
    commits,
    live_files,
    scan_sql,
    snapshot,
    transaction_version,
)
from tests.unit.storage.delta.numbered import SHAPE, numbers, rows

WIDER = Shape(
    SHAPE.name,
    SHAPE.description,
    (
        *SHAPE.columns,
        Column("why", "VARCHAR", "原因"),
        Column("at", "TIMESTAMP", "时间"),
        Column("codes", "VARCHAR[]"),
    ),
)


def wider(number: int) -> pa.Table:
    """Return a row of the wider shape, its columns in another order."""
    made = {"why": ["因"], "codes": [["甲"]], "n": [number], "day": [None], "t": [[]], "at": [None]}
    return pa.table(made).cast(
        pa.schema(
            [
                ("why", pa.string()),
                ("codes", pa.list_(pa.string())),
                ("n", pa.int64()),
                ("day", pa.date32()),
                ("t", pa.list_(pa.string())),
                ("at", pa.timestamp("us")),
            ]
        )
    )


def test_an_append_happens_once_per_transaction(tmp_path: Path) -> None:
    """The same transaction appends nothing a second time; the next one does."""
    path = tmp_path / "账 本%1"
    assert append(path, rows(1, 2), Commit("feed", 1, {"by": "me", "count": 2}), SHAPE)
    assert not append(path, rows(1, 2), Commit("feed", 1), SHAPE)
    assert append(path, rows(3), Commit("feed", 2), SHAPE)
    assert append(path, rows(4), Commit("other", 1), SHAPE)
    assert numbers(path) == [1, 2, 3, 4]
    assert transaction_version(path, "feed") == 2
    assert transaction_version(path, "nobody") is None


def test_replacing_touches_only_what_the_predicate_names(tmp_path: Path) -> None:
    """Rows outside the predicate stay, and the replacement happens once."""
    path = tmp_path / "t"
    append(path, rows(1, 2, 3), Commit("feed", 1), SHAPE)
    assert replace_where(path, rows(2, 2), "n = 2", Commit("feed", 2))
    assert not replace_where(path, rows(2), "n = 2", Commit("feed", 2))
    assert numbers(path) == [1, 2, 2, 3]


def test_small_files_are_joined(tmp_path: Path) -> None:
    """Joining files changes their number and nothing else."""
    path = tmp_path / "t"
    for number in range(4):
        append(path, rows(number), Commit("feed", number), SHAPE)
    compact(path, more_than=4)
    assert len(live_files(path)) == 4
    compact(path, more_than=3)
    assert len(live_files(path)) == 1
    assert numbers(path) == [0, 1, 2, 3]


def test_an_append_joins_few_small_files_and_no_large_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A long ledger is not written again with every few facts, until it is in many files."""
    path = tmp_path / "t"
    append(path, rows(*range(1000)), Commit("feed", 0), SHAPE)
    [large] = live_files(path)
    monkeypatch.setattr(appending, "SMALL", Path(large).stat().st_size)
    for number in range(1, 4):
        append(path, rows(1000 + number), Commit("feed", number), SHAPE, 2)
    assert len(live_files(path)) == 2
    assert large in live_files(path)
    monkeypatch.setattr(appending, "FILES", 2)
    append(path, rows(1004), Commit("feed", 4), SHAPE, 2)
    assert len(live_files(path)) == 1
    assert sorted(numbers(path)) == [*range(1000), *range(1001, 1005)]


def test_two_who_join_the_same_files_leave_each_row_once(tmp_path: Path) -> None:
    """delta-rs lets both commit, and the rows are there twice: whoever comes second gives up."""
    path = tmp_path / "t"
    for number in range(4):
        append(path, rows(number), Commit("feed", number), SHAPE)
    stale = [snapshot(path), snapshot(path)]
    for found in stale:
        assert found is not None
        appending._join(found, appending.LARGE)
    assert numbers(path) == [0, 1, 2, 3]
    assert len(live_files(path)) == 1
    assert len([*path.glob("*.parquet")]) == 4 + 1, "what the second one wrote is gone"
    joined = [one for one in commits(path) if one["operation"] == "OPTIMIZE"]
    assert len(joined) == 1
    assert joined[0]["tidied"] == "files"


def test_a_join_and_a_replacement_side_by_side_lose_and_double_nothing(tmp_path: Path) -> None:
    """Whichever commits first: the other one finds it, and begins anew or gives up."""
    for first in ("join", "replace"):
        path = tmp_path / first
        for number in range(4):
            append(path, rows(number), Commit("feed", number), SHAPE)
        found = snapshot(path)
        assert found is not None
        if first == "join":
            appending._join(found, appending.LARGE)
        replace_where(path, rows(2, 2), "n = 2", Commit("feed", 9))
        appending._join(found, appending.LARGE)
        assert numbers(path) == [0, 1, 2, 2, 3]


def test_many_who_append_and_join_leave_each_row_once(tmp_path: Path) -> None:
    """Threads that share a ledger, as the workers of a run do, in tables of few files."""

    def write(number: int) -> bool:
        return append(tmp_path / "t", rows(number), Commit(str(number), 1), SHAPE, 2)

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(write, range(120)))
    assert sorted(numbers(tmp_path / "t")) == list(range(120))
    assert len(live_files(tmp_path / "t")) < 12


def test_joined_rows_are_those_of_every_file_and_shape(tmp_path: Path) -> None:
    """Null where an older file lacks a column; bounds in the log are those of all rows."""
    path = tmp_path / "t"
    append(path, rows(1, 2), Commit("feed", 1), SHAPE)
    append(path, wider(3), Commit("feed", 2), WIDER)
    before = duckdb.sql(f"FROM {scan_sql(path)} ORDER BY n").fetchall()
    compact(path, more_than=1)
    assert duckdb.sql(f"FROM {scan_sql(path)} ORDER BY n").fetchall() == before
    after = snapshot(path)
    assert after is not None
    assert (after.rows(), len(after.files)) == (3, 1)
    told = pa.table(after.table.get_add_actions(flatten=True))
    assert (told["min.n"].to_pylist(), told["max.n"].to_pylist()) == ([1], [3])


def test_two_makers_of_a_table_make_one(tmp_path: Path) -> None:
    """Whoever comes second appends to the first one's table; nothing is lost or doubled."""

    def write(number: int) -> bool:
        return append(tmp_path / "t", rows(number), Commit(str(number), 1), SHAPE)

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(write, range(8)))
    assert numbers(tmp_path / "t") == list(range(8))
    made = [one for one in commits(tmp_path / "t") if one["operation"] == "CREATE TABLE"]
    assert [one["version"] for one in made] == [0]
    assert [path.name for path in tmp_path.iterdir()] == ["t"]


def test_a_table_gains_the_columns_it_lacks_and_no_row_is_written_again(tmp_path: Path) -> None:
    """Old rows read null there, at any version; their files stay, and the change feed goes on."""
    path = tmp_path / "t"
    append(path, rows(1), Commit("feed", 1), SHAPE)
    old = live_files(path)

    assert append(path, wider(2), Commit("feed", 2), WIDER)
    assert append(path, wider(3), Commit("feed", 3), WIDER)

    found = snapshot(path)
    assert found
    assert set(old) < set(found.files)
    with duckdb.connect() as con:
        read = con.sql(f'SELECT n, why, codes, "at" FROM {found.scan_sql()} ORDER BY n').fetchall()
    assert read == [(1, None, None, None), (2, "因", ["甲"], None), (3, "因", ["甲"], None)]
    assert [c.comment for c in found.columns][:4] == ["日期", "", "", "原因"]
    assert numbers(path, 1) == [1]
    assert DeltaTable(str(path)).metadata().configuration["delta.enableChangeDataFeed"] == "true"


def test_columns_that_were_gained_and_not_yet_filled_read_null(tmp_path: Path) -> None:
    """A run that ended between gaining a column and filling it leaves a table that reads."""
    path = tmp_path / "t"
    append(path, rows(1), Commit("feed", 1), SHAPE)
    assert gain(DeltaTable(str(path)), WIDER.columns)
    assert not gain(DeltaTable(str(path)), WIDER.columns)

    with duckdb.connect() as con:
        assert con.sql(f"SELECT why, n FROM {scan_sql(path)}").fetchall() == [(None, 1)]
        wanted = (*WIDER.columns, Column("later", "BIGINT"))
        assert con.sql(f"SELECT later FROM {scan_sql(path, wanted)}").fetchall() == [(None,)]


def test_an_earlier_version_goes_on_writing_to_a_wider_table(tmp_path: Path) -> None:
    """Rows without the newer columns are null there, whether appended or put in others' place."""
    path = tmp_path / "t"
    append(path, wider(1), Commit("feed", 1), WIDER)
    append(path, rows(2), Commit("feed", 2), SHAPE)
    replace_where(path, rows(1), "n = 1", Commit("feed", 3), SHAPE)

    assert numbers(path) == [1, 2]
    compact(path, 1)
    with duckdb.connect() as con:
        assert con.sql(f"SELECT why FROM {scan_sql(path)}").fetchall() == [(None,), (None,)]


def test_a_table_takes_rows_though_its_columns_were_reworded(tmp_path: Path) -> None:
    """A comment that the catalogue or a release words differently keeps nobody from writing."""
    for place, comment in enumerate(("旧", "新"), start=1):
        shape = Shape("表", "说明", (Column("a", "BIGINT", comment),))
        rows = pa.Table.from_pylist([{"a": place}], schema=arrow_schema(shape.columns))
        assert append(tmp_path / "t", rows, Commit("x", place), shape)
    rows = pa.Table.from_pylist([{"a": 9}], schema=arrow_schema([Column("a", "BIGINT", "又")]))
    assert replace_where(tmp_path / "t", rows, "a > 0", Commit("x", 3))
    found = snapshot(tmp_path / "t")
    assert found is not None
    assert (found.rows(), found.columns[0].comment) == (1, "旧")
