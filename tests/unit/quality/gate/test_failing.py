"""Which rows stay back, for which rules, and how many rows are counted of rules beyond a record."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from catalog_specs.errors import CheckError
from quality.gate.failing import Beyond, failing_rows
from quality.gate.flags import BITS, flag_columns
from storage.engines.connection import Connection
from storage.engines.relation import Relation, as_table
from storage.engines.workbench import open_workbench
from storage.layout import Layout

CONDITIONS = (*("n = -1" for _ in range(BITS - 1)), "n % 2 = 0", "n % 3 = 0")
"""The last two are flags in two different columns."""
FLAGS = {"even": BITS - 1, "third": BITS}
TWICE = "n IN (SELECT n FROM feed GROUP BY n HAVING count(*) > 1)"


@pytest.fixture
def feed(layout: Layout) -> Iterator[Relation]:
    """A feed of eight records with their flags; 7 stands in it twice."""
    with open_workbench(layout.work) as con:
        yield flagged(con, (1, 2, 3, 4, 5, 6, 7, 7))


def flagged(con: Connection, numbers: tuple[int, ...]) -> Relation:
    """Return numbered records with the flags of `CONDITIONS`."""
    marks = "".join(f", {sql} AS {name}" for name, sql in flag_columns(CONDITIONS).items())
    values = ", ".join(f"({row}, {n})" for row, n in enumerate(numbers, 1))
    return as_table(con, "feed", f"SELECT *{marks} FROM (VALUES {values}) t(_row, n)")


def rows_of(relation: Relation) -> dict[int, list[str]]:
    """Return row → the sorted codes of what it fails."""
    found = relation.con.execute(f"SELECT _row, list_sort(rules) FROM {relation.sql}")
    return dict(found.fetchall())


def test_a_row_is_named_once_with_every_rule_that_keeps_it_back(feed: Relation) -> None:
    """Flags of several columns and rows found by queries meet in one list."""
    beyond = Beyond(feed, {"twice"})
    assert beyond.count("twice", TWICE, "0", "here") == {0: 2}
    assert rows_of(failing_rows(feed, FLAGS, beyond)) == {
        2: ["even"],
        3: ["third"],
        4: ["even"],
        6: ["even", "third"],
        7: ["twice"],
        8: ["twice"],
    }


def test_what_only_warns_is_counted_and_keeps_no_row(feed: Relation) -> None:
    """No row is written down for a rule that keeps none."""
    beyond = Beyond(feed, ())
    assert beyond.count("twice", TWICE, "_row % 2", "here") == {0: 1, 1: 1}
    assert rows_of(failing_rows(feed, {}, beyond)) == {}


def test_a_rule_that_raises_is_named(feed: Relation) -> None:
    """The message of the engine, which quotes values, does not get out."""
    with pytest.raises(CheckError, match="twice") as raised:
        Beyond(feed, {"twice"}).count("twice", "error(n::VARCHAR)", "0", "here")
    assert raised.value.where == "here"
