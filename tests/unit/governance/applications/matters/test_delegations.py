"""Delegations: in force from acceptance to the last day, for the tasks that they name (二(五))."""

from __future__ import annotations

from datetime import date

import pytest

from governance.applications.matters.delegations import DELEGATION, DelegationEvent, in_force
from governance.applications.matters.handling import clock_of
from governance.applications.matters.machine import MatterEvent, lived
from tests.city import NOW, TODAY
from tests.unit.governance.applications.matters.scene import CATALOG, DELEGATED


def event(kind: str, **facts: object) -> MatterEvent:
    """Return an event on the first day."""
    return MatterEvent(1, kind, NOW, TODAY, "甲", "d", "岗", facts=facts)


GIVEN, ACCEPTED = event(DelegationEvent.GIVEN, **DELEGATED), event("accepted", nda="密1")


def test_it_is_in_force_from_acceptance_to_its_last_day() -> None:
    """For the tasks that it names alone; ended is ended."""
    given, accepted = lived(DELEGATION, [GIVEN]), lived(DELEGATION, [GIVEN, ACCEPTED])
    longer = lived(DELEGATION, [GIVEN, ACCEPTED, event("prolonged", until="2031-12-31")])
    ended = lived(DELEGATION, [GIVEN, ACCEPTED, event("ended")])
    assert given
    assert accepted
    assert longer
    assert ended
    assert not in_force(given, TODAY)
    assert in_force(accepted, TODAY, "opening")
    assert not in_force(accepted, TODAY, "interface")
    assert not in_force(accepted, date(2026, 1, 4))
    assert in_force(accepted, date(2030, 12, 31))
    assert not in_force(accepted, date(2031, 1, 1))
    assert in_force(longer, date(2031, 12, 31))
    assert not in_force(ended, TODAY)


@pytest.mark.parametrize(
    ("later", "today", "allowed"),
    [
        (GIVEN, TODAY, True),
        (event(DelegationEvent.GIVEN, **{**DELEGATED, "tasks": ["anything"]}), TODAY, False),
        (event(DelegationEvent.GIVEN, **{**DELEGATED, "tasks": []}), TODAY, False),
        (event(DelegationEvent.GIVEN, **{**DELEGATED, "until": "2025-01-01"}), TODAY, False),
        (event(DelegationEvent.ACCEPTED, nda=" "), TODAY, False),
        (ACCEPTED, TODAY, True),
        (event(DelegationEvent.PROLONGED, until="2030-12-31"), TODAY, False),
        (event(DelegationEvent.PROLONGED, until="2031-01-01"), TODAY, True),
        (event(DelegationEvent.PROLONGED, until="2032-01-01"), date(2031, 1, 1), False),
    ],
)
def test_what_keeps_a_delegation_from_being_given(
    later: MatterEvent, today: date, *, allowed: bool
) -> None:
    """Unknown tasks, a term that ends too early, no confidentiality agreement (九(三))."""
    matter = None if later.kind == DelegationEvent.GIVEN else lived(DELEGATION, [GIVEN, ACCEPTED])
    assert (DELEGATION.objection(matter, later, clock_of(CATALOG, today)) == "") is allowed
