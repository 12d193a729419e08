"""Behaviour of the page of copies: recalls that nobody answered come first."""

from __future__ import annotations

from dataclasses import replace

from outlets.reports.facts.city import Facts
from outlets.reports.pages.sharing import copies
from register.copies import Traced
from tests.unit.outlets.reports.pages.sharing.told import LATE, sharing
from tests.unit.outlets.reports.text import cells, table
from tests.unit.register.test_copies import COPY, RECEIPT


def test_copies_stand_with_how_they_are_the_newest_first(facts: Facts) -> None:
    """Overdue with the reason, disposed of with how; who handed them out is not named."""
    done = replace(LATE, copy=replace(COPY, copy="20260303-00000000"), receipt=RECEIPT)
    told = sharing(facts, copies=(LATE, Traced(replace(COPY, copy="b")), done))
    (planned,) = copies.pages(told)
    page = planned.make()
    rows = cells(table(page, "copies"))
    assert [row[0].partition("|")[0] for row in rows] == [done.copy.copy, "b", COPY.copy]
    assert [row[5].partition("|")[0] for row in rows] == ["已处置", "在用", "逾期未回执"]
    assert [row[6] for row in cells(table(page, "recalled-table"))] == ["2026-03-01"]
    assert COPY.by not in repr(page)
