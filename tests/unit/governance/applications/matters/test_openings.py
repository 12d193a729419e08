"""授权开放: who may apply, and when assessment, confirmation and usage reports are due."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from catalog_specs.models.figure import Figure
from governance.applications.matters.handling import clock_of
from governance.applications.matters.machine import Matter, MatterEvent, lived
from governance.applications.matters.openings import (
    OPENING,
    OpeningEvent,
    OpeningRequest,
    opening_faults,
    opening_holds,
)
from tests.city import NOW, TODAY
from tests.unit.governance.applications.matters.scene import CATALOG, REQUEST


def opened(*kinds: str, on: date = TODAY, **facts: Any) -> Matter:
    """Return an application to which these things happened on one day."""
    events = [
        MatterEvent(1, kind, NOW, on, "甲", "d", "岗", facts={**REQUEST, **facts} if not n else {})
        for n, kind in enumerate(kinds)
    ]
    found = lived(OPENING, events)
    assert found
    return found


OPEN = (OpeningEvent.FILED, OpeningEvent.ASSESSED, OpeningEvent.CONFIRMED)


@pytest.mark.parametrize(
    ("edits", "what"),
    [
        ({}, None),
        ({"kind": "institute"}, None),
        ({"kind": "enterprise", "domestic_control": True, "use": "commercial"}, None),
        ({"kind": "enterprise"}, "domestic control"),
        ({"use": "commercial"}, "no commercial use"),
        ({"no_third_party": False}, "nobody else"),
        ({"dataset": "nothing"}, "no such open set"),
        ({"unit_code": "123500004881000240"}, "check character"),
        ({"valid_to": "2026-03-01"}, "term is over"),
        ({"valid_from": "2028-01-01"}, "ends before"),
    ],
)
def test_who_may_apply_for_what(edits: dict[str, Any], what: str | None) -> None:
    """Domestic firms, universities and institutes; the latter for the public benefit alone."""
    asked = OpeningRequest.model_validate({**REQUEST, **edits})
    found = list(opening_faults(CATALOG, asked, TODAY))
    assert len(found) == (what is not None)
    assert what is None or what in found[0]


def test_a_set_that_is_open_to_everybody_needs_no_application() -> None:
    """普遍开放 is taken directly."""
    free = CATALOG.open_sets["resident_profile"].model_copy(update={"type": "universal"})
    catalog = type(CATALOG)(**{**vars(CATALOG), "open_sets": {"resident_profile": free}})
    found = list(opening_faults(catalog, OpeningRequest.model_validate(REQUEST), TODAY))
    assert len(found) == 1
    assert "needs no application" in found[0]


def test_it_holds_when_it_was_confirmed_and_within_its_term() -> None:
    """The last day counts; adjustment and stop end it."""
    matter = opened(*OPEN)
    assert [opening_holds(matter, date(*day)) for day in (
        (2026, 3, 1), (2026, 3, 2), (2027, 12, 31), (2028, 1, 1)
    )] == [False, True, True, False]  # fmt: skip
    assert not opening_holds(opened(*OPEN, OpeningEvent.ADJUSTED), TODAY)
    assert not opening_holds(opened(*OPEN, OpeningEvent.STOPPED), TODAY)
    assert not opening_holds(opened(OpeningEvent.FILED, OpeningEvent.ASSESSED), TODAY)


def test_usage_reports_are_due_one_after_another() -> None:
    """Each so many days after the one before, on a working day, until the term is over."""
    clock = clock_of(CATALOG, TODAY)
    found = []
    for given in range(5):
        due = OPENING.due(opened(*OPEN, *[OpeningEvent.REPORTED] * given), clock)
        found.append(due.day if due else None)
    # 180 days are a Saturday; what comes after the last day is not asked for
    assert found == [
        date(2026, 8, 31), date(2027, 2, 25), date(2027, 8, 24), None, None,
    ]  # fmt: skip
    assert TODAY + timedelta(days=180) == date(2026, 8, 29)


def test_assessment_and_confirmation_are_due_where_a_figure_says_so() -> None:
    """The regulation sets none; then only the age is known."""
    filed, assessed = opened(*OPEN[:1]), opened(*OPEN[:2])
    clock = clock_of(CATALOG, TODAY)
    assert OPENING.due(filed, clock) is None
    figure = Figure(value=5, unit="工作日", clause="六(五)")
    terms = {"opening_assessment_days": figure, "opening_decision_days": figure}
    clock = type(clock)(clock.profile.model_copy(update=terms), clock.calendar, TODAY)
    for matter in (filed, assessed):
        due = OPENING.due(matter, clock)
        assert due
        assert due.day == date(2026, 3, 9)
    assert OPENING.due(opened(*OPEN, OpeningEvent.STOPPED), clock) is None


def test_what_is_over_is_not_confirmed() -> None:
    """Its term passed while it waited."""
    assessed = opened(*OPEN[:2])
    event = MatterEvent(1, OpeningEvent.CONFIRMED, NOW, TODAY, "甲", "d", "岗")
    assert OPENING.objection(assessed, event, clock_of(CATALOG, TODAY)) == ""
    assert OPENING.objection(assessed, event, clock_of(CATALOG, date(2028, 1, 1)))


def test_only_the_same_applicant_files_again() -> None:
    """What is adjusted is the same unit's; another one begins a matter of its own."""
    unreasonable = opened(OpeningEvent.FILED, OpeningEvent.UNREASONABLE)
    clock = clock_of(CATALOG, TODAY)
    for unit, allowed in ((REQUEST["unit_code"], True), ("12350500488100024U", False)):
        facts = {**REQUEST, "unit_code": unit}
        event = MatterEvent(1, OpeningEvent.FILED_AGAIN, NOW, TODAY, "甲", "d", "岗", facts=facts)
        assert (OPENING.objection(unreasonable, event, clock) == "") is allowed
