"""Ages: counted in the city's days from what went well."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from catalog_specs.errors import BackupError
from flow.backup.ages import ages_of
from flow.backup.drilling import drill
from flow.city import City
from tests.city import NOW
from tests.city.homes import Town
from tests.unit.flow.backup.conftest import Backed


def _later(city: City, days: int) -> City:
    return replace(city, clock=lambda: NOW + timedelta(days=days))


def test_a_home_that_never_began_has_no_age(tmp_path: Path) -> None:
    """It may be copied in another way."""
    assert [one.begun for one in ages_of(Town(tmp_path).city)] == [False, False]


def test_only_a_drill_that_went_well_counts(backed: Backed) -> None:
    """Until then its age counts from the first backup on."""
    later = _later(backed.city, 5)
    assert [one.days for one in ages_of(later)] == [5, 5]
    with pytest.raises(BackupError):
        drill(_later(backed.city, 3), backed.to)  # without its key
    assert [one.days for one in ages_of(later)] == [5, 5]
    drill(_later(backed.city, 4), backed.to, backed.identity)
    backup, tried = ages_of(later)
    assert (backup.days, tried.days) == (5, 1)
    assert (backup.overdue, tried.overdue) == (True, False)
