"""Statements that may be a rule, and those that may not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from quality.rules.sql.checked import checked
from quality.rules.sql.functions import FUNCTIONS
from storage.engines.connection import Connection, in_memory

TABLES = {"civil_affairs/region": {"code": "VARCHAR", "name": "VARCHAR"}}


@pytest.fixture(scope="module")
def con() -> Iterator[Connection]:
    """Yield a connection that has the engine's parser, and no table."""
    with in_memory() as opened:
        yield opened


REFUSED = {
    "a change": ("DELETE FROM feed", "not one SELECT"),
    "two statements": ("SELECT _row FROM feed; SELECT 1", "2 statements"),
    "no SQL": ("SELEC _row FROM feed", "not one SELECT"),
    "nothing": ("  ", "0 statements"),
    "a copy to a file": ("COPY (SELECT 1) TO 'x'", "not one SELECT"),
    "an attached file": ("ATTACH 'x.duckdb'", "not one SELECT"),
    "a setting": ("SET threads = 1", "not one SELECT"),
    "a file by its name": ("SELECT _row FROM '/etc/passwd'", "which is no resource"),
    "a file by a function": ("SELECT 1 AS _row FROM read_text('/etc/passwd')", "table function"),
    "a file in a subquery": (
        "SELECT _row FROM feed WHERE name IN (SELECT content FROM read_text('/etc/passwd'))",
        "table function",
    ),
    "a file in a CTE": (
        "WITH a AS (SELECT * FROM read_csv('x')) SELECT _row FROM a",
        "table function",
    ),
    "an address": ("SELECT _row FROM 'https://example.org/x.parquet'", "which is no resource"),
    "a table that is none": ("SELECT _row FROM civil_affairs.regio", "civil_affairs.region"),
    "a table of the engine": ("SELECT 1 AS _row FROM duckdb_settings()", "table function"),
    "a view of the engine": ("SELECT 1 AS _row FROM information_schema.tables", "no resource"),
    "another database": ("SELECT _row FROM memory.main.feed", "no resource"),
    "a list of tables": ("SHOW TABLES", "SHOW"),
    "a description": ("DESCRIBE feed", "SHOW or DESCRIBE"),
    "the environment": ("SELECT _row FROM feed WHERE name = getenv('HOME')", "`getenv`"),
    "a setting's value": ("SELECT _row FROM feed WHERE current_setting('threads') = 1", "function"),
    "chance": ("SELECT _row FROM feed WHERE random() < 0.5", "`random`"),
    "the clock": ("SELECT _row FROM feed WHERE born > now()", "`now`"),
    "the clock by a word": ("SELECT _row FROM feed WHERE born > current_date", "`current_date`"),
    "the user": ("SELECT _row FROM feed WHERE name = user", "`user`"),
    "the place in a table": ("SELECT _row FROM feed WHERE rowid > 3", "`rowid`"),
    "some rows": ("SELECT _row FROM feed LIMIT 3", "LIMIT"),
    "a sample": ("SELECT _row FROM feed TABLESAMPLE 10%", "sample"),
    "a version": ("SELECT _row FROM feed AT (VERSION => 3)", "another version"),
    "an endless query": (
        "WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t) SELECT n AS _row FROM t",
        "recursive",
    ),
    "a join by place": ("SELECT _row FROM feed POSITIONAL JOIN civil_affairs.region", "join"),
    "a join by names": ("SELECT _row FROM feed NATURAL JOIN civil_affairs.region", "join"),
    "columns by a pattern": ("SELECT _row, COLUMNS('a.*') FROM feed", "COLUMNS"),
    "columns by place": ("SELECT a AS _row FROM feed AS f(a, b)", "other names"),
    "a lambda": ("SELECT _row FROM feed WHERE list_any_value([1]) = 1", "function"),
    "a parameter": ("SELECT _row FROM feed WHERE born > ?", "`$1`"),
    "a parameter by name": ("SELECT _row FROM feed WHERE born > $day", "use `$today`"),
    "a name of its own for `feed`": (
        "WITH feed AS (SELECT 1 AS _row) SELECT _row FROM feed",
        "feed",
    ),
    "a type that is none": ("SELECT _row FROM feed WHERE name::nonsense = 1", "the type"),
    "a collation": ("SELECT _row FROM feed WHERE name COLLATE NOCASE = 'a'", "COLLATE"),
    "a function's schema": ("SELECT _row FROM feed WHERE other.upper(name) = 'A'", "`upper`"),
}


@pytest.mark.parametrize(("sql", "why"), REFUSED.values(), ids=REFUSED)
def test_what_is_not_known_to_be_harmless_is_refused(con: Connection, sql: str, why: str) -> None:
    """Nothing but a SELECT over the delivery and resources, that says the same tomorrow."""
    statement, faults = checked(con, sql, TABLES)
    assert statement is None
    assert any(why in f"{one.message} {one.remedy}" for one in faults), faults
    assert all(one.remedy for one in faults)


ALLOWED = """
SELECT _row FROM feed WHERE born > $today;

FROM feed SELECT _row WHERE upper(trim(name)) LIKE '张%' ORDER BY name DESC;

SELECT f._row FROM feed f LEFT JOIN civil_affairs.region r ON f.residence = r.code
WHERE r.code IS NULL AND f.residence BETWEEN '35' AND '36';

WITH twice AS (SELECT name FROM feed GROUP BY ALL HAVING count(*) > 1)
SELECT _row FROM feed WHERE name IN (SELECT name FROM twice);

SELECT _row FROM (
    SELECT *, row_number() OVER (PARTITION BY name ORDER BY _row) AS n FROM feed
) QUALIFY n > 1;

SELECT _row FROM feed SEMI JOIN civil_affairs.region USING (name);

SELECT _row FROM feed
WHERE CASE WHEN born IS NULL THEN 1 ELSE date_part('year', born) END < 9
UNION SELECT _row FROM feed WHERE EXISTS (SELECT 1 FROM civil_affairs.region);

SELECT _row FROM feed
WHERE CAST(income AS DECIMAL(18, 2)) > (SELECT avg(income) * 3 FROM feed);
"""


@pytest.mark.parametrize("sql", ALLOWED.strip().split("\n\n"))
def test_a_plain_question_is_not(con: Connection, sql: str) -> None:
    """Joins, groups, windows and the day of judging are allowed."""
    statement, faults = checked(con, sql, TABLES)
    assert faults == ()
    assert statement is not None


def test_every_function_that_may_be_called_is_one_of_the_engine(con: Connection) -> None:
    """None of them is of a kind whose answer changes from call to call."""
    rows = con.execute("SELECT function_name, stability FROM duckdb_functions()").fetchall()
    stable = dict(rows)
    words = {"coalesce", "if", "ifnull", "nullif", "extract", "countif", "position"}
    unknown = FUNCTIONS - stable.keys() - words
    assert unknown == set()
    assert {name for name in FUNCTIONS if stable.get(name) == "VOLATILE"} == set()
