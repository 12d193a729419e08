"""Behaviour of the page of the day: what needs somebody comes first, and none is told so."""

from __future__ import annotations

from dataclasses import replace

from outlets.reports.facts.city import Facts
from outlets.reports.facts.desk import Desk
from outlets.reports.pages import today
from outlets.reports.parts import Page
from tests.city import PERSON, VISIT
from tests.unit.outlets.reports.text import cells, shown, table


def page(facts: Facts) -> Page:
    """Return the page."""
    (planned,) = today.pages(facts)
    return planned.make()


def test_it_says_what_was_refused_and_why_and_what_to_do(facts: Facts) -> None:
    """A refused delivery stands there with its resource, reason, code and remedy."""
    ((_, _, state, reason, remedy, _),) = cells(table(page(facts), "refusals"))
    assert state == "未了|open"
    assert (reason[:6], reason[-8:]) == ("缺少申报的列", "GATE-102")
    assert remedy.startswith("按目录申报的列名补齐表头")


def test_it_says_what_waits_for_a_decision(facts: Facts) -> None:
    """A held delivery stands there with the rows it would delete and its share of the table."""
    ((name, _, deleted, share, _),) = cells(table(page(facts), "held"))
    assert "person" in name or facts.resources[PERSON].resource.name in name
    assert int(deleted) > 0
    assert share.endswith("%")


def test_it_says_which_numbers_disagree_and_who_answers(facts: Facts) -> None:
    """A mismatch names who refers, the source, and the department that answers for it."""
    rows = cells(table(page(facts), "mismatches"))
    assert rows
    for _, referring, source, *_ in rows:
        assert facts.resources[VISIT].department.name in referring
        assert facts.resources[PERSON].department.name in source


def test_its_headline_counts_what_needs_somebody(facts: Facts) -> None:
    """The lead sums up in one sentence of each language."""
    lead = page(facts).lead
    assert lead is not None
    assert lead.zh.startswith("1 批交付被拒收")
    assert lead.en.startswith("1 refused and not made good yet")


def test_a_quiet_day_is_said_in_words(facts: Facts) -> None:
    """Without resources every list is a sentence, and nothing needs anybody."""
    quiet = replace(facts, resources={}, desk=Desk())
    made = page(quiet)
    text = shown(quiet, made)
    assert made.lead is not None
    assert made.lead.zh == "今天没有需要处理的事项。"
    for words in (
        "也没有未了的拒收",
        "没有等待决定的交付",
        "没有缺交",
        "全部一致",
        "没有规则发现不符",
    ):
        assert words in text
