"""`constant`: a column that is there and says nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from catalog_specs.masks.mask import ANY, Key, Mask, Remains
from catalog_specs.spec import Text
from catalog_specs.vocabulary import ItemType

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Constant"]


class Constant(Mask):
    """Every value becomes this text."""

    mask: Literal["constant"]
    value: Text

    label: ClassVar = "固定文字"
    fits: ClassVar = ANY
    remains: ClassVar = Remains.NOTHING
    shows_words: ClassVar = False

    @property
    def note(self) -> str:
        """Say so in Chinese."""
        return "以固定文字代替"

    def expression(self, value: pl.Expr, kind: ItemType, key: Key | None) -> pl.Expr:  # noqa: ARG002
        """Return the text for every row, for rows without a value too."""
        import polars as pl

        text = pl.lit(self.value)  # alone it would be one row, however many the column has
        return pl.when(value.is_null()).then(text).otherwise(text)
