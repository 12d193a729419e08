"""Behaviour of the page of what is due: everybody's next day, and what is missing first."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from flow.city import City
from outlets.reports.facts.city import Facts
from outlets.reports.pages import due
from quality.timeliness.duties import due_list
from tests.city import NOW
from tests.unit.outlets.reports.text import cells, table


def test_every_resource_has_its_next_day(facts: Facts) -> None:
    """Each resource stands there with its cycle and when it is due."""
    (planned,) = due.pages(facts)
    rows = cells(table(planned.make(), "dues"))
    assert len(rows) == len(facts.desk.dues)
    assert all(row[3].startswith(("2026-", "2027-", "–")) for row in rows)
    assert any(row[3].startswith("2026-03") for row in rows)
    assert due.overdue(facts) == []


def test_what_did_not_come_is_missing(reported: City, facts: Facts) -> None:
    """A month without a delivery is told with its period and the working days since."""
    later = NOW + timedelta(days=40)
    dues = due_list(reported.catalog, reported.layout, later)
    changed = replace(facts, desk=replace(facts.desk, dues=dues))
    rows = cells(due.overdue_table(changed, due.overdue(changed), ""))
    assert rows
    for _, period, moment, days, periods, came in rows:
        assert period
        assert moment < came.replace("2026-03", "2026-99")
        assert int(days) > 0
        assert int(periods) > 0
    first = due.overdue_table(changed, due.overdue(changed), "", 1)
    assert len(first.rows) == 1
    assert first.sum.en == f"{len(rows)} resources, the first 1 shown"
