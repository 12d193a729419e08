"""Moments of ledgers: the rows of a stretch of time.

Belongs here: comparing moments as they are stored. Keep out: days of a city
(`catalog_specs.local_time`). Ledgers write moments as ISO 8601 with whatever offset their process
had, so that they are compared as moments, never as texts.
"""

from __future__ import annotations

from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["between"]

_TYPE = pa.timestamp("us", "UTC")


def between(
    rows: pa.Table, column: str, begin: datetime | None = None, end: datetime | None = None
) -> pa.Table:
    """Return the rows from a moment on, and before another, in the order in which they lie."""
    at = pc.cast(rows[column], _TYPE)
    if begin is not None:
        chosen = pc.greater_equal(at, pa.scalar(begin, _TYPE))
        rows, at = rows.filter(chosen), at.filter(chosen)
    return rows if end is None else rows.filter(pc.less(at, pa.scalar(end, _TYPE)))
