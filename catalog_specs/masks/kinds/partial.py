"""`partial`: the ends of a text, with the middle filled."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from catalog_specs.masks.mask import Domain, Key, Mask, Remains
from catalog_specs.vocabulary import TEXT, IdentityCheck, ItemType

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Partial"]

REMAIN = 7
"""Characters that may remain of a protected text, where its element says nothing."""
NUMBER_REMAINS = 6
"""Characters that may remain of a number with a check digit, whatever its element says."""
HIDDEN = 4
"""Characters that must be hidden of the longest value an element allows."""


class Partial(Mask):
    """First and last characters stay, the middle becomes `fill`, one for each character.

    A text no longer than `keep_first + keep_last` is filled whole: a mask never passes a value.
    """

    mask: Literal["partial"]
    keep_first: int = Field(default=0, ge=0)
    keep_last: int = Field(default=0, ge=0)
    fill: str = Field(default="*", min_length=1, max_length=1)

    label: ClassVar = "部分遮盖"
    fits: ClassVar = TEXT
    remains: ClassVar = Remains.PART

    @property
    def note(self) -> str:
        """Say in Chinese how many characters stay."""
        return f"部分遮盖，保留前{self.keep_first}位、后{self.keep_last}位"

    @property
    def kept(self) -> int:
        """How many characters stay."""
        return self.keep_first + self.keep_last

    def expression(self, value: pl.Expr, kind: ItemType, key: Key | None) -> pl.Expr:  # noqa: ARG002
        """Return both ends with the middle filled, by characters, whatever their bytes."""
        import polars as pl

        length = value.str.len_chars().cast(pl.Int64)
        until = pl.max_horizontal(length - self.keep_last, 0)  # below 0 it would count from 2³²
        begun = value.str.head(self.keep_first).str.pad_end(until, self.fill)
        shown = pl.concat_str(begun, value.str.tail(self.keep_last)) if self.keep_last else begun
        whole = value.str.head(0).str.pad_end(length, self.fill)
        return pl.when(length <= self.kept).then(whole).otherwise(shown)

    def parts(self, value: pl.Expr) -> tuple[pl.Expr, tuple[pl.Expr, ...]]:
        """Return the middle, and each character of both ends."""
        import polars as pl

        length = value.str.len_chars().cast(pl.Int64)
        short = length <= self.kept
        middle = value.str.slice(self.keep_first, pl.max_horizontal(length - self.kept, 0))
        places = [*range(self.keep_first), *range(-self.keep_last, 0)]
        shown = (pl.when(~short).then(value.str.slice(place, 1)) for place in places)
        return pl.when(short).then(value).otherwise(middle), tuple(shown)

    def too_much(self, domain: Domain) -> str | None:
        """Bound the characters that stay, and forbid those from which a number is rebuilt.

        The last four characters of a resident id are its sequence and its check digit: whoever
        knows birth date and region rebuilds the number from any three of them, the missing digit
        follows from the check. So none of the sequence may stay, whatever else leaves.
        """
        most = REMAIN if domain.remain is None else domain.remain
        if domain.check is not None:
            most = min(NUMBER_REMAINS, most)
        if self.kept > most:
            return f"{self.kept} characters would remain, at most {most} may"
        if domain.check is IdentityCheck.RESIDENT_ID and self.keep_last > 1:
            return (
                f"the last {self.keep_last} characters hold the sequence and the check digit, "
                "which rebuild the number beside a birth date and a region"
            )
        longest = domain.longest
        if longest is not None and self.kept and longest - self.kept < HIDDEN:
            return f"{self.kept} of at most {longest} characters would remain"
        return None
