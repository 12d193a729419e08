"""Normalisation steps: declared changes from a delivered text to the city's way of writing it.

Belongs here: which steps there are and what each one may be told. Keep out: the expressions they
become (`values.normalise`). Every step takes a text and gives a text; what a step did not
understand goes on unchanged, counted in the receipt, and is no value of a typed item. What was
delivered stays in landing.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from catalog_specs.spec import Code, Exact, Spec, Text

__all__ = [
    "Booleans",
    "CollapseSpaces",
    "Dates",
    "Halfwidth",
    "Moments",
    "Nulls",
    "Number",
    "Split",
    "Step",
    "Translate",
    "Trim",
]


class Trim(Spec):
    """Take white space, control and invisible characters off both ends."""

    step: Literal["trim"] = "trim"


class CollapseSpaces(Spec):
    """Make every run of white space (ideographic and no-break too) inside one plain space."""

    step: Literal["collapse_spaces"] = "collapse_spaces"


class Halfwidth(Spec):
    """Write full-width letters, digits and ASCII punctuation half-width."""

    step: Literal["halfwidth"] = "halfwidth"


class Nulls(Spec):
    """Texts that mean "no value" in this column, beside the feed's own `nulls`."""

    step: Literal["nulls"] = "nulls"
    texts: tuple[str, ...] = Field(min_length=1)


class Dates(Spec):
    """Write dates as ISO 8601; the first format that fits the whole text exactly wins.

    `excel_serial` also takes whole numbers of days since 1899-12-30 from 61 (1900-03-01) to
    2958465: below, Excel counts a 1900-02-29 that never was, and other programs do not. Beside a
    format of digits alone (`%Y%m%d`) up to 99999 (2173-10-13): more digits are a cut-off date.
    """

    step: Literal["dates"] = "dates"
    formats: tuple[Exact, ...] = Field(min_length=1)
    """strptime formats, e.g. `%Y年%m月%d日` (also without leading zeros), `%Y%m%d`. A format with
    a time takes midnight alone."""
    excel_serial: bool = False


class Moments(Spec):
    """Write moments as `YYYY-MM-DD HH:MM:SS` on the wall clock of the profile's time zone."""

    step: Literal["moments"] = "moments"
    formats: tuple[Exact, ...] = Field(min_length=1)
    """strptime formats; one with `%z` reads the offset, or `Z`, from the text."""
    zone: Text | None = None
    """IANA zone the delivered wall clock is in, where it is not the profile's. A wall clock that
    the change to or from summer time leaves out or shows twice is not understood."""


class Number(Spec):
    """Write numbers as plain digits: no thousands separators, units multiplied out exactly."""

    step: Literal["number"] = "number"
    thousands: bool = True
    """Take off thousands separators that stand where they belong (`,` and `，`)."""
    units: bool = False
    """Understand 十、百、千、万、亿 (and 万亿) after the digits."""
    currency: bool = False
    """Take off currency signs and words: ¥ ￥ 元 圆 人民币 CNY RMB, also in brackets. An amount in
    another currency is not understood, unless `currency_item` keeps the two apart."""
    currency_item: Code | None = None
    """The item that the currency of the amount is written into, as its code of ISO 4217 (CNY, USD,
    HKD …); it has no value where the text names none. With it other currencies are understood."""
    per: Literal["1", "10000", "100000000"] = "1"
    """What one unit of the stored number stands for: 10000 where the element counts in 万."""
    bare: Literal["1", "10000", "100000000"] = "1"
    """What one unit of a number stands for that names none: 10000 under 注册资本（万元）. There
    `5002` is 万元, `5002元` and `53万元` are what they say, and `￥5002` is not understood."""

    @model_validator(mode="after")
    def _currency_needs_leave(self) -> Self:
        if self.currency_item is not None and not self.currency:
            raise ValueError("`currency_item` needs `currency: true`")
        return self


class Booleans(Spec):
    """Write truth values as `true` and `false`."""

    step: Literal["booleans"] = "booleans"
    true: tuple[str, ...] = ("是", "Y", "y", "1", "true", "TRUE", "有", "√")
    false: tuple[str, ...] = ("否", "N", "n", "0", "false", "FALSE", "无", "×")


class Translate(Spec):
    """Write the code for a name of a code list; codes stay as they are."""

    step: Literal["translate"] = "translate"
    code_list: Code


def _named(value: Any) -> Any:  # noqa: ANN401 - whatever YAML holds
    """Read `trim` as `{step: trim}` and `{dates: {...}}` as `{step: dates, ...}`."""
    if isinstance(value, str):
        return {"step": value}
    if isinstance(value, dict) and len(value) == 1 and "step" not in value:
        ((name, arguments),) = value.items()
        if isinstance(arguments, dict):
            return {"step": name, **arguments}
    return value


Step = Annotated[
    Annotated[
        Trim | CollapseSpaces | Halfwidth | Nulls | Dates | Moments | Number | Booleans | Translate,
        Field(discriminator="step"),
    ],
    BeforeValidator(_named),
]
"""One step; in YAML its name alone, or its name over its arguments."""


class Split(Spec):
    """A part cut out of a delivered text: by separator and place, or by the group of a pattern."""

    part: Code
    """The declared column (a value of `feed.columns`) whose text is split."""
    separator: Exact | None = None
    index: int | None = Field(default=None, ge=1)
    """Place among the pieces, from 1; a text with fewer pieces has no value."""
    pattern: Exact | None = None
    """Regular expression; its first group is the part. A text it does not match has no value."""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        by_place = self.separator is not None and self.index is not None
        if by_place == (self.pattern is not None):
            raise ValueError("give `separator` and `index`, or `pattern`")
        return self
