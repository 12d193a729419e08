"""Data elements (数据元) and code lists."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import Field, model_validator

from catalog_specs.masks.registry import AnyMask
from catalog_specs.models.domains.shapes import Shape
from catalog_specs.models.sensitivity import Way
from catalog_specs.spec import Code, Spec, Text
from catalog_specs.vocabulary import (
    NUMBERS,
    TEXT,
    TIMES,
    IdentityCheck,
    ItemType,
    PersonLink,
)

__all__ = ["BOUNDS", "CodeList", "CodeTable", "Element", "Length", "Range", "Window"]

Today = Literal["today"]


class Length(Spec):
    """Bounds of a text's length in characters, both inclusive."""

    min: int | None = Field(default=None, ge=0)
    max: int | None = Field(default=None, ge=1)


class Range(Spec):
    """Bounds of a number, both inclusive."""

    min: Decimal | None = None
    max: Decimal | None = None


class Window(Spec):
    """Bounds of a date or time, both inclusive; `today` is the day of the delivery's judging."""

    not_before: date | Today | None = None
    not_after: date | Today | None = None


BOUNDS = {
    "check": TEXT,
    "code_list": TEXT,
    "length": TEXT,
    "pattern": TEXT,
    "remain": TEXT,
    "range": NUMBERS,
    "shape": TEXT,
    "scale": frozenset({ItemType.DECIMAL}),
    "window": TIMES,
}
"""The types whose values each part of a value domain can bound."""


class Element(Spec):
    """One kind of fact about one kind of subject; a value domain, a sensitivity, default masks."""

    code: Code
    name: Text
    subject: Code
    type: ItemType
    sensitivity: Code
    """A sensitivity class of `masking/`, which holds its default masks."""
    definition: Text | None = None
    standard: Text | None = None
    """The standard that defines it, e.g. GB 11643."""
    code_list: Code | None = None
    check: IdentityCheck | None = None
    shape: Shape | None = None
    """A published form that the whole text must have, e.g. of a telephone number."""
    pattern: str | None = None
    """RE2 regular expression that the whole text must match."""
    length: Length | None = None
    range: Range | None = None
    window: Window | None = None
    scale: int | None = Field(default=None, ge=0, le=18)
    """Digits after the point of a decimal; a value with more is not castable."""
    masks: dict[Way, AnyMask] = Field(default_factory=dict)
    """Masks that replace those of the sensitivity class."""
    person: PersonLink | None = None
    """How it tells of a natural person although its subject is something else, e.g. the name of a
    firm's legal representative. Resident ids and facts about persons need no such word."""
    not_identifying: Text | None = None
    """Why its values single nobody out, even beside others. Without a reason every value of a
    person that leaves counts towards k (六(一))."""
    remain: int | None = Field(default=None, ge=0)
    """The most characters of a value that a partial mask may leave."""

    @model_validator(mode="after")
    def _domain_fits_type(self) -> Element:
        for field, types in BOUNDS.items():
            if getattr(self, field) is not None and self.type not in types:
                wanted = " or ".join(sorted(one.value for one in types))
                raise ValueError(f"`{field}` needs type {wanted}, not {self.type.value}")
        return self


class CodeTable(Spec):
    """Code values that stand in a CSV file beside the code list's YAML."""

    file: Text
    code: Text
    name: Text


class CodeList(Spec):
    """A closed set of codes with their meanings, written here or in a CSV file (`table`)."""

    code: Code
    name: Text
    standard: Text | None = None
    source: Text | None = None
    values: dict[str, str] = Field(default_factory=dict)
    table: CodeTable | None = None
    """Where the values come from instead; the loader fills `values` from it."""

    @model_validator(mode="after")
    def _one_origin(self) -> CodeList:
        if not self.values and self.table is None:
            raise ValueError("give either `values` or `table`")
        return self
