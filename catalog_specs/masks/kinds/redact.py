"""`redact`: free text with its numbers of persons covered."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from catalog_specs.masks.mask import Key, Mask, Remains
from catalog_specs.spec import Text
from catalog_specs.vocabulary import TEXT, ItemType

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Redact"]

TELLTALE = (
    r"[0-9０-９](?:[ \-\x{3000}\x{200b}]?[0-9０-９XxＸｘ]){10,}"
    "|[9９][2２][0-9０-９A-Za-zＡ-Ｚａ-ｚ\u212a\u017f]{16}"
)
"""Eleven digits or more, however spaced, and credit codes of sole traders (GB 32100: 92…).

Capital and small letters are written out, with the two signs that look like K and S: what is said
without flags means the same to every engine."""


class Redact(Mask):
    """In free text, what looks like a number of a person or an account becomes `fill`.

    It looks at form, not at check digits, and so hides rather too much: resident ids, mobile
    numbers, bank accounts, credit codes of sole traders.
    """

    mask: Literal["redact"]
    fill: Text = "〔已遮盖〕"

    label: ClassVar = "遮盖号码"
    fits: ClassVar = TEXT
    remains: ClassVar = Remains.AS_IS

    @property
    def note(self) -> str:
        """Say in Chinese what is covered."""
        return "遮盖其中的证件号、手机号、账号"

    def expression(self, value: pl.Expr, kind: ItemType, key: Key | None) -> pl.Expr:  # noqa: ARG002
        """Return the text with its numbers covered."""
        return value.str.replace_all(TELLTALE, self.fill.replace("$", "$$"))  # $ begins a group
