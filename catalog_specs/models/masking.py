"""Masks as declared values, and sensitivity classes with their default masks.

Belongs here: what a mask is and its arguments. Keep out: how it renders
(`governance.masks.render`).
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from catalog_specs.models.spec import Code, Spec, Text

__all__ = [
    "Constant",
    "Drop",
    "GeneraliseDate",
    "GeneraliseNumber",
    "GeneraliseRegion",
    "Keep",
    "Mask",
    "Partial",
    "Pseudonym",
    "Redact",
    "Sensitivity",
]


class Keep(Spec):
    """The value as it is."""

    mask: Literal["keep"]


class Drop(Spec):
    """The column does not leave at all."""

    mask: Literal["drop"]


class Constant(Spec):
    """Every value becomes this text."""

    mask: Literal["constant"]
    value: Text


class Partial(Spec):
    """First and last characters stay, the middle becomes `fill`, one for each character.

    A text no longer than `keep_first + keep_last` is filled whole: a mask never passes a value.
    """

    mask: Literal["partial"]
    keep_first: int = Field(default=0, ge=0)
    keep_last: int = Field(default=0, ge=0)
    fill: str = Field(default="*", min_length=1, max_length=1)


class Redact(Spec):
    """In free text, what looks like a number of a person or an account becomes `fill`.

    It looks at form, not at check digits, and so hides rather too much: resident ids, mobile
    numbers, bank accounts, credit codes of sole traders.
    """

    mask: Literal["redact"]
    fill: Text = "〔已遮盖〕"


class Pseudonym(Spec):
    """Keyed HMAC-SHA256 in hexadecimal, cut to `length`; keys are derived per grant or set."""

    mask: Literal["pseudonym"]
    length: int = Field(default=32, ge=16, le=64)


class GeneraliseDate(Spec):
    """A date becomes its year, quarter, month or decade, as text."""

    mask: Literal["generalise_date"]
    to: Literal["decade", "year", "quarter", "month"]


class GeneraliseNumber(Spec):
    """A number becomes the interval it falls in, as text such as `[20,30)`."""

    mask: Literal["generalise_number"]
    width: int | None = Field(default=None, ge=1)
    breaks: tuple[int, ...] | None = None

    @model_validator(mode="after")
    def _one_way(self) -> GeneraliseNumber:
        if (self.width is None) == (self.breaks is None):
            raise ValueError("give exactly one of `width` and `breaks`")
        if self.breaks is not None and list(self.breaks) != sorted(set(self.breaks)):
            raise ValueError("`breaks` must rise")
        return self


class GeneraliseRegion(Spec):
    """A division code keeps its leading digits (GB/T 2260: 2 province, 4 city, 6 county)."""

    mask: Literal["generalise_region"]
    to: Literal["province", "city", "county", "town"]


Mask = Annotated[
    Keep
    | Drop
    | Constant
    | Partial
    | Pseudonym
    | Redact
    | GeneraliseDate
    | GeneraliseNumber
    | GeneraliseRegion,
    Field(discriminator="mask"),
]


class Sensitivity(Spec):
    """A sensitivity class and what happens to its elements when they leave by a share or opening.

    A class with `protected: true` must not leave under `keep` by opening; None as a mask means
    every use must name one itself (unknown = error, never pass-through).
    """

    code: Code
    name: Text
    level: int = Field(ge=1, le=5)
    """Grade, 1 (public) to 5 (never leaves in the clear)."""
    protected: bool
    """Whether the class holds personal or trade-secret data (六(一))."""
    share: Mask | None = None
    open: Mask | None = None
