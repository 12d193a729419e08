"""A checked statement: the text that runs, what it reads, and a trial where there are no data."""

from __future__ import annotations

import random
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


DEEP = {
    "sums": "SELECT _row FROM feed WHERE 1 = " + " + ".join(["1"] * 5_000),
    "brackets": "SELECT _row FROM feed WHERE " + "(" * 5_000 + "true" + ")" * 5_000,
    "queries": "SELECT _row FROM feed WHERE 1 = " + "(SELECT " * 400 + "1" + ")" * 400,
    "no text": "SELECT _row FROM feed WHERE name = '\x00'",
    "half a character": "SELECT _row FROM feed WHERE name = '\ud800'",
}


@pytest.mark.parametrize("sql", DEEP.values(), ids=DEEP)
def test_what_the_parser_cannot_take_is_refused_and_nothing_breaks(
    con: Connection, sql: str
) -> None:
    """Whatever somebody writes, `check` answers."""
    statement, faults = checked(con, sql, TABLES)
    assert (statement is None) == bool(faults)


def test_a_harmful_part_is_found_wherever_it_stands(con: Connection) -> None:
    """Of 1,000 statements put together by chance, none with such a part may run."""
    chance, seen = random.Random(11), 0
    for _ in range(1_000):
        sql, harmful = _statement(chance, 3)
        statement, faults = checked(con, sql, TABLES)
        assert (statement is None) == harmful, (sql, faults)
        seen += harmful
    assert 200 < seen < 800


def _statement(chance: random.Random, depth: int) -> tuple[str, bool]:
    """Return a SELECT, and whether anything in it may not be there."""
    table, bad = _one_of(chance, TABLES_OF, depth)
    first, worse = _expression(chance, depth)
    second, worst = _expression(chance, depth)
    shape = chance.choice(SHAPES)
    return shape.format(table=table, a=first, b=second), bad or worse or worst


def _expression(chance: random.Random, depth: int) -> tuple[str, bool]:
    if depth and chance.random() < 0.4:
        inner, bad = _statement(chance, depth - 1)
        wrap = chance.choice(("(SELECT max(_row) FROM ({}) q)", "(_row IN ({}))", "EXISTS ({})"))
        return wrap.format(inner), bad
    return _one_of(chance, VALUES, depth)


def _one_of(
    chance: random.Random, known: tuple[tuple[str, ...], tuple[str, ...]], depth: int
) -> tuple[str, bool]:
    fine, harmful = known
    bad = chance.random() < 0.04 + 0.02 * depth
    return chance.choice(harmful if bad else fine), bad


SHAPES = (
    "SELECT _row FROM {table} WHERE {a} IS NULL OR {b} IS NOT NULL",
    "SELECT _row FROM feed WHERE {a} = (SELECT min({b}) FROM {table})",
    "SELECT row_number() OVER (PARTITION BY name) AS n, {a}, {b}, _row FROM {table} QUALIFY n > 1",
    "WITH c AS (SELECT {a} AS x FROM {table}) SELECT _row FROM feed, c WHERE x = {b}",
    "SELECT _row FROM {table} GROUP BY _row, {a} HAVING count({b}) FILTER ({a} IS NULL) > 1",
    "SELECT CASE WHEN {a} IS NULL THEN {b} END AS y, _row FROM {table} ORDER BY {a}",
    "SELECT _row FROM {table} UNION SELECT {a} FROM feed WHERE {b} BETWEEN 1 AND 2",
)
TABLES_OF = (
    ("feed", "civil_affairs.region", "(SELECT * FROM feed) s", "feed f JOIN feed g USING (_row)"),
    (
        "read_text('x')",
        "'x.parquet'",
        "other.thing",
        "feed TABLESAMPLE 5%",
        "range(9)",
        "(FROM duckdb_tables()) s",
        "(VALUES (1)) s(_row)",
    ),
)
VALUES = (
    ("name", "upper(name)", "1", "'x'", "coalesce(name, 'x')", "$today", "born + 1", "NULL"),
    (
        "getenv('HOME')",
        "random()",
        "now()",
        "current_date",
        "current_setting('threads')",
        "$other",
        "read_blob('x')",
        "nextval('s')",
        "rowid",
        "list_transform([1], lambda z: z)",
    ),
)
