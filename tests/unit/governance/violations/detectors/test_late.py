"""④ Late: each thing that is overdue is suspected once, whatever the day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from catalog_specs.rules.violations import ViolationKind
from governance.owed import OwedKind
from governance.violations.facts import Overdue
from tests.city import PERSON
from tests.unit.governance.violations.suspecting import duty, facts_of, suspected

NAME = "late"
OWED = Overdue(PERSON, "missing", date(2026, 2, 27), 1)


def test_what_is_overdue_is_suspected_of_its_department() -> None:
    """A delivery and a correction are two violations; nothing overdue is none."""
    correction = Overdue(PERSON, "correction", date(2026, 2, 20), 6, "C-1")
    found = suspected(NAME, facts_of(overdue=(OWED, correction)))
    assert [one.department for one in found] == ["civil_affairs"] * 2
    assert found[1].evidence["case"] == "C-1"
    assert suspected(NAME, facts_of()) == []


def test_a_day_later_it_is_the_same_violation() -> None:
    """Its id follows from what was owed, not from how long ago."""
    (today,) = suspected(NAME, facts_of(overdue=(OWED,)))
    (later,) = suspected(NAME, facts_of(overdue=(replace(OWED, days=2),)))
    (other,) = suspected(NAME, facts_of(overdue=(replace(OWED, due=date(2026, 3, 1)),)))
    assert today.id == later.id != other.id


def test_an_interface_that_is_overdue_is_its_producers() -> None:
    """By its request and its day; other duties of offices are not about aggregation."""
    owed = duty(OwedKind.INTERFACE, "civil_affairs", "interface 3", PERSON)
    (found,) = suspected(NAME, facts_of(owed=(owed, duty(OwedKind.DECISION, "data_office"))))
    assert (found.kind, found.department, found.about) == (
        ViolationKind.LATE, "civil_affairs", PERSON,
    )  # fmt: skip
    assert found.evidence == {
        "due": "2026-02-27", "days": 1, "matter": "interface 3", "clause": "二(三)",
    }  # fmt: skip
    (later,) = suspected(NAME, facts_of(owed=(replace(owed, late=9),)))
    assert later.id == found.id
