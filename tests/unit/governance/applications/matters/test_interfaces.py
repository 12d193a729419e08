"""Interface requests: ten working days, and one extension of five at most (二(三))."""

from __future__ import annotations

from datetime import date

import pytest

from governance.applications.matters.handling import clock_of
from governance.applications.matters.interfaces import INTERFACE, InterfaceEvent
from governance.applications.matters.machine import Matter, MatterEvent, lived
from tests.city import NOW, PERSON, TODAY
from tests.unit.governance.applications.matters.scene import CATALOG


def event(kind: str, **facts: object) -> MatterEvent:
    """Return an event on the first day."""
    return MatterEvent(1, kind, NOW, TODAY, "甲", "d", "岗", facts=facts)


def asked(*more: MatterEvent) -> Matter:
    """Return a request, and what followed."""
    found = lived(INTERFACE, [event(InterfaceEvent.ASKED, resource=PERSON), *more])
    assert found
    return found


ASKED = event(InterfaceEvent.EXTENSION_ASKED, days=5)
EXTENDED = event(InterfaceEvent.EXTENDED)


def test_it_is_due_on_the_tenth_working_day_and_no_later_than_the_fifteenth() -> None:
    """An extension counts once the authority allowed it; then nothing more is due when provided."""
    clock = clock_of(CATALOG, TODAY)
    days = [INTERFACE.due(one, clock) for one in (
        asked(), asked(ASKED), asked(ASKED, EXTENDED),
        asked(ASKED, event(InterfaceEvent.NOT_EXTENDED)),
    )]  # fmt: skip
    assert [one.day for one in days if one] == [
        date(2026, 3, 16), date(2026, 3, 16), date(2026, 3, 23), date(2026, 3, 16),
    ]  # fmt: skip
    assert INTERFACE.due(asked(event(InterfaceEvent.PROVIDED)), clock) is None


@pytest.mark.parametrize(
    ("matter", "later", "today", "allowed"),
    [
        (asked(), ASKED, date(2026, 3, 16), True),
        (asked(), ASKED, date(2026, 3, 17), False),
        (asked(), event(InterfaceEvent.EXTENSION_ASKED, days=6), TODAY, False),
        (asked(), event(InterfaceEvent.EXTENSION_ASKED, days=0), TODAY, False),
        (asked(ASKED, event(InterfaceEvent.NOT_EXTENDED)), ASKED, TODAY, False),
        (asked(), event(InterfaceEvent.EXTENDED), TODAY, False),
        (asked(ASKED), event(InterfaceEvent.EXTENDED), date(2026, 3, 18), True),
        (asked(ASKED), event(InterfaceEvent.EXTENDED, days=6), TODAY, False),
        (asked(ASKED, EXTENDED), EXTENDED, TODAY, False),
        (asked(), event(InterfaceEvent.PROVIDED), TODAY, False),
        (asked(), event(InterfaceEvent.PROVIDED, specification="规范1"), TODAY, True),
    ],
)  # fmt: skip
def test_an_extension_is_asked_for_once_and_before_the_due_day(
    matter: Matter, later: MatterEvent, today: date, *, allowed: bool
) -> None:
    """For one to five days; what is provided has its specification and call guide."""
    wrong = INTERFACE.objection(matter, later, clock_of(CATALOG, today))
    assert (wrong == "") is allowed
