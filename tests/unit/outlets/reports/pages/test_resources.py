"""Behaviour of resources' pages: what each is, its rules with their trend, its deliveries."""

from __future__ import annotations

from outlets.reports.facts.city import Facts
from outlets.reports.pages import resources
from tests.city import PERSON, REFS, VISIT
from tests.unit.outlets.reports.text import cells, shown, table


def test_the_list_has_every_resource_with_its_state(facts: Facts) -> None:
    """Each resource has a row: name, newest delivery, rows stored."""
    every, *_ = resources.pages(facts)
    rows = cells(table(every.make(), "resources"))
    assert [row[0].rpartition("|")[2] for row in rows] == [*facts.resources]
    assert {*facts.resources} == {*REFS}
    assert any("待批准" in row[2] for row in rows)


def test_a_page_tells_what_it_is_and_who_answers(facts: Facts) -> None:
    """Provider, steward, cycle and key stand on the page."""
    (planned,) = (one for one in resources.pages(facts) if f"/{PERSON}/" in one.place)
    text = shown(facts, planned.make())
    for words in ("数据管理员", facts.resources[PERSON].department.name, "更新周期", PERSON):
        assert words in text


def test_a_page_lists_rules_deliveries_and_comparisons(facts: Facts) -> None:
    """Each list has a row for each, and a total."""
    (planned,) = (one for one in resources.pages(facts) if f"/{VISIT}/" in one.place)
    made = planned.make()
    mine = facts.resources[VISIT]
    assert len(table(made, "rules-table").rows) == len(mine.results.of_rules)
    assert len(table(made, "newest").rows) == len(mine.entries)
    assert len(table(made, "items").rows) == len(mine.compared)
    assert table(made, "newest").sum.zh.startswith(f"合计 {len(mine.entries)} 批")
