"""Instances: each piece of work has one of its own, at home in its file."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from storage.engines.instances import beside, on_instance


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
