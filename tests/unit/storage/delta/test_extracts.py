"""Lazy frames in and out of Delta: what is scanned, and that an extract has no past."""

from __future__ import annotations

import json
import random
import shutil
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa
import pytest

from catalog_specs.errors import TableError
from outlets.shares.file import Note, ShareTable, build_share_file
from storage.delta import extracts
from storage.delta.appending import append
from storage.delta.commits import Commit
from storage.delta.extracts import change_extract, polars_type, scan, sink_sorted, write_extract
from storage.delta.table_shape import Column, Shape
from storage.delta.tables import Snapshot, commits, snapshot
from tests.tiers import then_thorough

COLUMNS = (
    Column("text", "VARCHAR", "文字"),
    Column("whole", "BIGINT", "整数"),
    Column("amount", "DECIMAL(18,2)", "金额"),
    Column("day", "DATE", "日期"),
    Column("moment", "TIMESTAMP", "时间"),
    Column("flag", "BOOLEAN", "标志"),
)
SHAPE = Shape("表", "说明", COLUMNS)
Row = tuple[str | None, int | None]
ROW = ("甲", 1, Decimal("1.20"), date(2024, 1, 2), datetime(2024, 1, 2, 3, 4, 5), True)  # noqa: DTZ001


def stored(path: Path, rows: int = 2) -> Snapshot:
    """Return a table with a column of every type and that many equal rows."""
    values = {column.name: [ROW[i]] * rows for i, column in enumerate(COLUMNS)}
    types = [
        pa.string(),
        pa.int64(),
        pa.decimal128(18, 2),
        pa.date32(),
        pa.timestamp("us"),
        pa.bool_(),
    ]
    schema = pa.schema(list(zip(SHAPE.names, types, strict=True)))
    append(path, pa.table(values, schema=schema), Commit("tests", 1), SHAPE)
    found = snapshot(path)
    assert found is not None
    return found


def test_what_is_written_is_scanned_again(tmp_path: Path) -> None:
    """Every type survives from a table through an extract into DuckDB."""
    frame = scan(stored(tmp_path / "source"), COLUMNS)
    assert write_extract(frame, tmp_path / "extract", SHAPE) == 2
    found = snapshot(tmp_path / "extract")
    assert found is not None
    assert (found.version, found.rows()) == (0, 2)
    assert found.columns == COLUMNS
    with duckdb.connect() as con:
        assert con.execute(f"FROM {found.scan_sql()}").fetchall() == [ROW, ROW]


def test_column_that_the_table_lacks_is_null(tmp_path: Path) -> None:
    """A column declared after the table was written is scanned as nulls of its type."""
    new = (*COLUMNS[:1], Column("later", "DATE"))
    frame = scan(stored(tmp_path / "source"), new).collect()
    assert frame.schema == {"text": pl.String, "later": pl.Date}
    assert frame["later"].null_count() == 2


def test_column_of_another_type_is_an_error(tmp_path: Path) -> None:
    """A column stored in another type than the catalogue now declares is not converted silently."""
    with pytest.raises(TableError, match="whole is stored as BIGINT, not VARCHAR"):
        scan(stored(tmp_path / "source"), [Column("whole", "VARCHAR")])


def test_empty_table_has_no_rows(tmp_path: Path) -> None:
    """A table without rows scans and is extracted as a table without rows."""
    frame = scan(stored(tmp_path / "source", rows=0), COLUMNS)
    assert write_extract(frame, tmp_path / "extract", SHAPE) == 0
    assert frame.collect().schema["amount"] == pl.Decimal(18, 2)


def test_log_of_an_extract_has_no_bounds(tmp_path: Path) -> None:
    """An extract is one commit, and its log holds row counts but no value of any column."""
    folder = tmp_path / "extract"
    write_extract(scan(stored(tmp_path / "source"), COLUMNS), folder, SHAPE)
    assert len(commits(folder)) == 1
    [log] = (folder / "_delta_log").glob("*.json")
    [action] = [
        one["add"] for line in log.read_text().splitlines() if "add" in (one := json.loads(line))
    ]
    assert json.loads(action["stats"]) == {"numRecords": 2}


def test_rows_are_sorted_by_all_columns_and_leave_nothing_beside(tmp_path: Path) -> None:
    """Many row groups are in the order of the values, nulls last; no unsorted copy stays."""
    rows = 300_000
    mixed = pl.LazyFrame({"code": pl.int_range(rows, eager=True).hash(1).cast(pl.String)})
    mixed = mixed.with_columns(half=pl.when(pl.col("code").str.ends_with("7")).then("code"))
    path = tmp_path / "sorted.parquet"

    assert sink_sorted(mixed.select("half", "code"), path) == rows

    found = pl.read_parquet(path)
    assert found.equals(found.sort("half", "code", nulls_last=True))
    assert set(found["code"]) == set(mixed.collect()["code"])
    assert [left.name for left in tmp_path.iterdir()] == ["sorted.parquet"]


