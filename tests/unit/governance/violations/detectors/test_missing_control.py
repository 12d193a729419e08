"""⑨ Missing control: posts, retention, and what cannot be seen from here."""

from __future__ import annotations

import pytest

from governance.violations.detectors.missing_control import controls
from governance.violations.facts import Control, ControlState
from tests.city.declared import change, compiled
from tests.unit.governance.violations.suspecting import facts_of, suspected

NAME = "missing_control"
OFFICE = "departments/civil_affairs.yaml"


@pytest.mark.parametrize(("until", "count"), [("2026-03-01", 1), ("2026-03-02", 0)])
def test_a_post_that_is_no_longer_in_office_is_suspected(until: str, count: int) -> None:
    """On the last day of its term it still is."""
    found = suspected(NAME, facts_of(compiled(**{OFFICE: change(steward__until=until)})))
    assert [(one.department, one.cause) for one in found] == [("civil_affairs", "steward")] * count


def test_a_department_without_a_responsible_leader_is_suspected() -> None:
    """Nobody on record is nobody in office."""
    (one,) = suspected(NAME, facts_of(compiled(**{OFFICE: change(responsible=...)})))
    assert one.cause == "responsible"


@pytest.mark.parametrize(("years", "count"), [(2, 1), (3, 0), (5, 0)])
def test_logs_are_kept_three_years_at_least(years: int, count: int) -> None:
    """A profile may ask for more, and for less it is suspected."""
    catalog = compiled(**{"profiles/test_rules.yaml": change(log_years__value=years)})
    assert len(suspected(NAME, facts_of(catalog))) == count


def test_what_is_unknown_is_told_and_suspected_of_nothing() -> None:
    """Whether there are backups cannot be seen from here: it says so, and accuses nobody."""
    said = ("backups", "备份", "backups", "八(四)", "data_office")
    unknown, missing = (
        Control(*said, state, {}) for state in (ControlState.UNKNOWN, ControlState.MISSING)
    )
    assert unknown in controls(facts_of(controls=(unknown,)))
    assert suspected(NAME, facts_of(controls=(unknown,))) == []
    assert [one.cause for one in suspected(NAME, facts_of(controls=(missing,)))] == ["backups"]
