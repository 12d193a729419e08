"""Queries of a connection that are answered behind Spark Connect, as files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from catalog_specs.errors import SecondEngineError
from storage.engines.connection import in_memory
from storage.engines.spark.address import Address
from storage.engines.spark.closed_list import NotSaidAlike
from storage.engines.spark.elsewhere import Elsewhere, Expecting, expecting
from storage.places.object_path import ObjectPath
from storage.sql import parquet
from tests.harness.fixtures import store
from tests.harness.sail import sail

__all__ = ["store"]


def test_a_query_over_files_and_tables_is_answered(tmp_path: Path) -> None:
    """Files that lack a column of others, a table, and an answer without rows."""
    pytest.importorskip("pysail")
    con = in_memory()
    for name, query in {"a": "1 AS n, 'x' AS t", "b": "2 AS n"}.items():
        con.execute(f"COPY (SELECT {query}) TO '{tmp_path}/{name}.parquet'")
    files = [tmp_path / "a.parquet", tmp_path / "b.parquet"]
    con.execute(f"CREATE VIEW feed AS FROM {parquet(files, 'union_by_name = true')}")
    con.execute("CREATE TABLE more AS SELECT 3::INT AS n, NULL::VARCHAR AS t")
    elsewhere = Elsewhere(con, tmp_path / "work", sail(), {})
    first = elsewhere.begin()
    query = "SELECT n, t FROM feed UNION ALL SELECT n, t FROM more"
    found = elsewhere.answer(query, "office/things", 3)
    assert sorted(con.execute(f"FROM {found}").fetchall()) == [(1, "x"), (2, None), (3, None)]
    none = elsewhere.answer("SELECT n, t FROM feed WHERE n > 9", "office/things")
    told = con.execute(f"DESCRIBE FROM {none}").fetchall()
    assert [row[:2] for row in told] == [("n", "INTEGER"), ("t", "VARCHAR")]
    assert con.execute(f"FROM {none}").fetchall() == []
    with pytest.raises(SecondEngineError, match="wrote 2 rows where there are 5"):
        Expecting(elsewhere, 5).answered("SELECT n FROM feed", "office/things")
    assert expecting(None, 5) is None
    elsewhere.begin()
    assert not first.exists(), "what lay in an earlier folder is gone"
    elsewhere.close()
    con.close()


def test_what_cannot_be_said_is_refused_before_anything_is_begun(tmp_path: Path) -> None:
    """Nobody is asked whether the engine is there."""
    con = in_memory()
    con.execute("CREATE TABLE feed AS SELECT 1 AS n")
    elsewhere = Elsewhere(con, tmp_path, Address("sc://127.0.0.1:1"), {})
    folder = elsewhere.begin()
    with pytest.raises(NotSaidAlike):
        elsewhere.answer("SELECT n FROM feed ORDER BY n", "office/things")
    assert not [*folder.iterdir()]
    con.close()


def test_objects_are_fetched_once_for_all_queries_of_a_bundle(
    tmp_path: Path, store: ObjectPath
) -> None:
    """What was fetched stays for the next query, and is gone with the folder."""
    pytest.importorskip("pysail")
    con = in_memory()
    con.execute(f"COPY (SELECT 1 AS n) TO '{tmp_path}/a.parquet'")
    there = store / "table" / "a.parquet"
    there.upload(tmp_path / "a.parquet")
    elsewhere = Elsewhere(con, tmp_path / "work", sail(), {})
    folder = elsewhere.begin()
    for query, wanted in (("n", 1), ("n + 1 AS m", 2)):
        found = elsewhere.answer(f"SELECT {query} FROM {parquet(there)}", "office/things", 1)
        assert con.execute(f"FROM {found}").fetchall() == [(wanted,)]
        [copy] = folder.rglob("a.parquet")
        os.utime(copy, (1, 1))
    assert copy.stat().st_mtime == 1
    elsewhere.begin()
    assert not copy.exists()
    elsewhere.close()
    con.close()
