"""Instances that stand ready: nothing of one piece of work is there for the next."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from storage.engines import instances
from storage.engines.instances import beside, on_instance


@pytest.fixture(autouse=True)
def ready(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[int, list[duckdb.DuckDBPyConnection]]]:
    """Let none stand ready at first, whatever other tests left; yield those that do."""
    alone: dict[int, list[duckdb.DuckDBPyConnection]] = {}
    monkeypatch.setattr(instances, "_ready", alone)
    yield alone
    for root in (one for each in alone.values() for one in each):
        root.close()


def standing(ready: dict[int, list[duckdb.DuckDBPyConnection]]) -> list[int]:
    """Return which instances stand ready."""
    return [id(one) for each in ready.values() for one in each]


def test_the_next_work_finds_nothing_of_the_last(
    ready: dict[int, list[duckdb.DuckDBPyConnection]], tmp_path: Path
) -> None:
    """Neither tables nor macros, nor what was temporary; the instance is the same."""
    with on_instance(tmp_path / "1", tmp_path / "spill") as con:
        con.execute("CREATE TABLE rows AS FROM range(3)")
        con.execute("CREATE TEMP TABLE passing AS FROM range(3)")
        con.execute("CREATE MACRO twice(n) AS 2 * n")
        con.register("given", pa.table({"n": [1]}))
        assert con.execute("SELECT twice(count(*)) FROM rows, given").fetchall() == [(6,)]
        assert standing(ready) == []
    before = standing(ready)
    with on_instance(tmp_path / "2", tmp_path / "spill") as con:
        assert con.execute(
            "SELECT count(*) FROM duckdb_tables() WHERE NOT internal"
        ).fetchall() == [(0,)]
        for name in ("rows", "passing", "given", "bench.rows"):
            with pytest.raises(duckdb.CatalogException):
                con.execute(f"FROM {name}")
        with pytest.raises(duckdb.CatalogException):
            con.execute("SELECT twice(1)")
    assert standing(ready) == before
    assert len(before) == 1


def test_two_works_at_a_time_have_an_instance_each(
    ready: dict[int, list[duckdb.DuckDBPyConnection]], tmp_path: Path
) -> None:
    """Limits of one are none of the other's."""
    with (
        on_instance(tmp_path / "1", tmp_path / "spill1") as one,
        on_instance(tmp_path / "2", tmp_path / "spill2") as two,
    ):
        one.execute("SET threads = 1")
        two.execute("SET threads = 2")
        asked = "SELECT current_setting('threads'), current_setting('temp_directory')"
        assert one.execute(asked).fetchall() == [(1, str(tmp_path / "spill1"))]
        assert two.execute(asked).fetchall() == [(2, str(tmp_path / "spill2"))]
    assert len(standing(ready)) == 2


def test_a_further_connection_sees_the_same_tables(tmp_path: Path) -> None:
    """It is another one: what is temporary on the first is not there."""
    with on_instance(tmp_path / "1", tmp_path / "spill") as con:
        con.execute("CREATE TABLE rows AS FROM range(3)")
        con.execute("CREATE TEMP TABLE passing AS FROM range(3)")
        with beside(con) as other:
            assert other.execute("SELECT count(*) FROM rows").fetchall() == [(3,)]
            with pytest.raises(duckdb.CatalogException):
                other.execute("FROM passing")


def test_one_that_spilled_or_failed_is_given_up(
    ready: dict[int, list[duckdb.DuckDBPyConnection]], tmp_path: Path
) -> None:
    """It would spill into a folder that is gone, or be unusable after a fatal error."""
    with on_instance(tmp_path / "1", tmp_path / "spill") as con:
        con.execute("SET memory_limit = '20MB'")
        con.execute("SET threads = 1")
        con.execute("CREATE TEMP TABLE much AS SELECT uuid() AS u FROM range(2_000_000) ORDER BY u")
        assert (tmp_path / "spill").exists()
    assert standing(ready) == []
    with (
        pytest.raises(duckdb.CatalogException),
        on_instance(tmp_path / "2", tmp_path / "2s") as con,
    ):
        con.execute("FROM nothing")
    assert standing(ready) == []
    with pytest.raises(duckdb.ConnectionException):
        con.execute("SELECT 1")


def test_a_disk_that_is_full_when_the_work_is_done_fails_nothing(
    ready: dict[int, list[duckdb.DuckDBPyConnection]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What the engine cannot write at the end is given up with it."""
    monkeypatch.setattr(instances, "_BENCH", "elsewhere")
    with on_instance(tmp_path / "1", tmp_path / "spill") as con:
        con.execute("CREATE TABLE rows AS FROM range(3)")
        con.execute("USE memory")
        con.execute("DETACH elsewhere")  # so that it cannot be done again
    assert standing(ready) == []
