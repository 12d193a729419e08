"""A checked statement: the text that runs, what it reads, and a trial where there are no data."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from quality.rules.sql.checked import SqlFault, Statement, checked, tried
from storage.engines.connection import Connection
from storage.engines.sealed import open_sealed

FEED = {"name": "VARCHAR", "born": "DATE"}
TABLES = {"civil_affairs/region": {"code": "VARCHAR"}}


@pytest.fixture
def con(tmp_path: Path) -> Iterator[Connection]:
    """Yield a sealed connection."""
    with open_sealed(tmp_path) as opened:
        yield opened


def _checked(con: Connection, sql: str) -> Statement:
    statement, faults = checked(con, sql, TABLES)
    assert faults == ()
    assert statement is not None
    return statement


def _tried(con: Connection, sql: str) -> SqlFault | None:
    return tried(con, _checked(con, sql), FEED, TABLES)


def test_what_runs_is_what_was_read(con: Connection) -> None:
    """A comment can hide nothing, for the text is written anew from the tree."""
    sql = "SELECT _row -- FROM feed\n FROM feed /* ; DROP TABLE feed */ ; -- ) UNION SELECT 1"
    assert _checked(con, sql).sql == "SELECT _row FROM feed"


def test_only_the_columns_it_mentions_are_read(con: Connection) -> None:
    """Whatever way they are written; a star means all."""
    some = _checked(con, "SELECT _row FROM feed f WHERE f.NAME = 'x'").reads
    assert some.of(FEED) == ("name",)
    assert _checked(con, "SELECT * FROM feed").reads.of(FEED) == ("name", "born")


def test_a_statement_that_runs_over_empty_tables_is_fine(con: Connection) -> None:
    """Again and again on one connection, with and without the day of judging."""
    sql = "SELECT _row FROM feed JOIN civil_affairs.region ON name = code"
    assert _tried(con, sql) is None
    assert _tried(con, f"{sql} WHERE born < $today") is None


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("SELECT _row, nobody FROM feed", '"nobody" not found'),
        ("SELECT name FROM feed", "it returns `name`"),
        ("SELECT _row, _row AS again, _row FROM feed", "it returns"),
        ("SELECT _row FROM feed WHERE born + 'x' = 3", "Binder Error"),
    ],
)
def test_the_engine_says_what_does_not_run(con: Connection, sql: str, says: str) -> None:
    """Its words quote nothing but the catalogue, for there are no data."""
    fault = _tried(con, sql)
    assert fault is not None
    assert says in fault.message
    assert fault.remedy