@pytest.mark.parametrize("changes", then_thorough([40], [120]))
def test_a_changed_extract_is_the_one_made_of_the_changed_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changes: int
) -> None:
    """Whatever rows come and go, in whichever group, equal ones and empty values among them."""
    monkeypatch.setattr(extracts, "GROUP_ROWS", 7)
    dice = random.Random(3)
    shape = Shape("t", "", (Column("a", "VARCHAR"), Column("b", "BIGINT")))

    def some(most: int) -> Counter[Row]:
        few = range(dice.randrange(most))
        return Counter((dice.choice([None, *"甲乙z"]), dice.choice([None, 1, 2])) for _ in few)

    rows = some(60)
    for number in range(changes):
        before, now = tmp_path / f"{number}", tmp_path / f"{number + 1}"
        if not before.exists():
            write_extract(_frame(shape, rows.elements()), before, shape)
        gone = some(9) & rows
        change = some(9)
        change.subtract(gone)
        rows = rows + change
        net = [(*row, many) for row, many in change.items() if many]
        shutil.rmtree(tmp_path / "anew", ignore_errors=True)
        write_extract(_frame(shape, rows.elements()), tmp_path / "anew", shape)
        count = Column("more", "BIGINT")
        told = _frame(Shape("t", "", (*shape.columns, count)), net).collect()
        made = change_extract(before, told, "more", now, shape)
        if made is None:  # equal rows lay in two groups, and the last one had too few of them
            assert not now.exists()
            write_extract(_frame(shape, rows.elements()), now, shape)
        assert made in {None, rows.total()}
        found, anew = (pl.read_parquet(one / "*.parquet") for one in (now, tmp_path / "anew"))
        assert found.equals(anew)
        assert {one.name for one in now.glob("[!_]*")} == {f.name for f in now.glob("*.parquet")}


def test_changes_that_an_extract_cannot_bear_leave_nothing(tmp_path: Path) -> None:
    """A row that is to leave and is not there is no change of this extract."""
    shape = Shape("t", "", (Column("a", "VARCHAR"),))
    write_extract(_frame(shape, [("x",)]), tmp_path / "before", shape)
    net = pl.DataFrame({"a": ["x"], "more": [-2]})
    assert change_extract(tmp_path / "before", net, "more", tmp_path / "now", shape) is None
    assert [one.name for one in tmp_path.iterdir()] == ["before"]


def _frame(shape: Shape, rows: Iterable[tuple[object, ...]]) -> pl.LazyFrame:
    schema = {column.name: polars_type(column.type) for column in shape.columns}
    return pl.LazyFrame(list(rows), schema=schema, orient="row")


def test_share_file_is_replaced_and_quotes_names(tmp_path: Path) -> None:
    """A share's file is built aside; names, comments and folders may hold any character."""
    extract = tmp_path / "a [1]*?'#%"
    write_extract(scan(stored(tmp_path / "source"), COLUMNS), extract, SHAPE)
    place = tmp_path / "files" / "grant.duckdb"
    awkward = Shape('表"一', "说'明", tuple(Column(c.name, c.type, "注'释") for c in COLUMNS))
    for purpose in ("first", "it's"):
        about = [{"用途": purpose, "时点": None}]
        note = Note("_meta", "关于'本文件'", about)
        build_share_file(place, [ShareTable(awkward, extract, 2)], [note])
    assert [path.name for path in place.parent.iterdir()] == ["grant.duckdb"]
    shutil.rmtree(extract)
    with duckdb.connect(place, read_only=True) as con:
        assert con.execute("FROM _meta").fetchall() == [("it's", None)]
        assert con.execute('FROM "表""一"').fetchall() == [ROW, ROW]
        found = con.execute(
            "SELECT DISTINCT comment FROM duckdb_columns() WHERE comment IS NOT NULL"
        ).fetchall()
    assert found == [("注'释",)]


def test_share_file_that_lacks_rows_is_not_put_in_place(tmp_path: Path) -> None:
    """What does not come back as it was meant leaves the former file, and nothing beside it."""
    write_extract(scan(stored(tmp_path / "source"), COLUMNS), tmp_path / "extract", SHAPE)
    place = tmp_path / "files" / "grant.duckdb"
    note = Note("_meta", "", [{"a": "b"}])
    build_share_file(place, [ShareTable(SHAPE, tmp_path / "extract", 2)], [note])
    before = place.read_bytes()
    with pytest.raises(TableError, match="does not hold"):
        build_share_file(place, [ShareTable(SHAPE, tmp_path / "extract", 3)], [note])
    assert place.read_bytes() == before
    assert [path.name for path in place.parent.iterdir()] == ["grant.duckdb"]
