"""Conditions as SQL: rendered with their values, and told apart by what they look at."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from quality.gate.conditions import Clause, looks_beyond, rendered

NAME: sa.ColumnElement[str] = sa.column("name")
FEED = sa.table(sa.quoted_name("feed", quote=True))
LIST = sa.table(sa.quoted_name("code_list__sex", quote=True))


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
