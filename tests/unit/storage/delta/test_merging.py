"""The merge: the rows and the change data that delta-rs's own merge makes, in few files."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from deltalake import DeltaTable
from deltalake.exceptions import CommitFailedError
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.delta.commits import Commit
from storage.delta.fast_write import bulk_write, write_content
from storage.delta.log_entries import Replacement, commit_replacement
from storage.delta.merging import ChangeSet, merge
from storage.delta.table_shape import Column, Shape
from storage.delta.tables import Snapshot, snapshot
from storage.engines.connection import Connection
from storage.engines.relation import as_table, as_view
from storage.engines.workbench import open_workbench
from storage.sql import literal

SHAPE = Shape(
    "表",
    "说明",
    (
        Column("k", "VARCHAR", "键", key=True),
        Column("n", "BIGINT", key=True),
        Column("值 一", "VARCHAR"),
        Column("at", "TIMESTAMP"),
        Column("d", "DECIMAL(18,2)"),
    ),
)
KEY = ("k", "n")
Row = tuple[Any, ...]


@pytest.fixture
def con(tmp_path: Path) -> Iterator[Connection]:
    """Yield a workbench."""
    with open_workbench(tmp_path / "work") as made:
        yield made


def rows_sql(rows: Sequence[Row]) -> str:
    """Return rows of the shape as a query: key, number, and a text; the rest follows from them."""
    nothing = "SELECT NULL AS k, 0 AS n, NULL AS v WHERE FALSE"
    each = (f"SELECT {', '.join(map(literal, row))}" for row in rows)
    made = " UNION ALL ".join((nothing, *each))
    return (
        'SELECT CAST(k AS VARCHAR) AS k, CAST(n AS BIGINT) AS n, CAST(v AS VARCHAR) AS "值 一", '
        "TIMESTAMP '2024-01-01' + INTERVAL (n) HOUR AS at, CAST(n AS DECIMAL(18,2)) / 4 AS d "
        f"FROM ({made})"
    )


def numbered(first: int, last: int) -> list[Row]:
    """Return rows with the numbers given, the last one excluded."""
    return [(f"键{n:03}", n, "旧") for n in range(first, last)]


def table(con: Connection, path: Path, parts: Sequence[Sequence[Row]]) -> Snapshot:
    """Make a table with one file of each part that has rows."""
    bulk_write(con, rows_sql(parts[0]), path, SHAPE, Commit("feed", 1))
    for part in parts[1:]:
        found = snapshot(path)
        assert found
        files = write_content(con, rows_sql(part), found.path, SHAPE)
        commit_replacement(found, Replacement((), files), SHAPE, Commit("feed", 1))
    found = snapshot(path)
    assert found
    return found


def change_set(con: Connection, found: Snapshot, changes: Sequence[tuple[str, Row]]) -> ChangeSet:
    """Return changes, each the letter and the row."""
    each = " UNION ALL ".join(
        f"SELECT {literal(kind)} AS _change, * FROM ({rows_sql([row])})" for kind, row in changes
    )
    stored = as_view(con, "t_stored", f"FROM {found.select_sql(SHAPE.columns)}")
    return ChangeSet(as_table(con, "t_changes", each), stored)


def content(con: Connection, path: Path) -> list[Row]:
    """Return all rows, in the order of their text."""
    found = snapshot(path)
    assert found
    return sorted(con.execute(f"FROM {found.scan_sql()}").fetchall(), key=str)


def told(path: Path, version: int) -> list[str]:
    """Return what the change data feed shows from a version on, in the order of its text."""
    feed = pa.table(DeltaTable(str(path)).load_cdf(version).read_all())
    return sorted(map(str, feed.drop_columns(["_commit_timestamp"]).to_pylist()))


def test_only_files_with_changed_rows_are_written_again(con: Connection, tmp_path: Path) -> None:
    """Of four files whose bounds overlap, the two that hold a changed key are replaced."""
    whole = numbered(0, 80)
    found = table(con, tmp_path / "t", [whole[at::4] for at in range(4)])
    changes = [("U", ("键004", 4, "新")), ("D", whole[9]), ("I", ("键900", 900, "新"))]

    version = merge(found, change_set(con, found, changes), KEY, SHAPE, Commit("feed", 2))

    after = snapshot(tmp_path / "t")
    assert after
    assert version == after.version == 4
    assert len({*after.files} & {*found.files}) == 2
    kinds = [line.partition("_change_type': '")[2][:6] for line in told(tmp_path / "t", version)]
    assert sorted(kinds) == ["delete", "insert", "update", "update"]


def test_rows_that_are_only_new_replace_no_file(con: Connection, tmp_path: Path) -> None:
    """Not even in a table without any; the feed shows them as inserted."""
    found = table(con, tmp_path / "t", [[]])
    for number in (1, 2):
        new = [("I", ("键", number, None))]
        version = merge(found, change_set(con, found, new), KEY, SHAPE, Commit("feed", number + 1))
        after = snapshot(tmp_path / "t")
        assert after
        assert {*found.files} < {*after.files}
        assert ["insert" in line for line in told(tmp_path / "t", version)] == [True]
        found = after
    assert not (tmp_path / "t" / "_change_data").exists()


def test_a_table_may_lose_its_last_row(con: Connection, tmp_path: Path) -> None:
    """Then it has no file, and the feed shows what is gone."""
    found = table(con, tmp_path / "t", [[("键", 1, "旧")]])

    gone = change_set(con, found, [("D", ("键", 1, None))])
    version = merge(found, gone, KEY, SHAPE, Commit("feed", 2))

    after = snapshot(tmp_path / "t")
    assert after
    assert (after.files, after.rows()) == ((), 0)
    assert ["'旧'" in line for line in told(tmp_path / "t", version)] == [True]


def test_a_merge_into_an_old_snapshot_is_refused(con: Connection, tmp_path: Path) -> None:
    """Whoever comes second fails, leaves no file behind, and the first one's rows stand."""
    found = table(con, tmp_path / "t", [numbered(0, 9)])
    changes = change_set(con, found, [("U", ("键004", 4, "新"))])
    older = snapshot(tmp_path / "t")
    assert older
    merge(found, changes, KEY, SHAPE, Commit("feed", 2))
    before = sorted((tmp_path / "t").rglob("*"))

    with pytest.raises(CommitFailedError):
        merge(older, changes, KEY, SHAPE, Commit("feed", 3))

    assert sorted((tmp_path / "t").rglob("*")) == before
    assert DeltaTable(tmp_path / "t").transaction_version("feed") == 2


