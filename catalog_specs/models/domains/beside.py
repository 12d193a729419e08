"""An item beside another item of its record: age and birth, number and sex, and so on.

Belongs here: what an item declares of that. Keep out: whether the other item is there and of a type
that fits (`laws`), judging (`quality.rules.kinds.of_pair`).
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Literal

from pydantic import Field, model_validator

from catalog_specs.spec import Code, Spec, Text

__all__ = ["Age", "Area", "ByNumber", "DivisionOn", "NumberPart", "Within"]

Today = Literal["today"]
Point = tuple[Decimal, Decimal]


class Area(Spec):
    """An area on the map, in degrees: two opposite corners, or the points of its outline."""

    name: Text
    corners: tuple[Point, Point] | None = None
    """Longitude and latitude of the south-west and of the north-east corner."""
    outline: tuple[Point, ...] | None = Field(default=None, min_length=3, max_length=500)
    """Longitude and latitude of each point; the last is joined to the first."""

    @model_validator(mode="after")
    def _one_form(self) -> Area:
        if (self.corners is None) is (self.outline is None):
            raise ValueError("give either `corners` or `outline`")
        if self.corners is not None:
            (west, south), (east, north) = self.corners
            if west >= east or south >= north:
                raise ValueError("`corners` are the south-west corner, then the north-east one")
        return self


class Within(Spec):
    """On an item that is a longitude: with a latitude it is a place within an area of the city."""

    latitude: Code
    """The item with the latitude."""
    area: Code
    """An area of `catalog.yaml`."""


class Age(Spec):
    """On an item that is an age: the full years between a birth and a day."""

    born: Code
    """The item with the day of birth."""
    on: Code | Today = "today"
    """The item with the day the age is of; or the day of judging."""
    within: int = Field(default=0, ge=0, le=5)
    """How many years it may be off, e.g. because it is written once a year."""


class NumberPart(StrEnum):
    """What a resident identity number says of a person (GB 11643)."""

    BIRTH_DATE = "birth_date"
    SEX = "sex"


class ByNumber(Spec):
    """On a birth date or a sex: the resident identity number of the record says the same."""

    item: Code
    """The item with the number."""
    part: NumberPart


class DivisionOn(Spec):
    """On a text that begins with a code of a county or above: the code was in force on a day."""

    on: Code | Today = "today"
    """The item with the day; or the day of judging."""
    or_later: bool = False
    """Whether a code that came into force after the day will do. So it is with resident identity
    numbers, which were given out from 1984 on, to people of any age."""
