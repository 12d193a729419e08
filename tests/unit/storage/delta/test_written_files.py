"""Written files: queries side by side, and what they leave of the connection."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from storage.delta.written_files import write_files
from storage.sql import parquet

THREADS = "SELECT current_setting('threads') AS threads"


def test_queries_side_by_side_are_each_run_by_one_thread(tmp_path: Path) -> None:
    """No worker takes a query away from the thread that asks for it; one query alone has them."""
    with duckdb.connect() as con:
        con.execute("SET threads = 3")
        for queries, threads in (([THREADS], 3), ([THREADS, THREADS], 1)):
            folder = tmp_path / str(len(queries))
            folder.mkdir()
            written = write_files(con, queries, folder)
            found = con.execute(f"FROM {parquet([file.path for file in written])}").fetchall()
            assert found == [(threads,)] * len(queries)
        assert con.execute(THREADS).fetchall() == [(3,)]


def test_a_query_that_fails_leaves_the_threads_as_they_were(tmp_path: Path) -> None:
    """The connection is used on after an error, to find out which rule raised it."""
    with duckdb.connect() as con:
        con.execute("SET threads = 3")
        with pytest.raises(duckdb.Error):
            write_files(con, [THREADS, "SELECT error('no')"], tmp_path)
        assert con.execute(THREADS).fetchall() == [(3,)]
