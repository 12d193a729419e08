"""Space: a full disk, one that soon will be, and room that upkeep would give back."""

from __future__ import annotations

import pytest

from flow.city import City
from flow.upkeep.doctor.check import Patient
from flow.upkeep.doctor.checks.space import CHECK
from flow.upkeep.doctor.figures import Figures

GIB = 1 << 30


@pytest.mark.parametrize(
    ("room", "codes"),
    [
        (Figures(2 * GIB, GIB, 0, 30, 0, ()), []),
        (Figures(2 * GIB - 1, GIB, 0, 30, 0, ()), ["DOC-401"]),
        (Figures(90 * GIB, 40 * GIB, 30 * GIB, 30, 0, ()), []),
        (Figures(89 * GIB, 40 * GIB, 30 * GIB, 30, 0, ()), ["DOC-404"]),
        (Figures(5 * GIB, 40 * GIB, 30 * GIB, 3, 0, ()), []),  # a young home: its first deliveries
        (Figures(90 * GIB, 40 * GIB, 0, 30, 7 * GIB, ()), []),
        (Figures(90 * GIB, 40 * GIB, 0, 30, 9 * GIB, ()), ["DOC-403"]),
        (Figures(90 * GIB, GIB, 0, 30, GIB, ()), []),
    ],
)
def test_room_is_told_when_it_gets_short(city: City, room: Figures, codes: list[str]) -> None:
    """A disk at its bounds is fine; one beyond them is told, the worse fault alone."""
    patient = Patient(city)
    patient.__dict__["figures"] = room
    assert [one.code for one in CHECK.look(patient)] == codes
