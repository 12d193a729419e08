"""Masks as Polars expressions: how a written mask changes a column in bulk.

Belongs here: one rendering per mask, the text a value is masked as, the type that comes out. Keep
out: which mask applies (`governance.masks.choice`), the SQL twin (`governance.masks.sql`). Nulls
stay null, except under a constant; a text that does not fit a mask becomes null or is filled whole.
"""

from __future__ import annotations

from typing import assert_never

import polars as pl

from catalog_specs.errors import AccessError
from catalog_specs.models.masking import (
    Constant,
    Drop,
    GeneraliseDate,
    GeneraliseNumber,
    GeneraliseRegion,
    Keep,
    Mask,
    Partial,
    Pseudonym,
    Redact,
)
from catalog_specs.telling import REGION_DIGITS
from catalog_specs.vocabulary import ItemType
from governance.keys import DerivedKey

__all__ = ["NUMBERS", "TELLTALE", "TIMES", "fits", "render"]

TIMES = frozenset({ItemType.DATE, ItemType.DATETIME})
NUMBERS = frozenset({ItemType.INTEGER, ItemType.DECIMAL})
TELLTALE = (
    r"(?i)[0-9０-９](?:[ \-\x{3000}\x{200b}]?[0-9０-９XＸ]){10,}"
    r"|[9９][2２][0-9０-９A-ZＡ-Ｚ]{16}"
)
"""What `redact` hides: eleven digits or more, however spaced, and credit codes of sole traders.
It is read alike by Polars (Rust regex) and DuckDB (RE2)."""


def fits(mask: Mask, kind: ItemType) -> bool:
    """Say whether a mask can be laid over values of this type."""
    match mask:
        case GeneraliseDate():
            return kind in TIMES
        case GeneraliseNumber():
            return kind in NUMBERS
        case GeneraliseRegion() | Redact():
            return kind is ItemType.STRING
        case _:
            return True


def render(mask: Mask, column: str, kind: ItemType, key: DerivedKey | None = None) -> pl.Expr:
    """Return the masked column under its own name; text, but for `keep`.

    Args:
        mask: what to do with each value.
        column: the column of the source.
        kind: the type its element declares.
        key: the key of the grant or data set; needed by a pseudonym only.

    Raises:
        AccessError: the mask does not fit the type, drops the column, or lacks its key.
    """
    if not fits(mask, kind):
        raise refusal(f"mask {mask.mask!r} does not fit a value of type {kind.value}", column)
    return _expression(mask, pl.col(column), kind, key).alias(column)


def refusal(what: str, column: str) -> AccessError:
    """Return the error that a mask which cannot be laid over a column raises."""
    return AccessError(what, where=column, remedy="name a mask for this item that fits its type")


def _expression(  # noqa: C901, PLR0911 - one arm per mask
    mask: Mask, value: pl.Expr, kind: ItemType, key: DerivedKey | None
) -> pl.Expr:
    match mask:
        case Keep():
            return value
        case Drop():
            raise refusal("a dropped column has no values", value.meta.output_name())
        case Constant():
            return _constant(mask, value)
        case Partial():
            return _partial(mask, _as_text(value, kind))
        case Pseudonym():
            return _pseudonym(mask, _as_text(value, kind), key)
        case Redact():
            return value.str.replace_all(TELLTALE, mask.fill.replace("$", "$$"))
        case GeneraliseDate():
            return _date(mask, value)
        case GeneraliseNumber():
            return _number(mask, value)
        case GeneraliseRegion():
            return _region(mask, value)
        case _:
            assert_never(mask)


def _as_text(value: pl.Expr, kind: ItemType) -> pl.Expr:
    """Return the one text form of a value, the same here and in SQL."""
    if kind is ItemType.DATETIME:
        return value.dt.strftime("%Y-%m-%dT%H:%M:%S%.6f")
    return value if kind is ItemType.STRING else value.cast(pl.String)


def _constant(mask: Constant, value: pl.Expr) -> pl.Expr:
    text = pl.lit(mask.value)  # alone it would be one row, however many the column has
    return pl.when(value.is_null()).then(text).otherwise(text)


def _partial(mask: Partial, text: pl.Expr) -> pl.Expr:
    fill = "$$" if mask.fill == "$" else mask.fill  # a lone $ would begin a group's name
    length = text.str.len_chars().cast(pl.Int64)
    kept = mask.keep_first + mask.keep_last
    middle = text.str.slice(mask.keep_first, pl.max_horizontal(length - kept, 0))
    shown = pl.concat_str(
        text.str.head(mask.keep_first),
        middle.str.replace_all("(?s).", fill),
        text.str.tail(mask.keep_last),
    )
    return pl.when(length <= kept).then(text.str.replace_all("(?s).", fill)).otherwise(shown)


def _pseudonym(mask: Pseudonym, text: pl.Expr, key: DerivedKey | None) -> pl.Expr:
    import polars_hash  # noqa: F401 - registers the namespace `chash`; loaded only when needed

    if key is None:
        raise refusal("a pseudonym needs a key", text.meta.output_name())
    hashed: pl.Expr = text.chash.hmac_sha256(key=key.text)  # type: ignore[attr-defined]
    return hashed.str.slice(0, mask.length)


def _date(mask: GeneraliseDate, value: pl.Expr) -> pl.Expr:
    year = value.dt.year().cast(pl.Int64)
    match mask.to:
        case "year":
            return year.cast(pl.String)
        case "decade":
            return pl.concat_str((year // 10 * 10).cast(pl.String), pl.lit("s"))
        case "quarter":
            return pl.concat_str(year.cast(pl.String), pl.lit("-Q"), value.dt.quarter())
        case "month":
            month = value.dt.month().cast(pl.String).str.zfill(2)
            return pl.concat_str(year.cast(pl.String), pl.lit("-"), month)


def _number(mask: GeneraliseNumber, value: pl.Expr) -> pl.Expr:
    whole = value.floor().cast(pl.Int64)
    if mask.width is not None:
        low = whole // mask.width * mask.width
        return pl.concat_str(pl.lit("["), low, pl.lit(","), low + mask.width, pl.lit(")"))
    breaks = mask.breaks or ()
    interval = pl.lit(f"[{breaks[-1]},+∞)" if breaks else "(-∞,+∞)")
    for under, high in reversed(list(zip((None, *breaks), breaks, strict=False))):
        below = f"(-∞,{high})" if under is None else f"[{under},{high})"
        interval = pl.when(whole < high).then(pl.lit(below)).otherwise(interval)
    return pl.when(whole.is_not_null()).then(interval)


def _region(mask: GeneraliseRegion, value: pl.Expr) -> pl.Expr:
    digits = REGION_DIGITS[mask.to]
    known = value.str.contains(f"^[0-9]{{{digits}}}")
    return pl.when(known).then(value.str.slice(0, digits))
