"""Figures: rounded once, half up, always with two decimals."""

from __future__ import annotations

from fractions import Fraction

import pytest

from governance.scores.figures import percent, points


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(265, 3), "88.33"),
        (Fraction(790, 11), "71.82"),
        (Fraction(1, 200), "0.01"),
        (Fraction(1, 201), "0.00"),
        (Fraction(100), "100.00"),
        (None, None),
    ],
)
def test_points_have_two_decimals(value: Fraction | None, text: str | None) -> None:
    """Half a hundredth goes up; nothing counted is nothing said."""
    assert points(value) == text


def test_a_share_of_nothing_is_none() -> None:
    """A department without a resource covers neither all nor nothing."""
    assert (percent(2, 3), percent(0, 3), percent(0, 0)) == ("66.67", "0.00", None)
