"""Behaviour of the pages of the audit log: counts, for everybody and for each producer."""

from __future__ import annotations

from dataclasses import replace

from outlets.reports.facts.city import Facts
from outlets.reports.pages.sharing import audit
from tests.unit.outlets.reports.pages.sharing.told import TALLY, sharing
from tests.unit.outlets.reports.text import cells, shown, table


def test_days_and_operations_are_counted(facts: Facts) -> None:
    """Only operations that occurred have a column; a producer sees what is about its data."""
    told = sharing(facts, tally=TALLY, entries=7, witnesses=(("tax", 5),))
    pages = {one.place: one for one in audit.pages(told)}
    first = pages["audit.html"].make()
    assert cells(table(first, "by-day")) == [["2026-03-01", "2", "3", "5"]]
    assert cells(table(first, "witnesses")) == [["tax", "5"]]
    own = pages["audit/civil_affairs.html"].make()
    assert cells(table(own, "by-day")) == [["2026-03-01", "3", "3"]]
    assert own.sheet
    # what seals commits adds entries and counts nothing: no page is made again
    again = {one.place: one.stamp for one in audit.pages(sharing(
        facts, tally=replace(TALLY, size=9), entries=9, witnesses=(("tax", 5),)
    ))}  # fmt: skip
    assert again == {place: one.stamp for place, one in pages.items()}


def test_a_log_that_cannot_be_read_is_said_so(facts: Facts) -> None:
    """Nothing else waits for it."""
    told = sharing(facts)
    (planned,) = audit.pages(told)
    assert "quanshu audit verify" in shown(told, planned.make())
