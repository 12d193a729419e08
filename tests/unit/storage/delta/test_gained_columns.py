"""Gained columns: older rows of a table read null in them, and new rows may lack them."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from storage.delta.appending import append
from storage.delta.commits import Commit
from storage.delta.gained_columns import completed, gain, has_gained
from storage.delta.table_shape import Column, Shape
from storage.delta.tables import Snapshot, scan_sql, snapshot

A, B, AT = Column("a", "BIGINT", "甲"), Column("b", "VARCHAR", "乙"), Column("at", "TIMESTAMP")


@pytest.fixture
def table(tmp_path: Path) -> Snapshot:
    """Return a table of one column and one row."""
    append(tmp_path / "t", pa.table({"a": [1]}), Commit("tests", 1), Shape("表", "说明", (A,)))
    found = snapshot(tmp_path / "t")
    assert found
    return found


def test_older_rows_read_null_in_what_was_gained(table: Snapshot) -> None:
    """No file is written again, and the table tells that its files differ."""
    assert not has_gained(table.table.schema())

    assert gain(table.table, (A, B, AT))

    found = snapshot(table.path)
    assert found
    assert found.files == table.files
    assert has_gained(found.table.schema())
    rows = duckdb.sql(f"FROM {scan_sql(table.path, (A, B, AT))}").fetchall()
    assert rows == [(1, None, None)]


def test_what_is_there_is_not_gained_again(table: Snapshot) -> None:
    """Without anything lacking no version is made."""
    before = table.table.version()

    assert not gain(table.table, (A,))
    assert table.table.version() == before


def test_rows_are_completed_for_a_table_that_knows_more(table: Snapshot) -> None:
    """Rows of an earlier shape get nulls, whatever their columns are commented with."""
    gain(table.table, (A, B))
    commented = pa.schema([pa.field("a", pa.int64(), metadata={"comment": "另一个说法"})])

    made = completed(pa.table({"a": [2]}, schema=commented), table.table)

    assert made.to_pylist() == [{"a": 2, "b": None}]
    assert made.schema.field("a").metadata is None
