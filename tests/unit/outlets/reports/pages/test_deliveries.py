"""Behaviour of a delivery's page: its verdict rule by rule, and the way to the rows."""

from __future__ import annotations

import pytest

from outlets.reports.facts.city import Facts
from outlets.reports.pages import deliveries
from outlets.reports.parts import Page
from tests.city import PERSON, VISIT
from tests.unit.outlets.reports.text import cells, shown, table


def page(facts: Facts, ref: str, place: int) -> Page:
    """Return the page of a resource's delivery, counted from the newest."""
    mine = facts.resources[ref]
    end = f"{ref}/deliveries/{mine.entries[place].delivery}.html"
    (found,) = (one for one in deliveries.pages(facts) if one.place.endswith(end))
    return found.make()


def test_rules_that_found_something_come_first(facts: Facts) -> None:
    """The list begins with what failed, with its count, and has every rule."""
    rows = cells(table(page(facts, PERSON, 2), "by-rule"))
    failing = [int(row[3]) for row in rows]
    assert failing[0] > 0
    assert failing == sorted(failing, reverse=True)
    assert len(rows) == len(facts.resources[PERSON].results.of_rules)
    assert rows[0][1].startswith("行隔离")
    assert rows[-1][1] == "通过|passed"


def test_a_refused_delivery_says_why_and_shows_no_rules(facts: Facts) -> None:
    """Where no record could be read the page has the reason and a sentence in place of rules."""
    text = shown(facts, page(facts, VISIT, 0))
    assert "GATE-102" in text
    assert "没有规则结果" in text


def test_a_held_delivery_says_how_it_is_decided(facts: Facts) -> None:
    """The page has the exact command, with the resource and the delivery."""
    name = facts.resources[PERSON].entries[0].delivery
    assert f"quanshu approve {PERSON} {name} --document" in shown(facts, page(facts, PERSON, 0))


def test_the_way_to_the_rows_is_a_command(facts: Facts) -> None:
    """Each page names the commands that show the rows, and no row."""
    name = facts.resources[PERSON].entries[2].delivery
    text = shown(facts, page(facts, PERSON, 2))
    assert f"quanshu quarantine show {PERSON} {name}" in text
    assert "人7" not in text


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_page_leads_to_the_deliveries_beside_it(facts: Facts, place: int) -> None:
    """The page before and the page after are one step away."""
    names = [one.delivery for one in facts.resources[PERSON].entries]
    text = shown(facts, page(facts, PERSON, place))
    assert all(names[n] in text for n in (place - 1, place, place + 1) if 0 <= n < len(names))
