"""The clockwork: what stands still, is stopped, fails or is late."""

from __future__ import annotations

from datetime import timedelta

import pytest

from flow.city import City
from flow.upkeep.doctor.check import Patient
from flow.upkeep.doctor.checks.timers import CHECK
from flow.upkeep.doctor.clockwork import Clockwork, Timer
from tests.city import NOW

MINUTE = timedelta(minutes=1)
WELL = Timer("inbox", stopped=False, last=NOW - MINUTE, failed=False, due=NOW + MINUTE)
BEAT = NOW - MINUTE


@pytest.mark.parametrize(
    ("work", "codes"),
    [
        (None, []),
        (Clockwork(), []),  # Dagster shows runs of the command line, and never ran itself
        (Clockwork((WELL,), BEAT), []),
        (Clockwork((WELL,), NOW - 11 * MINUTE), ["DOC-601"]),
        (Clockwork((Timer("a", True, BEAT, True, BEAT),), BEAT), ["DOC-603"]),
        (Clockwork((Timer("a", False, BEAT, True, BEAT),), BEAT), ["DOC-602"]),
        (Clockwork((Timer("a", False, BEAT, False, BEAT),), BEAT), ["DOC-605"]),
        # where all stands still, that all are late is said once
        (Clockwork((Timer("a", False, BEAT, False, BEAT),), NOW - 11 * MINUTE), ["DOC-601"]),
        (Clockwork((Timer("a", False, None, False, None, True),), BEAT), ["DOC-604"]),
    ],
)
def test_a_fault_of_the_clockwork_is_told_once(
    city: City, work: Clockwork | None, codes: list[str]
) -> None:
    """The cause and not each thing that follows from it."""
    assert [one.code for one in CHECK.look(Patient(city, work))] == codes
