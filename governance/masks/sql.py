"""Masks as DuckDB SQL text: the twin of `governance.masks.render`, for engines that speak SQL.

Belongs here: one SQL rendering per mask, and the variables that carry a pseudonym's key. Keep out:
running SQL. Both renderings agree on every value; a test holds them to it.
"""

from __future__ import annotations

from typing import assert_never

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
from governance.masks.render import TELLTALE, fits, refusal
from storage.sql import identifier, literal

__all__ = ["pseudonym_variables", "render_sql"]

INNER = "quanshu_mask_inner"
OUTER = "quanshu_mask_outer"

_BLOCK = 64


def pseudonym_variables(key: DerivedKey) -> dict[str, bytes]:
    """Return the DuckDB variables a session sets (bound, `SET VARIABLE name = ?`) before masking.

    They hold the two padded keys of HMAC (RFC 2104), so that no SQL text ever carries the key.
    """
    padded = key.text.encode("ascii").ljust(_BLOCK, b"\x00")
    return {
        INNER: bytes(byte ^ 0x36 for byte in padded),
        OUTER: bytes(byte ^ 0x5C for byte in padded),
    }


def render_sql(mask: Mask, column: str, kind: ItemType) -> str:  # noqa: C901, PLR0911 - one arm per mask
    """Return the SQL expression of a masked column, without an alias.

    A pseudonym reads the variables of `pseudonym_variables`; a session without them gets NULL.

    Raises:
        AccessError: the mask does not fit the type, or drops the column.
    """
    if not fits(mask, kind):
        raise refusal(f"mask {mask.mask!r} does not fit a value of type {kind.value}", column)
    value = identifier(column)
    match mask:
        case Keep():
            return value
        case Drop():
            raise refusal("a dropped column has no values", column)
        case Constant():
            return literal(mask.value)
        case Partial():
            return _partial(mask, _as_text(value, kind))
        case Pseudonym():
            return _pseudonym(mask, _as_text(value, kind))
        case Redact():
            fill = literal(mask.fill.replace("\\", "\\\\"))  # RE2 reads \\1 as a group
            return f"regexp_replace({value}, {literal(TELLTALE)}, {fill}, 'g')"
        case GeneraliseDate():
            return _date(mask, value)
        case GeneraliseNumber():
            return _number(mask, value)
        case GeneraliseRegion():
            digits = REGION_DIGITS[mask.to]
            known = f"regexp_matches({value}, '^[0-9]{{{digits}}}')"
            return f"CASE WHEN {known} THEN left({value}, {digits}) END"
        case _:
            assert_never(mask)


def _as_text(value: str, kind: ItemType) -> str:
    if kind is ItemType.DATETIME:
        return f"strftime({value}, '%Y-%m-%dT%H:%M:%S.%f')"
    return value if kind is ItemType.STRING else f"CAST({value} AS VARCHAR)"


def _partial(mask: Partial, text: str) -> str:
    kept = mask.keep_first + mask.keep_last
    fill = literal(mask.fill)
    return (
        f"CASE WHEN length({text}) <= {kept} THEN repeat({fill}, length({text})) "
        f"ELSE left({text}, {mask.keep_first}) || repeat({fill}, length({text}) - {kept}) "
        f"|| right({text}, {mask.keep_last}) END"
    )


def _pseudonym(mask: Pseudonym, text: str) -> str:
    inner = f"unhex(sha256(getvariable({literal(INNER)}) || encode({text})))"
    return f"left(sha256(getvariable({literal(OUTER)}) || {inner}), {mask.length})"


def _date(mask: GeneraliseDate, value: str) -> str:
    year = f"year({value})"
    match mask.to:
        case "year":
            return f"CAST({year} AS VARCHAR)"
        case "decade":
            return f"CAST({_step(year, 10)} AS VARCHAR) || 's'"
        case "quarter":
            return f"{year} || '-Q' || quarter({value})"
        case "month":
            return f"{year} || '-' || lpad(CAST(month({value}) AS VARCHAR), 2, '0')"


def _number(mask: GeneraliseNumber, value: str) -> str:
    whole = f"CAST(floor({value}) AS BIGINT)"
    if mask.width is not None:
        low = _step(whole, mask.width)
        return f"'[' || {low} || ',' || ({low} + {mask.width}) || ')'"
    breaks = mask.breaks or ()
    cases = [f"WHEN {value} IS NULL THEN NULL"]
    for under, high in zip((None, *breaks), breaks, strict=False):
        below = f"(-∞,{high})" if under is None else f"[{under},{high})"
        cases.append(f"WHEN {whole} < {high} THEN {literal(below)}")
    last = f"[{breaks[-1]},+∞)" if breaks else "(-∞,+∞)"
    return f"CASE {' '.join(cases)} ELSE {literal(last)} END"


def _step(number: str, width: int) -> str:
    """Return the multiple of `width` at or below a whole number, below zero too."""
    return f"({number} - (({number} % {width} + {width}) % {width}))"
