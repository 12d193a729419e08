"""Behaviour of the list of what offices owe: on the page of what is due, and on that of the day."""

from __future__ import annotations

from dataclasses import replace

from governance.owed import OwedKind
from outlets.reports.facts.city import Facts
from outlets.reports.facts.sharing import Sharing
from outlets.reports.pages import departments, due, today
from outlets.reports.pages.sharing import offices
from tests.city import GRANT, PERSON
from tests.unit.governance.violations.suspecting import duty
from tests.unit.outlets.reports.text import cells, table

LATE = duty(OwedKind.INTERFACE, "civil_affairs", "interface 3", PERSON)
OPEN = replace(duty(OwedKind.DECISION, "data_office"), due=None, late=None)
REPORT = duty(OwedKind.USAGE_REPORT, "某大学", "opening 2", "resident_profile")
RECALL = duty(OwedKind.RECALL, "data_office", "copies 20260302-0a1b2c3d", "gone")


def owing(facts: Facts, *found: object) -> Facts:
    """Return facts in which offices owe this."""
    return replace(facts, sharing=Sharing(owed=found))  # type: ignore[arg-type]


def test_the_due_page_tells_who_owes_what_by_when(facts: Facts) -> None:
    """Names and numbers by which it is acted on, the day, the working days late, the clause."""
    (planned,) = due.pages(owing(facts, LATE, REPORT, RECALL, OPEN))
    page = planned.make()
    rows = cells(table(page, "offices"))
    assert [row[0] for row in rows] == [
        "提供接口|provide an interface|interface 3", "报告使用情况|report the use|opening 2",
        "处置召回副本|give a copy back|copies 20260302-0a1b2c3d",
        f"审批授权申请|decide on a grant|grant {GRANT}",
    ]  # fmt: skip
    assert rows[0][3:] == ["2026-02-20", "2026-02-27", "1", "二(三)"]
    assert rows[1][1] == "某大学"
    assert rows[2][2] == "gone"
    assert rows[3][4:] == ["–", "–", "五(四)"]
    assert page.lead is not None
    assert "3 项应办事项逾期" in page.lead.zh
    assert table(page, "offices").sum.zh == "合计 4 项，逾期 3 项"


def test_the_page_of_the_day_has_what_is_overdue_alone(facts: Facts) -> None:
    """And no such section where nothing is; a duty that becomes overdue makes the page anew."""
    (calm,) = today.pages(owing(facts, OPEN))
    (late,) = today.pages(owing(facts, LATE, OPEN))
    assert "offices" not in [one.name for one in calm.make().sections]
    assert len(cells(table(late.make(), "offices"))) == 1
    assert calm.stamp != late.stamp
    assert offices.overdue(owing(facts, OPEN)) == []


def test_what_is_left_out_of_a_list_is_counted_all_the_same(facts: Facts) -> None:
    """The total is of everything, and says how much is shown."""
    one = offices.table(owing(facts), [LATE, OPEN, REPORT], "", 2)
    assert len(one.rows) == 2
    assert one.sum.en == "3 in all, 2 overdue, the first 2 shown"


def test_a_department_has_what_it_owes_itself(facts: Facts) -> None:
    """And its page is made anew with it; one that owes nothing has no such section."""
    owed = owing(facts, LATE, OPEN)
    pages = {one.place: one for one in departments.pages(owed)}
    before = {one.place: one for one in departments.pages(owing(facts))}
    place = "departments/civil_affairs.html"
    assert len(cells(table(pages[place].make(), "offices"))) == 1
    assert pages[place].stamp != before[place].stamp
    assert "offices" not in [one.name for one in before[place].make().sections]


def test_a_delegation_is_told_by_its_tasks(facts: Facts) -> None:
    """The unit itself is told as the one that has to accept it."""
    given = duty(OwedKind.ACCEPTANCE, "data_office", "delegation 1", "opening, quality")
    (row,) = cells(offices.table(owing(facts), [given], ""))
    assert row[2].startswith("授权开放的受理和评估、数据治理和问题数据分发|taking in")
