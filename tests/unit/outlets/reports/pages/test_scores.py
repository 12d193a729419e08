"""Behaviour of the page of scores: the lowest first, and every weight with its clause."""

from __future__ import annotations

from outlets.reports.facts.city import Facts
from outlets.reports.pages import scores
from tests.unit.outlets.reports.text import cells, shown, table


def test_departments_are_listed_from_the_lowest_total(facts: Facts) -> None:
    """Each scored department has its points by dimension and its total, as the card has them."""
    (planned,) = scores.pages(facts)
    rows = cells(table(planned.make(), "by-department"))
    assert facts.desk.scores is not None
    totals = {one.name: one.total for one in facts.desk.scores.departments}
    listed = [row[6] for row in rows]
    assert listed == sorted(listed, key=lambda one: (one == "–", one))
    assert {row[0].partition("|")[0]: row[6] for row in rows} == {
        name: total or "–" for name, total in totals.items()
    }


def test_the_formula_cites_its_clauses(facts: Facts) -> None:
    """Every weight and deduction stands there with the clause behind it."""
    (planned,) = scores.pages(facts)
    text = shown(facts, planned.make())
    for clause in ("三(六)", "十(一)", "七(二)", "九(一)", "四(一)"):
        assert clause in text


def test_low_points_are_shaded_and_none_is_a_dash() -> None:
    """A low figure has a class of its own; what was never judged is no zero."""
    marks = [scores.marked(one).mark for one in ("12.00", "95.00", "99.00")]
    assert marks == ["h4", "h2", ""]
    assert scores.marked(None).html == "–"
