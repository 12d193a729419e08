"""Behaviour of the inventory of legacy exchanges on pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from catalog_specs.models.legacy import LegacyExchange
from outlets.reports.facts.city import Facts
from outlets.reports.pages import departments, legacy
from tests.city.exchanges import exchange
from tests.unit.outlets.reports.text import cells, table


def _with(facts: Facts, *some: LegacyExchange) -> Facts:
    return replace(facts, catalog=replace(facts.catalog, legacy={one.code: one for one in some}))


def test_overdue_ones_come_first_and_are_counted(facts: Facts) -> None:
    """What is over stands below; each leads to what it becomes."""
    due = {"late": facts.day - timedelta(days=1), "open": facts.day, "done": facts.day}
    over = {"state": "closed", "done_on": facts.day - timedelta(days=9)}
    some = [
        LegacyExchange.model_validate(
            exchange(code=code, name=code, due=day, **(over if code == "done" else {}))
        )
        for code, day in due.items()
    ]
    page = next(one.make() for one in departments.pages(_with(facts, *some)))
    found = table(page, "legacy")
    assert [row[0].partition("|")[0] for row in cells(found)] == ["late", "open", "done"]
    assert [("逾期" in row[4]) for row in cells(found)] == [True, False, False]
    assert found.sum.en == "3 systems, 1 overdue"
    assert "resources/civil_affairs/person/index.html" in found.rows[0][2].html


def test_a_department_has_its_own(facts: Facts) -> None:
    """Of a county's units only what they run is listed, and where they run nothing, no section."""
    one = _with(facts, LegacyExchange.model_validate(exchange()))
    assert len(list(legacy.sections(one, {"civil_affairs"}, "../"))) == 1
    assert list(legacy.sections(one, {"data_office"}, "../")) == []
    assert list(legacy.sections(facts, {"civil_affairs"}, "")) == []
