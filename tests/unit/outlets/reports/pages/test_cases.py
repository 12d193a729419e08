"""Behaviour of cases' pages: reason, owner and due day of each, its history, and no note."""

from __future__ import annotations

from dataclasses import replace

import pytest

from governance.cases.clocks import Standing
from governance.cases.signals import CaseOrigin
from outlets.reports.facts.city import Facts
from outlets.reports.pages import cases
from outlets.reports.parts import Page, Terms
from tests.unit.outlets.reports.text import cells, shown, table

EVIDENCE = {
    CaseOrigin.MISMATCH: (
        *("element", "source", "pattern", "compared", "delivery", "source_version"),
        "no_longer_asked",
    ),
    CaseOrigin.LATENESS: ("period", "due", "provisional", "delivery"),
    CaseOrigin.RULE: ("level", "no_longer_asked", "changed_to", "delivery", "version"),
}
"""What signals of each origin say beside their count."""


def made(facts: Facts) -> list[Page]:
    """Return the list and the page of each case."""
    return [one.make() for one in cases.pages(facts)]


def test_the_list_has_every_open_case_with_its_due_day(facts: Facts) -> None:
    """A row tells the reason in both languages, who answers, the state and the day."""
    page, *_ = made(facts)
    rows = cells(table(page, "cases"))
    assert len(rows) == len(cases.open_cases(facts)) > 0
    for reason, owner, state, due, *_ in rows:
        assert reason.startswith(tuple(one.label for one in CaseOrigin))
        assert owner in {one.name for one in facts.catalog.departments.values()}
        assert state == "待核实|dispatched"
        assert due.startswith("2026-03-")


def test_an_overdue_case_is_counted_in_the_total(facts: Facts) -> None:
    """The total says how many of the list are overdue, and those are pressing."""
    late = [
        replace(one, shown=replace(one.shown, standing=Standing.OVERDUE))
        for one in facts.desk.cases
    ]
    changed = replace(facts, desk=replace(facts.desk, cases=tuple(late)))
    assert f"逾期 {len(late)} 件" in table(made(changed)[0], "cases").sum.zh
    assert len(cases.pressing(changed)) == len(late)
    assert cases.pressing(facts) == []


def test_a_page_tells_what_happened_and_keeps_notes_to_itself(facts: Facts) -> None:
    """Events stand there with who entered them; a note, which may quote a value, does not."""
    one = facts.desk.cases[0]
    noted = replace(one, events=tuple(replace(each, note="金丝雀") for each in one.events))
    changed = replace(facts, desk=replace(facts.desk, cases=(noted,)))
    page = made(changed)[1]
    rows = cells(table(page, "events-table"))
    assert [row[1] for row in rows] == ["产生|opened", "分发|dispatched"]
    assert "金丝雀" not in shown(changed, page)
    assert f"quanshu case show {one.shown.case.number}" in shown(changed, page)


@pytest.mark.parametrize("origin", [CaseOrigin.MISMATCH, CaseOrigin.LATENESS, CaseOrigin.RULE])
def test_every_fact_of_a_case_is_named_in_chinese(facts: Facts, origin: CaseOrigin) -> None:
    """Whatever it came from: a code of the program is no name to somebody who reads."""
    (one, *_) = facts.desk.cases
    told = EVIDENCE[origin]
    case = replace(one.shown.case, origin=origin, evidence=dict.fromkeys(told, 1))
    file = replace(one, shown=replace(one.shown, case=case))
    page = made(replace(facts, desk=replace(facts.desk, cases=(file,))))[1]
    (terms,) = page.sections[0].parts
    assert isinstance(terms, Terms)
    named = [words.zh for words, _ in terms.terms]
    assert not [name for name in named if name.isascii()]
    assert len(named) >= len(told)
