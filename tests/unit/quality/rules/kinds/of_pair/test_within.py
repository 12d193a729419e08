"""Behaviour of the kind `within`: places in a box and in an outline, against exact fractions."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pyarrow as pa
import pytest

from catalog_specs.models.domains.beside import Area
from tests.city.resources import AREAS
from tests.unit.quality.rules.kinds.of_pair.asked import good, rule

PLACES = 3_000
Pair = tuple[Fraction, Fraction]
CORNERS = [["117.5", "24.3"], ["119.2", "25.95"]]


def _left_of(a: Pair, b: Pair, p: Pair) -> int:
    """Return 1 where a point lies left of a line, -1 where right, 0 upon it."""
    turned = (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0])
    return (turned > 0) - (turned < 0)


def _winds(outline: list[Pair], p: Pair) -> bool:
    """Say whether an outline winds around a point, which it does not cross."""
    number = 0
    for a, b in zip(outline, [*outline[1:], outline[0]], strict=True):
        if a[1] <= p[1] < b[1] and _left_of(a, b, p) > 0:
            number += 1
        elif b[1] <= p[1] < a[1] and _left_of(a, b, p) < 0:
            number -= 1
    return number != 0


def _places(chance: random.Random) -> list[tuple[Decimal, Decimal]]:
    return [
        (
            Decimal(chance.randint(117_400_001, 119_400_000)).scaleb(-6),
            Decimal(chance.randint(23_900_001, 26_100_000)).scaleb(-6),
        )
        for _ in range(PLACES)
    ]


def _columns(places: list[tuple[Decimal | None, Decimal | None]]) -> dict[str, pa.Array]:
    kind = pa.decimal128(18, 6)
    longitudes, latitudes = zip(*places, strict=True)
    return {"longitude": pa.array(longitudes, kind), "latitude": pa.array(latitudes, kind)}


def test_an_outline_is_judged_as_its_winding_number_says() -> None:
    """Three thousand places in and about an outline that is not convex."""
    places = _places(random.Random(7))
    outline = [(Fraction(x), Fraction(y)) for x, y in AREAS["bay"]["outline"]]
    wanted = [n for n, (x, y) in enumerate(places) if _winds(outline, (Fraction(x), Fraction(y)))]
    assert good(rule("longitude:within"), _columns([*places])) == wanted
    assert 200 < len(wanted) < PLACES - 200


def test_corners_are_inside() -> None:
    """A box holds its bounds, an exchanged pair is outside, without a latitude nothing is said."""
    boxed = replace(
        rule("longitude:within"),
        arguments=rule("longitude:within").arguments | {"corners": CORNERS, "outline": None},
    )
    places = [("117.5", "24.3"), ("119.2", "25.95"), ("118", "25.950001"), ("24.9", "118.6")]
    pairs = [(Decimal(x), Decimal(y)) for x, y in places]
    assert good(boxed, _columns([*pairs, (Decimal(0), None)])) == [0, 1, 4]


def test_the_areas_name_stands_in_the_rule() -> None:
    """An officer reads which area is meant."""
    assert "海湾" in rule("longitude:within").wording.zh


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"corners": CORNERS, "outline": CORNERS + CORNERS},
        {"corners": CORNERS[::-1]},
        {"outline": CORNERS},
    ],
)
def test_an_area_is_a_box_or_an_outline(said: dict[str, object]) -> None:
    """Neither, both, corners in the wrong order and a line of two points are refused."""
    with pytest.raises(ValueError, match=r"corners|outline"):
        Area.model_validate({"name": "区"} | said)