_KEYS = st.tuples(st.sampled_from(["a", "键", "", None]), st.sampled_from([1, 2, None]))
_TEXT = st.sampled_from([None, "", "甲", "乙'丙", "长" * 40])
_TABLE = st.dictionaries(_KEYS, st.tuples(_TEXT, st.integers(0, 2)), max_size=9)


@settings(max_examples=40, deadline=None)
@given(before=_TABLE, after=_TABLE)
def test_rows_and_change_data_are_those_of_delta_rs(
    before: dict[Any, Any], after: dict[Any, Any]
) -> None:
    """Its merge of the same change set gives the same rows and the same feed."""
    parts = [[(*key, text) for key, (text, file) in before.items() if file == n] for n in range(3)]
    changes = [
        ("D" if key not in after else "U", (*key, after.get(key, (None,))[0])) for key in before
    ]
    changes += [("I", (*key, text)) for key, (text, _) in after.items() if key not in before]
    if not changes:
        return
    with tempfile.TemporaryDirectory() as folder, open_workbench(Path(folder) / "work") as con:
        ours, theirs = (table(con, Path(folder) / name, parts) for name in ("ours", "theirs"))
        changed = change_set(con, ours, changes)
        version = merge(ours, changed, KEY, SHAPE, Commit("feed", 2))
        _merged_by_delta_rs(theirs, con.sql(f"FROM {changed.rows.sql}").to_arrow_table())
        assert content(con, ours.path) == content(con, theirs.path)
        assert told(ours.path, version) == told(theirs.path, version)


def _merged_by_delta_rs(found: Snapshot, rows: pa.Table) -> None:
    values = {f"`{name}`": f"s.`{name}`" for name in SHAPE.names}
    merger = found.table.merge(
        rows,
        " AND ".join(f"(t.{name} IS NOT DISTINCT FROM s.{name})" for name in KEY),
        source_alias="s",
        target_alias="t",
        streamed_exec=False,
    )
    merger = merger.when_matched_delete("s._change = 'D'")
    merger = merger.when_matched_update(values, predicate="s._change <> 'D'")
    merger.when_not_matched_insert(values, predicate="s._change <> 'D'").execute()
