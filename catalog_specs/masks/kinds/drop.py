"""`drop`: items that stay here."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal, NoReturn

from catalog_specs.masks.mask import ANY, Key, Mask, Remains
from catalog_specs.vocabulary import ItemType

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Drop"]


class Drop(Mask):
    """The column does not leave at all."""

    mask: Literal["drop"]

    label: ClassVar = "不提供"
    fits: ClassVar = ANY
    remains: ClassVar = Remains.ABSENT
    shows_words: ClassVar = False

    @property
    def note(self) -> str:
        """Say so in Chinese."""
        return "不提供"

    def expression(self, value: pl.Expr, kind: ItemType, key: Key | None) -> NoReturn:  # noqa: ARG002
        """Refuse: whoever gets here forgot to leave the column out."""
        raise ValueError("a dropped column has no values")
