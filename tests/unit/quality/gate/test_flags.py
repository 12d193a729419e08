"""Flags: one bit for each condition, counted without looking at a value again."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest

from quality.gate.flags import (
    BITS,
    Flagged,
    count_flags,
    flag_columns,
    flagged_sql,
    set_sql,
)
from storage.engines.connection import Connection
from storage.engines.relation import Relation, as_table
from storage.engines.workbench import open_workbench
from storage.layout import Layout

MANY = tuple(f"n % {divisor} = 0" for divisor in range(1, 2 * BITS + 10))
"""More conditions than two numbers hold."""


@pytest.fixture(scope="module")
def con(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    """A connection for all tests."""
    with open_workbench(Layout(tmp_path_factory.mktemp("home")).work) as opened:
        yield opened


def flagged(con: Connection, numbers: list[int | None]) -> Relation:
    """Return numbered records with the flags of `MANY`."""
    marks = "".join(f", {sql} AS {name}" for name, sql in flag_columns(MANY).items())
    listed = ", ".join(f"({row}, {'NULL' if n is None else n})" for row, n in enumerate(numbers))
    values = f"(VALUES {listed}) t(_row, n)" if numbers else "(SELECT 0, 0 WHERE false) t(_row, n)"
    return as_table(con, "feed", f"SELECT *{marks} FROM {values}")


def test_every_condition_is_counted_in_every_part(con: Connection) -> None:
    """As counting each by itself would; a condition that is null is not met."""
    chance = Random(5)
    numbers = [chance.choice((None, 0, *range(1, 300))) for _ in range(400)]
    found = count_flags(flagged(con, numbers), MANY, "_row % 3")

    assert {*found} == {0, 1, 2}
    for part, one in found.items():
        of = [n for row, n in enumerate(numbers) if row % 3 == part]
        assert one.rows == len(of)
        assert one.counts == {
            sql: sum(n is not None and n % divisor == 0 for n in of)
            for divisor, sql in enumerate(MANY, 1)
        }


def test_without_records_or_conditions_there_is_little_to_count(con: Connection) -> None:
    """No part of nothing; all records where nothing is asked."""
    assert count_flags(flagged(con, []), MANY) == {}
    assert count_flags(flagged(con, [1, 2]), ()) == {0: Flagged(2, {})}


def test_places_are_found_again_in_whichever_number_they_lie(con: Connection) -> None:
    """One condition, or any of several; none of none."""
    feed = flagged(con, [2, 64, 127, 128])

    def rows(condition: str) -> list[int]:
        found = con.execute(f"SELECT n FROM {feed.sql} WHERE {condition} ORDER BY n").fetchall()
        return [n for (n,) in found]

    assert rows(set_sql(BITS)) == [64, 128]
    assert rows(flagged_sql([BITS, 126])) == [64, 127, 128]
    assert rows(flagged_sql([])) == []
