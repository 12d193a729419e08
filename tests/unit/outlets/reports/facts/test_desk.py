"""Behaviour of the desk's facts: what each reader returned, and a stamp that tells changes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from flow.city import City
from outlets.reports.facts.city import Facts
from outlets.reports.facts.desk import Desk, read_desk
from storage.layout import Layout
from tests.city import NOW, REFS


def test_it_holds_cases_dues_and_the_matrix(facts: Facts) -> None:
    """Failing rules are cases with their history, every resource is due, items were compared."""
    assert facts.desk.cases
    assert all(one.events for one in facts.desk.cases)
    assert {one.resource for one in facts.desk.dues} == {*REFS}
    assert facts.desk.matrix.compared > 0


def test_a_home_without_a_store_has_no_cases(reported: City, tmp_path: Path) -> None:
    """Nothing is made where nothing ever failed: no store, no case, no violation."""
    layout = Layout(tmp_path)
    desk = read_desk(layout, reported.catalog, NOW, "")
    assert (desk.cases, desk.violations) == ((), ())
    assert not layout.governance_db.exists()


def test_its_stamp_changes_with_any_of_it(facts: Facts) -> None:
    """One case less is another stamp; the same facts are the same."""
    assert facts.desk.stamp == replace(facts.desk).stamp
    assert facts.desk.stamp != replace(facts.desk, cases=facts.desk.cases[1:]).stamp
    assert Desk().stamp != facts.desk.stamp
