"""Behaviour of the page of grants: what waits, what holds, what ends, and what nobody uses."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from governance.grants.life import GrantEvent, GrantEventKind, GrantState
from governance.grants.standing import Standing
from outlets.reports.facts.city import Facts
from outlets.reports.pages.sharing import grants
from outlets.reports.parts import Page
from tests.city import GRANT, GRANT_FILE, NOW, TODAY
from tests.city.declared import change, compiled
from tests.unit.outlets.reports.pages.sharing.told import LATE, TALLY, sharing
from tests.unit.outlets.reports.text import cells, table


def listed(facts: Facts) -> Page:
    """Return the list."""
    return next(iter(grants.pages(facts))).make()


def row(facts: Facts) -> list[str]:
    """Return the row of the grant."""
    return next(one for one in cells(table(listed(facts), "grants-table")) if GRANT in one[0])


@pytest.mark.parametrize(
    ("edit", "state"),
    [
        ({}, "有效|in force"),
        ({"valid_to": str(TODAY + timedelta(days=30))}, "即将到期|ends soon"),
        ({"status": "revoked"}, "无效|not in force"),
    ],
)
def test_a_grant_stands_there_as_it_does_today(
    facts: Facts, edit: dict[str, str], state: str
) -> None:
    """In force, about to end, or over with the reason."""
    told = row(sharing(facts, compiled(**{GRANT_FILE: change(**edit)})))
    assert told[3].startswith(state)
    assert told[5:] == ["0", "0", "从未|never"]


def test_copies_answers_and_the_last_use_stand_beside_it(facts: Facts) -> None:
    """Copies that are out, and when something was taken last."""
    used = sharing(facts, copies=(LATE,), tally=TALLY, answers=Counter({GRANT: 4}))
    assert row(used)[5:] == ["1", "4", "2026-03-02"]


def test_an_application_waits_with_who_has_approved(facts: Facts) -> None:
    """Of whom it is, for what, since when; no account is named."""
    grant = facts.catalog.grant(GRANT)
    said = (GRANT, 1, NOW, TODAY, "甲某某")
    applied = GrantEvent(*said[:2], GrantEventKind.APPLIED, *said[2:], grant.consumer)
    approved = replace(applied, kind=GrantEventKind.APPROVED, department="civil_affairs")
    waits = {GRANT: Standing(GRANT, GrantState.APPLIED, pending=grant)}
    page = listed(sharing(facts, standings=waits, events=(applied, approved)))
    (one,) = cells(table(page, "applications"))
    assert GRANT in one[0]
    assert one[4] == TODAY.isoformat()
    assert one[5] == facts.catalog.departments["civil_affairs"].name
    assert "甲某某" not in repr(page)


def test_a_page_is_made_again_when_its_grant_changes_alone(facts: Facts) -> None:
    """A copy of one grant leaves the pages of others as they are."""
    before = {one.place: one.stamp for one in grants.pages(sharing(facts))}
    after = {one.place: one.stamp for one in grants.pages(sharing(facts, copies=(LATE,)))}
    changed = {place for place, stamp in after.items() if stamp != before[place]}
    assert changed == {"grants.html", f"grants/{GRANT}.html"}
