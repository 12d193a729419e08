"""Behaviour of the page of a grant: what leaves and why, who decided, and no value."""

from __future__ import annotations

from functools import partial

from governance.applications.former import former_events
from outlets.reports.facts.city import Facts
from outlets.reports.pages.sharing import one_grant
from tests.city import GRANT, GRANT_FILE, NOW
from tests.city.declared import change, compiled
from tests.unit.outlets.reports.pages.sharing.told import LATE, sharing
from tests.unit.outlets.reports.text import cells, shown, table


def test_every_item_has_its_mask_and_who_says_so(facts: Facts) -> None:
    """The condition of rows is told by its item, never by its value."""
    told = sharing(facts)
    page = one_grant.page(told, told.catalog.grant(GRANT))
    rows = cells(table(page, "leaving-1"))
    assert [row[0].rpartition("|")[2] for row in rows] == [
        "resident_id", "name", "sex", "birth_date", "residence"
    ]  # fmt: skip
    assert rows[3][2].startswith("本授权约定")
    assert all(row[3] and row[4] for row in rows)
    text = shown(told, page)
    assert "行范围：按" in text
    assert "3505" not in text


def test_decisions_stand_with_their_documents_and_without_accounts(facts: Facts) -> None:
    """Department, post and number of the document; so do copies."""
    grant = facts.catalog.grant(GRANT)
    events = tuple(former_events(facts.catalog, grant, 1, NOW))
    told = sharing(facts, events=events, copies=(LATE,))
    page = one_grant.page(told, grant)
    rows = cells(table(page, "events"))
    assert [row[4] for row in rows if row[1].startswith("同意")] == [
        "数共享2024-01",
        "民数据2024-01",
    ]
    assert [row[0].partition("|")[0] for row in cells(table(page, "copies-table"))] == [
        LATE.copy.copy
    ]


def test_a_grant_that_does_not_hold_says_why_and_what_to_do(facts: Facts) -> None:
    """One that holds has no such list."""
    make = partial(one_grant.page, grant=facts.catalog.grant(GRANT))
    assert "objections" not in {one.name for one in make(sharing(facts)).sections}
    over = sharing(facts, compiled(**{GRANT_FILE: change(valid_to="2026-03-01")}))
    rows = cells(table(one_grant.page(over, over.catalog.grant(GRANT)), "objections-table"))
    assert rows
    assert all(row[0] and row[2] and row[3] for row in rows)


def test_what_can_be_done_today_is_said_in_both_languages(facts: Facts) -> None:
    """Also of every method, and of what leaves under each mask."""
    grant = facts.catalog.grant(GRANT)
    page = one_grant.page(sharing(facts), grant)
    assert page.lead is not None
    assert page.lead.en.startswith("It may have the records of a list")
    over = sharing(facts, compiled(**{GRANT_FILE: change(valid_to="2026-03-01")}))
    ended = one_grant.page(over, over.catalog.grant(GRANT))
    assert ended.lead is not None
    assert "does not hold" in ended.lead.en
    leaves = [row[4] for row in cells(table(page, "leaving-1"))]
    assert all("|" in told for told in leaves)
