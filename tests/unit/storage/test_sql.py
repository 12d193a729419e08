"""Quoting: whatever a name or a value holds, it comes back from DuckDB as it was."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from storage.sql import identifier, identifiers, literal, parquet, same_key

NASTY = ['a"b', "a'b", "a;--b", "select", "列 名", "a\nb", "\\", "%s {0} $1 ?"]


@pytest.mark.parametrize("name", NASTY)
def test_any_name_names_its_column(name: str) -> None:
    """A quoted name is that name and nothing else."""
    found = duckdb.sql(f"SELECT 1 AS {identifier(name)}")

    assert found.columns == [name]


def test_names_are_joined_each_for_itself() -> None:
    """A comma within a name parts nothing."""
    assert identifiers(["a,b", 'c"']) == '"a,b", "c"""'


@pytest.mark.parametrize("name", ["", "a\x00b"])
def test_what_no_quoting_can_carry_is_refused(name: str) -> None:
    """Neither the empty name nor NUL becomes SQL."""
    with pytest.raises(ValueError, match="identifier"):
        identifier(name)


@pytest.mark.parametrize(
    "value",
    [
        *NASTY,
        None,
        True,
        -7,
        Decimal("12.30"),
        date(2024, 2, 29),
        datetime(2024, 2, 29, 23, 59, 59, 123456),  # noqa: DTZ001 - as DuckDB's TIMESTAMP
        ["a'b", None],
    ],
)
def test_a_literal_is_its_value(value: Any) -> None:
    """Every type comes back as it was, a list with its members."""
    assert duckdb.sql(f"SELECT {literal(value)}").fetchall() == [(value,)]


def test_a_text_with_nul_is_refused() -> None:
    """NUL would end the statement early."""
    with pytest.raises(ValueError, match="NUL"):
        literal("a\x00b")


def test_nulls_of_a_key_are_equal() -> None:
    """Rows without a value have the same key; a value and none have not."""
    found = duckdb.sql(
        "SELECT l.n, r.n FROM (VALUES (1, NULL), (2, 'x')) l(n, k), "
        f"(VALUES (1, NULL), (2, 'x'), (3, 'y')) r(n, k) WHERE {same_key('l', 'r', ['k'])}"
    )

    assert sorted(found.fetchall()) == [(1, 1), (2, 2)]


@pytest.mark.parametrize("folder", ["a*b", "a?b", "[ab]", "year=2024", "it's"])
def test_a_path_is_no_pattern(tmp_path: Path, folder: str) -> None:
    """Of a home below a folder of any name exactly the named files are read."""
    for name in (folder, "axb", "a", "b"):
        (tmp_path / name).mkdir()
        pl.DataFrame({"v": [name]}).write_parquet(tmp_path / name / "f.parquet")

    found = duckdb.sql(f"FROM {parquet(tmp_path / folder / 'f.parquet')}")

    assert (found.columns, found.fetchall()) == (["v"], [(folder,)])
