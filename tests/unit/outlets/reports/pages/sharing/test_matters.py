"""Behaviour of the lists beside grants: openings, interface requests and delegations."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from governance.applications.matters.interfaces import INTERFACE, InterfaceEvent
from governance.applications.matters.machine import Matter
from governance.applications.matters.openings import OPENING, OpeningEvent
from governance.applications.matters.reading import recorded
from governance.store.database import open_store
from outlets.reports.facts.city import Facts
from outlets.reports.pages.sharing import grants
from outlets.reports.parts import Page
from storage.layout import Layout
from tests.city import PERSON
from tests.unit.governance.applications.matters.scene import (
    CATALOG,
    KEEPER,
    REQUEST,
    Counters,
    on_record,
)
from tests.unit.governance.applications.offices import CLERK
from tests.unit.outlets.reports.pages.sharing.told import sharing
from tests.unit.outlets.reports.text import cells, table


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> tuple[Matter, ...]:
    """One matter of each kind."""
    layout = Layout(tmp_path_factory.mktemp("matters"))
    with open_store(layout, "") as store:
        on_record(store)
        counters = Counters(store)
        counters.delegated(until="2026-06-30")
        counters.do(KEEPER, OPENING, OpeningEvent.FILED, **REQUEST)
        counters.do(CLERK, INTERFACE, InterfaceEvent.ASKED, resource=PERSON)
    return recorded(layout, "")


def listed(facts: Facts) -> Page:
    """Return the page of grants."""
    return next(iter(grants.pages(facts))).make()


def test_each_kind_has_a_list_with_state_term_and_what_is_due(
    facts: Facts, begun: tuple[Matter, ...]
) -> None:
    """Units and codes, no account; what is overdue is marked."""
    page = listed(sharing(facts, CATALOG, matters=begun))
    (opening,) = cells(table(page, "opening-table"))
    assert "resident_profile" in opening[0]
    assert opening[2:4] == ["某大学", "2026-03-02"]
    assert opening[4].startswith("待评估|waits for")
    assert opening[5:] == ["2027-12-31", "–"]
    (request,) = cells(table(page, "interface-table"))
    assert PERSON in request[0]
    assert request[6].startswith("2026-03-16")
    (delegation,) = cells(table(page, "delegation-table"))
    assert delegation[4] == "已接受|accepted"
    assert delegation[5] == "2026-06-30"
    assert delegation[0].endswith("授权开放的受理和评估|taking in and assessing openings")
    later = replace(sharing(facts, CATALOG, matters=begun), day=facts.day + timedelta(days=30))
    section = next(one for one in listed(later).sections if one.name == "interface")
    assert "lamp stop" in repr(section)


def test_without_any_each_list_says_so(facts: Facts) -> None:
    """A new matter makes the page anew."""
    before = next(iter(grants.pages(sharing(facts, CATALOG))))
    assert cells(table(before.make(), "opening-table")) == []
    assert "没有授权开放" in repr(before.make())


def test_a_matter_makes_the_page_anew(facts: Facts, begun: tuple[Matter, ...]) -> None:
    """By its stamp."""
    before, after = (
        next(iter(grants.pages(sharing(facts, CATALOG, matters=some)))).stamp
        for some in ((), begun)
    )
    assert before != after
