"""Instances: each piece of work has one of its own, at home in its file."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

import duckdb
import pytest

from storage.engines.connection import Connection
from storage.engines.instances import PAUSE, beside, end_queries, on_instance, side_by_side

ENDLESS = "SELECT max(hash(a.range + b.range)) FROM range(10_000_000) a, range(10_000_000) b"


def test_two_works_at_a_time_have_an_instance_each(tmp_path: Path) -> None:
    """Limits of one are none of the other's, and neither are its tables."""
    with (
        on_instance(tmp_path / "1", tmp_path / "spill1") as one,
        on_instance(tmp_path / "2", tmp_path / "spill2") as two,
    ):
        one.execute("SET threads = 1")
        two.execute("SET threads = 2")
        one.execute("CREATE TABLE rows AS FROM range(3)")
        asked = "SELECT current_setting('threads'), current_setting('temp_directory')"
        assert one.execute(asked).fetchall() == [(1, str(tmp_path / "spill1"))]
        assert two.execute(asked).fetchall() == [(2, str(tmp_path / "spill2"))]
        with pytest.raises(duckdb.CatalogException):
            two.execute("FROM rows")


def test_a_further_connection_sees_the_same_tables(tmp_path: Path) -> None:
    """It is another one: what is temporary on the first is not there."""
    with on_instance(tmp_path / "1", tmp_path / "spill") as con:
        con.execute("CREATE TABLE rows AS FROM range(3)")
        con.execute("CREATE TEMP TABLE passing AS FROM range(3)")
        with beside(con) as other:
            assert other.execute("SELECT count(*) FROM rows").fetchall() == [(3,)]
            with pytest.raises(duckdb.CatalogException):
                other.execute("FROM passing")


def test_it_ends_whatever_happens(tmp_path: Path) -> None:
    """After an error, too, nobody can use it any more."""
    with (
        pytest.raises(duckdb.CatalogException),
        on_instance(tmp_path / "1", tmp_path / "spill") as con,
    ):
        con.execute("FROM nothing")
    with pytest.raises(duckdb.ConnectionException):
        con.execute("SELECT 1")


def test_jobs_run_side_by_side_on_the_same_tables(tmp_path: Path) -> None:
    """Results come in the order of the jobs; threads are afterwards as many as before."""
    with on_instance(tmp_path / "1", tmp_path / "spill") as con:
        con.execute("SET threads = 2")

        def made(place: int) -> Callable[[Connection], int]:
            def make(own: Connection) -> int:
                own.execute(f"CREATE TABLE rows_{place} AS FROM range({place})")
                ((threads,),) = own.execute("SELECT current_setting('threads')").fetchall()
                return place * int(threads)

            return make

        assert side_by_side(con, [made(3), made(5)]) == [3, 5]
        assert con.execute("SELECT current_setting('threads')").fetchall() == [(2,)]
        counted = "SELECT (SELECT count(*) FROM rows_3), (SELECT count(*) FROM rows_5)"
        assert con.execute(counted).fetchall() == [(3, 5)]


def test_what_runs_beside_a_job_that_fails_is_ended(tmp_path: Path) -> None:
    """Nobody waits for what nobody will read."""
    ended: list[bool] = []

    def endless(own: Connection) -> None:
        with pytest.raises(duckdb.InterruptException):
            own.execute(ENDLESS)
        ended.append(True)

    def failing(own: Connection) -> None:
        own.execute("FROM nothing")

    with on_instance(tmp_path / "1", tmp_path / "spill") as con:
        with pytest.raises(duckdb.CatalogException):
            side_by_side(con, [failing, endless])
        assert ended == [True]
        assert con.execute("SELECT 1").fetchall() == [(1,)]


def test_all_queries_are_ended_at_once(tmp_path: Path) -> None:
    """Those of every instance, and of the connections beside it."""
    with (
        on_instance(tmp_path / "1", tmp_path / "spill") as one,
        on_instance(tmp_path / "2", tmp_path / "spill") as two,
        beside(two) as three,
        ThreadPoolExecutor(3) as pool,
    ):
        asked = [pool.submit(con.execute, ENDLESS) for con in (one, two, three)]
        while wait(asked, PAUSE).not_done:
            end_queries()
        assert {type(query.exception()) for query in asked} == {duckdb.InterruptException}
