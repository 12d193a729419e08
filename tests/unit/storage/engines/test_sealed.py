"""The sealed bench: nothing of the machine can be reached from it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from storage.engines.connection import EngineError, in_memory
from storage.engines.sealed import limits_of, open_sealed, put, within
from storage.engines.workbench import Limits


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_text('{file}')",
        "SELECT * FROM '{file}'",
        "COPY (SELECT 1) TO '{file}.copy'",
        "ATTACH '{file}.duckdb'",
        "SET enable_external_access = true",
        "SET memory_limit = '1TB'",
        "INSTALL httpfs",
        "LOAD httpfs",
    ],
)
def test_neither_files_nor_settings_can_be_reached(tmp_path: Path, sql: str) -> None:
    """Whatever a statement says, the engine itself has nothing to do it with."""
    file = tmp_path / "secret.csv"
    file.write_text("a\n1\n", encoding="utf-8")
    with open_sealed(tmp_path / "work") as con, pytest.raises(EngineError):
        con.execute(sql.format(file=file))
    assert sorted(one.name for one in tmp_path.iterdir()) == ["secret.csv", "work"]


def test_it_works_within_the_bounds_it_is_given_and_leaves_nothing(tmp_path: Path) -> None:
    """Rows stream onto it, and its folder is gone afterwards."""
    rows = in_memory().execute("SELECT range AS n FROM range(100000)").to_arrow_reader(10_000)
    with open_sealed(tmp_path, Limits("64MB", 1)) as con:
        put(con, "office", "numbers", rows)
        assert con.execute("SELECT count(*) FROM office.numbers").fetchone() == (100_000,)
        assert limits_of(con) == Limits("61.0 MiB", 1)
    assert list(tmp_path.iterdir()) == []


def test_what_takes_too_long_is_broken_off(tmp_path: Path) -> None:
    """The engine's error says so, and the connection still answers."""
    endless = "SELECT sum(a.range * b.range) FROM range(10000000) a, range(10000000) b"
    with open_sealed(tmp_path) as con:
        begun = time.monotonic()
        with pytest.raises(EngineError), within(con, 0.2):
            con.execute(endless).fetchall()
        assert time.monotonic() - begun < 10
        assert con.execute("SELECT 1").fetchone() == (1,)
