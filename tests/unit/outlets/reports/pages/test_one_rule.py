"""Behaviour of a rule's own page: a history that keeps its wordings."""

from __future__ import annotations

from outlets.reports.facts.city import Facts
from outlets.reports.pages.one_rule import rule_page
from outlets.reports.parts import Chart
from tests.city import PERSON
from tests.unit.outlets.reports.facts.rows import ROW
from tests.unit.outlets.reports.pages.test_rules import with_results
from tests.unit.outlets.reports.text import cells, table


def test_a_changed_rule_begins_a_new_line_with_its_own_words(facts: Facts) -> None:
    """The page keeps each wording with its time, the newest first, and draws the present one."""
    changed = ROW | {"fingerprint": "g", "wording": "改后不得为空", "delivery": "000002-0"}
    changed["judged_at"] = "2026-03-03"
    told = with_results(facts, ROW, changed)
    mine = told.resources[PERSON]
    (results,) = mine.results.of_rules.values()
    page = rule_page(told, mine, tuple(results))
    [chart] = page.sections[0].parts
    assert isinstance(chart, Chart)
    assert (chart.first.zh, chart.last.zh) == ("000002-0", "000002-0")
    rows = cells(table(page, "lines"))
    assert [(row[0].partition("|")[0], row[1]) for row in rows] == [
        ("改后不得为空", "g"),
        ("不得为空", "f"),
    ]
