"""Behaviour of the bulk write: what it writes is a full Delta table with honest statistics."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa
import pytest
from deltalake import DeltaTable
from deltalake.exceptions import CommitFailedError

from storage.delta.appending import append, compact
from storage.delta.commits import Commit
from storage.delta.fast_write import bulk_write
from storage.delta.table_shape import Column, Shape, arrow_schema
from storage.delta.tables import live_files, scan_sql, snapshot

SHAPE = Shape(
    "表",
    "说明",
    (
        Column("k", "VARCHAR", "键"),
        Column("n", "BIGINT"),
        Column("d", "DECIMAL(18,2)"),
        Column("day", "DATE"),
        Column("at", "TIMESTAMP"),
        Column("b", "BOOLEAN"),
        Column("long", "VARCHAR"),
    ),
)


def query(start: int, stop: int) -> str:
    """Return rows with Chinese keys, nulls, and texts longer than a statistic keeps."""
    return f"""
        SELECT '键' || lpad(i::VARCHAR, 6, '0') AS k, i AS n,
               (i - 500) / 10 AS d,
               CASE WHEN i % 7 > 0 THEN DATE '1949-10-01' + i::INT END AS day,
               TIMESTAMP '2024-01-01 23:30:00.123456' + INTERVAL (i) MINUTE AS at, i % 2 = 0 AS b,
               repeat('长', 20 + (i % 30)::INT) AS long
        FROM range({start}, {stop}) t(i)"""


def test_every_reader_sees_the_same_rows_and_types(tmp_path: Path) -> None:
    """DuckDB, polars and delta-rs agree on rows and types, and no moment is shifted."""
    path = tmp_path / "t"
    with duckdb.connect() as con:
        written = bulk_write(con, query(0, 100), path, SHAPE, Commit("feed", 1))
        assert (written.version, written.rows) == (0, 100)
        con.execute("SET TimeZone = 'America/New_York'")
        row = con.execute(f"FROM {scan_sql(path)} WHERE n = 8").fetchall()[0]
    expected = (
        "键000008",
        8,
        Decimal("-49.20"),
        date(1949, 10, 9),
        datetime(2024, 1, 1, 23, 38, 0, 123456),  # noqa: DTZ001 - the delivered clock
        True,
        "长" * 28,
    )
    assert row == expected
    assert pl.read_parquet(list(live_files(path))).row(8) == expected
    table = DeltaTable(str(path))
    assert arrow_schema(SHAPE.columns) == pa.schema(table.schema().to_arrow())
    changes = pl.DataFrame(table.load_cdf(0).read_all())
    assert changes.filter(pl.col("n") == 8).row(0)[:7] == expected


def test_statistics_are_typed_as_delta_wants_them(tmp_path: Path) -> None:
    """Numbers are numbers, days and moments ISO 8601, texts cut to bounds that still hold."""
    path = tmp_path / "t"
    with duckdb.connect() as con:
        bulk_write(con, query(0, 100), path, SHAPE, Commit("feed", 1))
    log = (path / "_delta_log" / f"{0:020}.json").read_text(encoding="utf-8").splitlines()
    add = next(json.loads(line)["add"] for line in log if '"add"' in line)
    stats = json.loads(add["stats"])
    assert stats["numRecords"] == 100
    assert stats["nullCount"]["day"] == 15
    assert stats["minValues"]["d"] == -50.0
    assert stats["maxValues"]["day"] == "1950-01-08"
    assert stats["minValues"]["at"] == "2024-01-01T23:30:00.123456"
    assert stats["minValues"]["long"] == "长" * 20
    assert stats["maxValues"]["long"] == "长" * 31 + chr(ord("长") + 1)
    assert "b" not in stats["minValues"]


def test_replacing_everything_leaves_one_version_behind(tmp_path: Path) -> None:
    """An overwrite replaces rows and columns in one commit; the old version stays readable."""
    path = tmp_path / "t"
    wider = Shape("表", "说明", (*SHAPE.columns, Column("at2", "TIMESTAMP", "新")))
    narrow = Shape("表", "说明", SHAPE.columns[:2])
    with duckdb.connect() as con:
        bulk_write(con, query(0, 50), path, narrow, Commit("feed", 1))
        found = snapshot(path)
        assert found is not None
        assert not found.table.protocol().reader_features
        wide = f'SELECT *, "at" AS at2 FROM ({query(0, 20)})'
        written = bulk_write(con, wide, found, wider, lambda n: Commit("feed", 2, {"rows": n}))
        after = snapshot(path)
        assert after is not None
        assert (after.version, after.columns) == (written.version, wider.columns)
        assert after.table.history(1)[0]["rows"] == 20
        assert con.execute(f"SELECT count(at2) FROM {after.scan_sql()}").fetchall() == [(20,)]
        old = scan_sql(path, version=0)
        assert con.execute(f"SELECT count(*) FROM {old}").fetchall() == [(50,)]


def test_no_rows_make_a_table_all_the_same(tmp_path: Path) -> None:
    """A query without rows makes a table without files, and leaves no file behind."""
    with duckdb.connect() as con:
        bulk_write(con, query(0, 0), tmp_path / "t", SHAPE, Commit("feed", 1))
    assert live_files(tmp_path / "t") == ()
    assert not list((tmp_path / "t").glob("*.parquet"))


def test_an_overwrite_of_an_old_snapshot_is_refused(tmp_path: Path) -> None:
    """Whoever commits from an outdated snapshot fails, and takes the files along."""
    path = tmp_path / "t"
    with duckdb.connect() as con:
        bulk_write(con, query(0, 50), path, SHAPE, Commit("feed", 1))
        mine, theirs = snapshot(path), snapshot(path)
        assert mine is not None
        assert theirs is not None
        bulk_write(con, query(0, 60), theirs, SHAPE, Commit("feed", 2))
        before = set(path.glob("*.parquet"))
        with pytest.raises(CommitFailedError):
            bulk_write(con, query(0, 70), mine, SHAPE, Commit("feed", 3))
        assert set(path.glob("*.parquet")) == before
        assert con.execute(f"SELECT count(*) FROM {scan_sql(path)}").fetchall() == [(60,)]


def test_an_overwrite_of_a_snapshot_whose_files_were_joined_since_is_refused(
    tmp_path: Path,
) -> None:
    """delta-rs lets it through, and the joined rows stay beside the new ones."""
    path = tmp_path / "t"
    with duckdb.connect() as con:
        rows = con.execute(query(0, 10)).to_arrow_table()
        for number in range(3):
            append(path, rows, Commit("feed", number), SHAPE)
        mine = snapshot(path)
        assert mine is not None
        compact(path, more_than=1)
        with pytest.raises(CommitFailedError):
            bulk_write(con, query(0, 70), mine, SHAPE, Commit("feed", 3))
        assert con.execute(f"SELECT count(*) FROM {scan_sql(path)}").fetchall() == [(30,)]


def test_a_stale_overwrite_that_first_brings_a_feature_is_refused_too(tmp_path: Path) -> None:
    """The first moments of a table need a commit of their own, which takes in what came since."""
    path = tmp_path / "t"
    narrow = Shape("表", "说明", SHAPE.columns[:2])
    with duckdb.connect() as con:
        bulk_write(con, query(0, 10), path, narrow, Commit("feed", 1))
        mine = snapshot(path)
        assert mine is not None
        rows = con.execute(f"SELECT k, n FROM ({query(10, 15)})").to_arrow_table()
        append(path, rows, Commit("feed", 2), narrow)
        with pytest.raises(CommitFailedError):
            bulk_write(con, query(0, 70), mine, SHAPE, Commit("feed", 3))
        assert con.execute(f"SELECT count(*) FROM {scan_sql(path)}").fetchall() == [(15,)]
