"""Written files: queries side by side, and what they leave of the connection."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from deltalake import DeltaTable, QueryBuilder, convert_to_deltalake
from hypothesis import given
from hypothesis import strategies as st

from storage.delta.table_shape import Column
from storage.delta.written_files import (
    Target,
    _bounds,
    _upper,
    measured,
    statistics,
    write_files,
)
from storage.sql import parquet
from tests.harness.edges import EDGES

THREADS = "SELECT current_setting('threads') AS threads"


def test_queries_side_by_side_are_each_run_by_one_thread(tmp_path: Path) -> None:
    """No worker takes a query away from the thread that asks for it; one query alone has them."""
    with duckdb.connect() as con:
        con.execute("SET threads = 3")
        for queries, threads in (([THREADS], 3), ([THREADS, THREADS], 1)):
            folder = tmp_path / str(len(queries))
            folder.mkdir()
            written = write_files(con, queries, Target(folder))
            found = con.execute(f"FROM {parquet([file.path for file in written])}").fetchall()
            assert found == [(threads,)] * len(queries)
        assert con.execute(THREADS).fetchall() == [(3,)]


def test_a_query_that_fails_leaves_the_threads_as_they_were(tmp_path: Path) -> None:
    """The connection is used on after an error, to find out which rule raised it."""
    with duckdb.connect() as con:
        con.execute("SET threads = 3")
        with pytest.raises(duckdb.Error):
            write_files(con, [THREADS, "SELECT error('no')"], Target(tmp_path))
        assert con.execute(THREADS).fetchall() == [(3,)]


VALUES = """SELECT i::BIGINT AS n, (i / 4)::DECIMAL(18,2) AS m, DATE '2020-02-01' + i::INT AS d,
    TIMESTAMP '2020-01-01 10:00:00.5' + i * INTERVAL 1 DAY AS t, 'é' || i AS s, NULL::BIGINT AS z,
    CASE WHEN i > 6 THEN i::BIGINT END AS late FROM range(10) r (i)"""


def test_every_reader_finds_what_was_written(tmp_path: Path) -> None:
    """However values are packed: the longest, the least and the greatest, and those that lack."""
    with duckdb.connect() as con:
        (file,) = write_files(con, [EDGES], Target(tmp_path))
        wanted = con.execute(EDGES).fetchall()
        assert con.execute(f"FROM '{file.path}'").fetchall() == wanted
    assert [tuple(row.values()) for row in pq.read_table(file.path).to_pylist()] == wanted
    assert pl.read_parquet(file.path).rows() == wanted
    assert pl.scan_parquet(file.path).filter(pl.col("n") > 0).collect().rows() == wanted[:2]
    convert_to_deltalake(tmp_path)
    found = QueryBuilder().register("edges", DeltaTable(tmp_path)).execute("SELECT * FROM edges")
    assert [tuple(row.values()) for row in pa.table(found).to_pylist()] == wanted


def test_footers_say_of_a_file_what_its_writer_would(tmp_path: Path) -> None:
    """Rows, bytes, nulls and bounds in every type, over several row groups."""
    with duckdb.connect() as con:
        (file,) = write_files(con, [VALUES], Target(tmp_path))
        (found,) = measured([file.path])
        assert (found.path, found.rows, found.bytes) == (file.path, file.rows, file.bytes)
        shape = [Column(row[0], row[1]) for row in con.execute(f"DESCRIBE {VALUES}").fetchall()]
        assert statistics(found, shape) == statistics(file, shape)
    groups = tmp_path / "groups.parquet"
    pq.write_table(pq.read_table(file.path), groups, row_group_size=3)
    (found,) = measured([groups])
    assert json.loads(statistics(found, shape)) == json.loads(statistics(file, shape))


@given(st.text(max_size=80))
def test_a_cut_text_bounds_the_whole_one(text: str) -> None:
    """No text is above its shortened upper bound, by Unicode code points as by UTF-8 bytes."""
    bound = _upper(text)
    assert bound is None or (bound >= text and bound.encode() >= text.encode("utf-8"))


@pytest.mark.parametrize(
    ("kind", "low", "high"),
    [
        ("DECIMAL(38,6)", "-49990000000617.156544", "1.0"),
        ("DATE", "-infinity", "2020-01-01"),
        ("DATE", "2020-01-01", "12020-01-01"),
        ("TIMESTAMP", "2020-01-01 00:00:00", "infinity"),
        ("BOOLEAN", "0", "1"),
    ],
)
def test_what_has_no_honest_bound_has_none(kind: str, low: str, high: str) -> None:
    """A bound that a reader might misread is left out on at least its own side."""
    assert None in _bounds(kind, {"min": low, "max": high})
    assert _bounds(kind, {}) == (None, None)
