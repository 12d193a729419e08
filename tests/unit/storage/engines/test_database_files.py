"""Database files for other readers: whole, read back and private before they are in their place."""

from __future__ import annotations

import stat
from pathlib import Path

import duckdb
import pytest

from catalog_specs.errors import TableError
from storage.engines.connection import Connection, EngineError
from storage.engines.database_files import (
    Contents,
    build_database,
    contents,
    opened,
)

MEANT: Contents = {("main", "t"): 2, ("main", "v"): None}


def fill(con: Connection) -> Contents:
    """Write a table of two rows and a view over it."""
    con.execute("CREATE TABLE t AS FROM range(2); CREATE VIEW v AS FROM t")
    return MEANT


def test_a_file_is_what_was_meant_and_its_owners_alone(tmp_path: Path) -> None:
    """It opens by itself, nobody else may read it, and nothing is left beside it."""
    place = tmp_path / "f.duckdb"

    build_database(place, fill)

    with duckdb.connect(place, read_only=True) as con:
        assert contents(con) == MEANT
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [place]


def test_what_does_not_come_back_is_not_put_in_place(tmp_path: Path) -> None:
    """The file that was there stays; the error names it and what to do."""
    place = tmp_path / "f.duckdb"
    build_database(place, fill)

    def lost(con: Connection) -> Contents:
        fill(con)
        return {("main", "t"): 3, ("main", "v"): None}

    with pytest.raises(TableError, match=r"f\.duckdb"):
        build_database(place, lost)

    with duckdb.connect(place, read_only=True) as con:
        assert contents(con) == MEANT
    assert list(tmp_path.iterdir()) == [place]


def test_what_cannot_be_filled_leaves_nothing(tmp_path: Path) -> None:
    """An error on the way is the caller's, and no file appears."""

    def fails(con: Connection) -> Contents:
        con.execute("CREATE TABLE t (a INTEGER)")
        raise LookupError

    with pytest.raises(LookupError):
        build_database(tmp_path / "f.duckdb", fails)
    assert list(tmp_path.iterdir()) == []


def test_one_engine_opens_one_file_after_another(tmp_path: Path) -> None:
    """Each is seen alone and unchanged; one that is no database takes nothing from the next."""
    first, second = tmp_path / "f.duckdb", tmp_path / "它's.duckdb"
    build_database(first, fill)
    build_database(second, lambda con: {**fill(con), **_more(con)})
    (tmp_path / "broken.duckdb").write_bytes(b"no database" * 1_000)
    for _ in range(2):
        with pytest.raises(EngineError), opened(tmp_path / "broken.duckdb"):
            pass
        with opened(first) as con:
            assert contents(con) == MEANT
            with pytest.raises(EngineError):
                con.execute("CREATE TABLE more (a INTEGER)")
        with opened(second) as con:
            assert contents(con) == {**MEANT, ("main", "more"): 0}
    with duckdb.connect(first) as con:  # nobody holds it any more
        con.execute("CREATE TABLE more (a INTEGER)")


def _more(con: Connection) -> Contents:
    con.execute("CREATE TABLE more (a INTEGER)")
    return {("main", "more"): 0}
