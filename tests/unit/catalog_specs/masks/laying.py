"""Masks laid over columns of invented values.

Belongs here: keys, texts, and the way from values to what is shown of them. Keep out: assertions.
"""

from __future__ import annotations

from typing import Any

import polars as pl
from hypothesis import strategies as st
from pydantic import TypeAdapter

from catalog_specs.masks.mask import Mask
from catalog_specs.masks.registry import AnyMask
from catalog_specs.vocabulary import ItemType
from governance.keys import KeyRing

__all__ = ["KEY", "OTHER_KEY", "TEXT", "asked", "mask", "masked"]

KEYS = KeyRing({1: b"k" * 32})
KEY = KEYS.derive("grant:one")
OTHER_KEY = KEYS.derive("grant:two")
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))

_MASK: TypeAdapter[Mask] = TypeAdapter(AnyMask)
_POLARS: dict[ItemType, Any] = {
    ItemType.STRING: pl.String,
    ItemType.INTEGER: pl.Int64,
    ItemType.DECIMAL: pl.Decimal(18, 2),
    ItemType.DATE: pl.Date,
    ItemType.DATETIME: pl.Datetime("us"),
    ItemType.BOOLEAN: pl.Boolean,
}


def mask(**written: Any) -> Mask:
    """Return a mask as a catalogue writes it."""
    return _MASK.validate_python(written)


def masked(
    chosen: Mask, values: list[Any], kind: ItemType = ItemType.STRING, key: Any = KEY
) -> list[Any]:
    """Return what Polars makes of values."""
    return asked(chosen.lay("v", kind, key), values, kind)


def asked(expression: pl.Expr | None, values: list[Any], kind: ItemType) -> list[Any]:
    """Return what an expression over the column `v` makes of values."""
    assert expression is not None
    frame = pl.DataFrame({"v": values}, schema={"v": _POLARS[kind]})
    return frame.select(expression.alias("v")).get_column("v").to_list()
