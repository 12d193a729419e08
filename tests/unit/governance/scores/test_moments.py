"""Moments: what was on record by the end of a local day, whatever offset it was written with."""

from __future__ import annotations

from datetime import date

import pyarrow as pa

from governance.scores.moments import Span, month_of, months_before, within

ZONE = "Asia/Shanghai"


def test_the_day_is_the_citys() -> None:
    """23:59 in the city is the day, a minute later is not; UTC and local offsets are one moment."""
    moments = [
        "2026-03-01T15:59:59+00:00",
        "2026-03-01T16:00:00+00:00",
        "2026-03-02T23:59:59.999999+08:00",
        "2026-03-02T16:00:00+00:00",
        "2026-03-03T00:00:00+08:00",
    ]
    rows = pa.table({"at": moments})
    day = date(2026, 3, 2)
    assert within(rows, "at", Span(day, day, ZONE))["at"].to_pylist() == moments[1:3]
    assert within(rows, "at", Span(day, day, ZONE).ever())["at"].to_pylist() == moments[:3]


def test_months_are_whole_but_for_the_days_own() -> None:
    """Over a new year, and after the last of a long month."""
    day = date(2027, 1, 31)
    past = [(one.first, one.last) for one in months_before(day, 2, ZONE)]
    assert past == [
        (date(2026, 11, 1), date(2026, 11, 30)),
        (date(2026, 12, 1), date(2026, 12, 31)),
    ]
    assert month_of(day, ZONE) == Span(date(2027, 1, 1), day, ZONE)
