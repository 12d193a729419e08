"""Behaviour of the page of mismatches: squares, pairs and items agree with the matrix."""

from __future__ import annotations

from dataclasses import replace

from outlets.reports.facts.city import Facts
from outlets.reports.facts.desk import NOTHING_COMPARED
from outlets.reports.pages import matrix
from tests.unit.outlets.reports.text import cells, shown, table


def test_each_department_has_its_elements_with_their_rates(facts: Facts) -> None:
    """A row for each department that refers, with the name of every element compared."""
    (planned,) = matrix.pages(facts)
    made = planned.make()
    rows = {row[0]: row[1] for row in cells(table(made, "squares"))}
    for one in facts.desk.matrix.cells:
        assert one.name in rows[facts.catalog.departments[one.department].name]


def test_pairs_and_items_are_those_that_disagree(facts: Facts) -> None:
    """Every pair stands there, and every item that differs, with its counts."""
    (planned,) = matrix.pages(facts)
    made = planned.make()
    lines = [
        line
        for cell in facts.desk.matrix.cells
        for line in cell.lines
        if line.mismatched or line.missing
    ]
    assert len(table(made, "departments").rows) == len(facts.desk.matrix.pairs)
    items = cells(table(made, "items"))
    assert sorted(int(row[3]) for row in items) == sorted(one.mismatched for one in lines)
    assert items


def test_nothing_compared_is_said_in_words(facts: Facts) -> None:
    """Before the first comparison each list is a sentence."""
    empty = replace(facts, desk=replace(facts.desk, matrix=NOTHING_COMPARED))
    (planned,) = matrix.pages(empty)
    assert "还没有可比对的引用项" in shown(empty, planned.make())
