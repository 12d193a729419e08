"""`generalise_number`: the interval in which a number lies."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field, model_validator

from catalog_specs.masks.mask import Domain, Key, Mask, Remains
from catalog_specs.vocabulary import NUMBERS, ItemType

if TYPE_CHECKING:
    import polars as pl

__all__ = ["GeneraliseNumber"]


class GeneraliseNumber(Mask):
    """A number becomes the interval it falls in, as text such as `[20,30)`."""

    mask: Literal["generalise_number"]
    width: int | None = Field(default=None, ge=1)
    breaks: tuple[int, ...] | None = None

    label: ClassVar = "数值概化"
    fits: ClassVar = NUMBERS
    remains: ClassVar = Remains.PART
    shows_words: ClassVar = False

    @model_validator(mode="after")
    def _one_way(self) -> GeneraliseNumber:
        if (self.width is None) == (self.breaks is None):
            raise ValueError("give exactly one of `width` and `breaks`")
        if self.breaks is not None and list(self.breaks) != sorted(set(self.breaks)):
            raise ValueError("`breaks` must rise")
        return self

    @property
    def note(self) -> str:
        """Say in Chinese into which intervals."""
        if self.width is not None:
            return f"概化为区间，步长{self.width}"
        return f"概化为区间，界点{'、'.join(str(b) for b in self.breaks or ())}"

    def expression(self, value: pl.Expr, kind: ItemType, key: Key | None) -> pl.Expr:  # noqa: ARG002
        """Return the interval, closed on the left, as text."""
        import polars as pl

        whole = value.floor().cast(pl.Int128)  # a border may lie beyond 64 bits
        if self.width is not None:
            low = whole // self.width * self.width
            return pl.concat_str(pl.lit("["), low, pl.lit(","), low + self.width, pl.lit(")"))
        breaks = self.breaks or ()
        interval = pl.lit(f"[{breaks[-1]},+∞)" if breaks else "(-∞,+∞)")
        for under, high in reversed(list(zip((None, *breaks), breaks, strict=False))):
            below = f"(-∞,{high})" if under is None else f"[{under},{high})"
            interval = pl.when(whole < high).then(pl.lit(below)).otherwise(interval)
        return pl.when(whole.is_not_null()).then(interval)

    def joins_nothing(self, domain: Domain) -> bool:
        """Say whether whole numbers fall into intervals of one."""
        if not domain.is_whole:
            return False
        if self.width is not None:
            return self.width == 1
        breaks = self.breaks or ()
        return len(breaks) > 1 and all(high - low == 1 for low, high in pairwise(breaks))

    def tells_less_than(self, op: str, value: object) -> bool:
        """Allow the borders of the intervals: from one, or below it."""
        return not (op in {"ge", "lt"} and isinstance(value, int | Decimal) and self._begins(value))

    def interval(self, value: pl.Expr) -> pl.Expr | None:
        """Return how many intervals lie between 0 and the value's; breaks are not equally wide."""
        import polars as pl

        return None if self.width is None else (value.cast(pl.Float64) / self.width).floor()

    def _begins(self, number: int | Decimal) -> bool:
        whole = int(number)  # % of a large Decimal raises
        return whole == number and (
            whole % self.width == 0 if self.width else whole in (self.breaks or ())
        )
