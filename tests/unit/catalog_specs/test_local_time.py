"""The city's wall clock."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from catalog_specs.local_time import local_day, local_moment
from tests.city.declared import compiled


def test_a_moment_falls_on_the_citys_day() -> None:
    """Late in the evening by UTC it is the next day in Quanzhou already."""
    late = datetime(2026, 3, 1, 16, tzinfo=UTC)
    assert local_day(compiled(), late) == date(2026, 3, 2)
    assert local_moment(compiled(), late).isoformat() == "2026-03-02T00:00:00+08:00"


def test_a_moment_without_a_zone_is_refused() -> None:
    """A moment that does not say where it is falls on no day."""
    with pytest.raises(ValueError, match="time zone"):
        local_day(compiled(), datetime(2026, 3, 1, 16))  # noqa: DTZ001 - that is the point
