"""Behaviour of the door to Delta: snapshots, appends, replacements, retries."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from deltalake import DeltaTable, write_deltalake
from deltalake.exceptions import CommitFailedError

from catalog_specs.errors import TableError, TransientError
from storage.delta import commits as commits_module
from storage.delta.commits import Commit, retrying
from storage.delta.gained_columns import gain
from storage.delta.table_shape import Column, Shape, arrow_schema
from storage.delta.tables import (
    append,
    commits,
    compact,
    exists,
    last_commit,
    live_files,
    replace_where,
    scan_sql,
    snapshot,
    table_id,
    transaction_version,
    version,
)

SHAPE = Shape(
    "账", "一本账", (Column("day", "DATE", "日期"), Column("n", "BIGINT"), Column("t", "VARCHAR[]"))
)


def rows(*numbers: int) -> pa.Table:
    """Return rows without dates."""
    columns = {"day": [None] * len(numbers), "n": numbers, "t": [["甲"]] * len(numbers)}
    schema = pa.schema([("day", pa.date32()), ("n", pa.int64()), ("t", pa.list_(pa.string()))])
    return pa.table(columns, schema=schema)


def numbers(path: Path, at: int | None = None) -> list[int]:
    """Return the numbers a table holds."""
    with duckdb.connect() as con:
        found = con.execute(f"SELECT n FROM {scan_sql(path, version=at)} ORDER BY n").fetchall()
    return [row[0] for row in found]


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


def test_a_partitioned_table_is_refused(tmp_path: Path) -> None:
    """A list of files cannot say a partition's value, so such a table is not read at all."""
    write_deltalake(tmp_path / "t", rows(1), partition_by=["n"])
    with pytest.raises(TableError, match="partition"):
        snapshot(tmp_path / "t")


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
