"""`keep`: values as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from catalog_specs.masks.mask import ANY, Key, Mask, Remains
from catalog_specs.vocabulary import ItemType

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Keep"]


class Keep(Mask):
    """The value as it is."""

    mask: Literal["keep"]

    label: ClassVar = "原值"
    fits: ClassVar = ANY
    remains: ClassVar = Remains.AS_IS
    unchanged: ClassVar = True

    @property
    def note(self) -> str:
        """Say so in Chinese."""
        return "原值"

    @property
    def note_en(self) -> str:
        """Say so in English."""
        return "as it is"

    def expression(self, value: pl.Expr, kind: ItemType, key: Key | None) -> pl.Expr:  # noqa: ARG002
        """Return the column unchanged."""
        return value

    def tells_less_than(self, op: str, value: object) -> bool:  # noqa: ARG002
        """Allow every condition: the value is seen anyway."""
        return False
