"""Conditions as SQL: rendered with their values, and told apart by what they look at."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
import sqlalchemy as sa

from quality.gate.conditions import Clause, looks_beyond, rendered
from storage.engines.connection import in_memory

NAME: sa.ColumnElement[str] = sa.column("name")
FEED = sa.table(sa.quoted_name("feed", quote=True))
OTHER: sa.ColumnElement[str] = sa.column("other")
LIST = sa.table(sa.quoted_name("code_list__sex", quote=True))


def _ranged(of: sa.ColumnElement[Any], low: object, high: object) -> Clause:
    return sa.and_(of >= low, of <= high)


def _found(pattern: str) -> Clause:
    return sa.func.REGEXP_MATCHES(NAME, pattern)


@pytest.mark.parametrize(
    ("clause", "sql"),
    [
        (NAME == "O'Neil", "name = 'O''Neil'"),
        (sa.column("the column").is_(None), '"the column" IS NULL'),
        (NAME.in_(["1", "2"]), "name IN ('1', '2')"),
        (NAME == "5%", "name = '5%'"),
        (NAME.like("张%"), "name LIKE '张%'"),
        (sa.column("share") >= 18.0, "share >= 18"),
        (sa.column("share") >= -0.5, "share >= -0.5"),
        (sa.column("share") <= 2.0**60, "share <= 1.152921504606847e+18"),
        (_ranged(sa.func.length(NAME), 4, 6), "length(name) BETWEEN 4 AND 6"),
        (sa.not_(_ranged(NAME, "a", "b")), "NOT (name BETWEEN 'a' AND 'b')"),
        (sa.and_(NAME >= "a", OTHER <= "b"), "name >= 'a' AND other <= 'b'"),
        (sa.and_(NAME > "a", NAME <= "b"), "name > 'a' AND name <= 'b'"),
        (_found("[9 ]"), "(contains(name, ' ') OR contains(name, '9'))"),
        (sa.not_(_found("[;]")), "NOT (contains(name, ';'))"),
        (sa.not_(_found("[9 ]")), "NOT (contains(name, ' ') OR contains(name, '9'))"),
        (_found("[^ 9]"), "REGEXP_MATCHES(name, '[^ 9]')"),
        (_found("[\\d ]"), "REGEXP_MATCHES(name, '[\\d ]')"),
        (_found("[[a]"), "REGEXP_MATCHES(name, '[[a]')"),
        (_found("[0-9]"), "REGEXP_MATCHES(name, '[0-9]')"),
    ],
)
def test_values_and_names_stand_in_the_sql(clause: Clause, sql: str) -> None:
    """Nothing is left to bind, for the SQL is part of the query that types the records."""
    assert rendered(clause) == sql


@pytest.mark.parametrize(
    ("clause", "beyond"),
    [
        (NAME.is_(None), False),
        (NAME.in_(sa.select(sa.column("code")).select_from(LIST)), False),
        (NAME.in_(sa.select(NAME).select_from(FEED)), True),
        (sa.func.count().over(partition_by=NAME) > 1, True),
    ],
)
def test_a_condition_about_other_records_is_known(clause: Clause, beyond: bool) -> None:
    """A window, or a query of the feed, has no answer in one record; a code list has."""
    assert looks_beyond(clause, "feed") is beyond


@pytest.mark.parametrize("signs", ["9", " 　", ".,", "é_#", "$(|*", "aA泉 "])
def test_a_few_signs_are_found_where_the_pattern_finds_them(signs: str) -> None:
    """Texts of any of these signs, and others between them, are told apart alike."""
    texts = ["".join(one) for size in range(4) for one in product(signs + "泉é-", repeat=size)]
    asked = _found(f"[{signs}]")
    has = [any(sign in text for sign in signs) for text in texts]
    with in_memory() as con:
        con.execute("CREATE TABLE texts AS SELECT unnest(?::VARCHAR[]) AS name", [[*texts, None]])
        for clause, told in ((asked, has), (sa.not_(asked), [not one for one in has])):
            said = rendered(clause)
            found = con.execute(f"SELECT {said} FROM texts WHERE name IS NOT NULL").fetchall()
            assert [one for (one,) in found] == told, said
        assert con.execute(
            f"SELECT {rendered(asked)} FROM texts LIMIT 1 OFFSET ?", [len(texts)]
        ).fetchall() == [(None,)]
