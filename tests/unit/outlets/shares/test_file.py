"""The DuckDB file of a grant: whole, commented, and opened with nothing beside it."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import polars as pl
import pytest

from outlets.shares.file import Note, ShareTable, build_share_file
from storage.delta.extracts import write_extract
from storage.delta.table_shape import Column, Shape

SHAPE = Shape("person", "某市人口", (Column("name", "VARCHAR", "姓'名"), Column("n", "BIGINT")))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Build the file of a grant with one table, and take its extract away."""
    frame = pl.LazyFrame({"name": ["甲", None], "n": [1, 2]})
    rows = write_extract(frame, tmp_path / "extract", SHAPE)
    place = tmp_path / "grant.duckdb"
    about = [{"key": "用途", "value": "测试"}, {"key": "备注", "value": None}]
    build_share_file(
        place, [ShareTable(SHAPE, tmp_path / "extract", rows)], [Note("_meta", "关于本授权", about)]
    )
    shutil.rmtree(tmp_path / "extract")
    return place


def test_rows_are_within(file: Path) -> None:
    """The extract is not needed any more, and no null became a text."""
    with duckdb.connect(file, read_only=True) as con:
        assert sorted(con.sql("FROM person").fetchall(), key=str) == [("甲", 1), (None, 2)]
        assert con.sql("FROM _meta").fetchall() == [("用途", "测试"), ("备注", None)]


def test_tables_and_columns_are_commented(file: Path) -> None:
    """Whoever opens the file reads what everything is, quotes included."""
    with duckdb.connect(file, read_only=True) as con:
        views = con.sql("SELECT view_name, comment FROM duckdb_views() WHERE NOT internal")
        columns = con.sql(
            "SELECT column_name, comment FROM duckdb_columns() WHERE table_name = 'person'"
            " AND schema_name = 'main' ORDER BY column_index"
        )
        assert dict(views.fetchall()) == {"person": "某市人口", "_meta": "关于本授权"}
        assert columns.fetchall() == [("name", "姓'名"), ("n", None)]


def test_it_names_no_path(file: Path, tmp_path: Path) -> None:
    """Nothing in it says where it was made."""
    with duckdb.connect(file, read_only=True) as con:
        told = con.sql("SELECT sql FROM duckdb_views() UNION ALL SELECT sql FROM duckdb_tables()")
        assert str(tmp_path) not in str(told.fetchall())


def test_a_table_without_rows_has_its_columns(tmp_path: Path) -> None:
    """Under a grant of which no row is left as well."""
    rows = write_extract(pl.LazyFrame(schema={"name": pl.String, "n": pl.Int64}),
                         tmp_path / "extract", SHAPE)  # fmt: skip
    place = tmp_path / "grant.duckdb"

    table = ShareTable(SHAPE, tmp_path / "extract", rows)
    build_share_file(place, [table], [Note("_meta", "关于", [{"key": "a"}])])

    with duckdb.connect(place, read_only=True) as con:
        found = con.sql("FROM person")
        assert (found.columns, found.fetchall()) == (["name", "n"], [])


def test_codes_have_their_names_in_the_file(tmp_path: Path) -> None:
    """A second view has names beside codes; only codes that occur are named, others are null."""
    frame = pl.LazyFrame({"name": ["1", "1", "9"], "n": [1, 2, 3]})
    rows = write_extract(frame, tmp_path / "extract", SHAPE)
    names = {"name": {"1": "男", "2": "女"}}
    place = tmp_path / "grant.duckdb"
    build_share_file(place, [ShareTable(SHAPE, tmp_path / "extract", rows, names)], ())
    away = tmp_path / "away"
    away.mkdir()
    shutil.move(place, away / "x.duckdb")
    shutil.rmtree(tmp_path / "extract")
    with duckdb.connect(away / "x.duckdb", read_only=True) as con:
        named = con.sql('SELECT name, name_name, n FROM "person（含代码名称）" ORDER BY n')
        assert named.fetchall() == [("1", "男", 1), ("1", "男", 2), ("9", None, 3)]
        assert con.sql("FROM _codes").fetchall() == [("person", "name", "1", "男")]
