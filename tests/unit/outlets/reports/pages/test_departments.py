"""Behaviour of departments' pages: each with its resources, refusals and posts."""

from __future__ import annotations

from outlets.reports.facts.city import Facts
from outlets.reports.pages import departments
from tests.city import VISIT
from tests.unit.outlets.reports.text import cells, shown, table


def test_the_list_sums_up_what_each_handed_over(facts: Facts) -> None:
    """Every producer has a row, and the total is of all of them."""
    every = departments.table(facts)
    rows = cells(every)
    assert len(rows) == len(facts.producers)
    records = sum(int(row[4].replace(",", "")) for row in rows)
    assert f"{records:,} 条记录" in every.sum.zh


def test_a_page_has_the_departments_own_refusals(facts: Facts) -> None:
    """The office's refused visits stand on its page and on no other's."""
    made = {one.place: one.make() for one in departments.pages(facts) if "/" in one.place}
    counted = {place: len(table(page, "refusals").rows) for place, page in made.items()}
    office = facts.resources[VISIT].department.code
    assert counted.pop(f"departments/{office}.html") == 1
    assert not any(counted.values())


def test_posts_answer_and_persons_are_not_named(facts: Facts) -> None:
    """The steward is on the page by post and filing number."""
    steward = facts.resources[VISIT].department.steward
    assert steward is not None
    pages = [shown(facts, one.make()) for one in departments.pages(facts) if "/" in one.place]
    assert any(steward.filing_no in text for text in pages)
