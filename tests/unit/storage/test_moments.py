"""Moments of ledgers: compared as moments, whatever offset they were written with."""

from __future__ import annotations

from datetime import UTC, datetime

import pyarrow as pa
import pytest

from storage.moments import between

ROWS = pa.table(
    {"at": ["2026-03-02T09:00:00+08:00", "2026-03-02T02:00:00+00:00", "2026-03-01T23:59:59-05:00"]}
)
"""01:00, 02:00 and 04:59:59 of one day in UTC."""


@pytest.mark.parametrize(
    ("begin", "end", "kept"),
    [(None, None, 3), (2, None, 2), (None, 2, 1), (1, 2, 1), (3, 4, 0), (4, 5, 1)],
)
def test_a_moment_is_within_from_its_beginning_to_before_its_end(
    begin: int | None, end: int | None, kept: int
) -> None:
    """Bounds that are left out bound nothing."""
    first, last = (
        None if hour is None else datetime(2026, 3, 2, hour, tzinfo=UTC) for hour in (begin, end)
    )
    assert between(ROWS, "at", first, last).num_rows == kept
