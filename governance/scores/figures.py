"""Figures of a score: exact fractions, rounded once, written in one way.

Belongs here: rounding. Keep out: what is counted. Floating point would let the same facts give
another last digit on another machine.
"""

from __future__ import annotations

from fractions import Fraction

__all__ = ["percent", "points"]


def points(value: Fraction | None) -> str | None:
    """Return points with two decimals, half up; None where nothing was counted."""
    if value is None:
        return None
    hundredths = (value.numerator * 200 + value.denominator) // (2 * value.denominator)
    return f"{hundredths // 100}.{hundredths % 100:02}"


def percent(part: int, whole: int) -> str | None:
    """Return a share in per cent with two decimals; None of nothing."""
    return points(Fraction(100 * part, whole)) if whole else None
