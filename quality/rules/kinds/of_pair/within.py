"""The kind `within`: a longitude and its latitude are a place within an area of the city."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog_specs.models.domains.beside import Point
from catalog_specs.rules.rule_kinds import RuleKind
from catalog_specs.vocabulary import Dimension
from quality.rules.condition import Arguments, Condition, within
from quality.rules.kind import ItemFacts, KindOfItem, Said, implied
from quality.rules.rule import Words

if TYPE_CHECKING:
    import sqlalchemy as sa

    from quality.rules.condition import Clause, Column

__all__ = ["KIND"]


def _asks(about: ItemFacts) -> Said | None:
    asked = about.item.within
    if asked is None:
        return None
    area = about.catalog.city.areas[asked.area]
    arguments = {
        "latitude": asked.latitude,
        "corners": _texts(area.corners),
        "outline": _texts(area.outline),
    }
    words = Words(f"与纬度应在{area.name}内", "must, with the latitude, lie within the area")
    return words, arguments


def _texts(points: tuple[Point, ...] | None) -> list[list[str]] | None:
    return None if points is None else [[str(x), str(y)] for x, y in points]


def _meets(column: Column, arguments: Arguments, table: sa.FromClause) -> Clause:
    """Hold within the corners, or cross the outline an odd number of times on the way east."""
    import sqlalchemy as sa

    del table
    x, y = (sa.cast(one, sa.Double) for one in (column, sa.column(arguments["latitude"])))
    if arguments["corners"] is not None:
        (west, south), (east, north) = _numbers(arguments["corners"])
        return sa.or_(y.is_(None), sa.and_(within(x, west, east), within(y, south, north)))
    points = _numbers(arguments["outline"])
    crossed = [
        sa.case(
            (sa.and_((y < y1) != (y < y2), x < x1 + (x2 - x1) / (y2 - y1) * (y - y1)), 1), else_=0
        )
        for (x1, y1), (x2, y2) in zip(points, [*points[1:], points[0]], strict=True)
        if y1 != y2
    ]
    return sa.or_(y.is_(None), sa.func.mod(sum(crossed[1:], crossed[0]), 2) == 1)


def _numbers(points: list[list[str]]) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in points]


_WITHIN = Condition(
    "expect_column_pair_to_be_place_within",
    _meets,
    "area",
    {"latitude": "", "corners": None, "outline": None},
)

KIND = KindOfItem(
    name=RuleKind.WITHIN,
    dimension=Dimension.ACCURACY,
    asks=_asks,
    expected=implied(
        _WITHIN.type,
        lambda rule, _today: {
            name: rule.arguments[name] for name in ("latitude", "corners", "outline")
        },
    ),
    condition=_WITHIN,
)
