"""Canonical text of typed columns: one catalogue types every format.

Belongs here: the text of each Arrow type. Keep out: what the text is cast to (`values.typed`).
Dates and moments are ISO 8601 with a blank between, decimals are plain and without an exponent,
whole floats without `.0`, truth values `true` and `false`.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["any_text", "as_text"]


def as_text(values: Any, timezone: str | None) -> Any:  # noqa: ANN401 - Arrow carries no types
    """Return an Arrow array as canonical text; nulls stay null.

    Moments with an offset become the wall clock of `timezone`, fractions of a second only where
    there are any. Without a time zone they are told by UTC and a `Z`: a declared step that moves
    wall clocks must not move one that is placed already. Raises ArrowNotImplementedError for nested
    types.
    """
    kind = values.type
    if pa.types.is_dictionary(kind):
        return as_text(values.dictionary_decode(), timezone)
    if pa.types.is_timestamp(kind):
        return _moment(values, timezone)
    if pa.types.is_floating(kind):
        return _plain(pc.cast(values, pa.float64()) if kind == pa.float16() else values)
    if pa.types.is_decimal(kind):
        return _plain(values)
    return pc.cast(values, pa.string())


def any_text(values: Any, timezone: str) -> Any:  # noqa: ANN401 - Arrow carries no types
    """Return canonical text where there is one, else JSON: for columns that nobody declared."""
    try:
        return as_text(values, timezone)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        shown = [None if v is None else _shown(v) for v in values.to_pylist()]
        return pa.array(shown, pa.string())


def _shown(value: object) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    return json.dumps(value, ensure_ascii=False, default=str)


def _moment(values: Any, timezone: str | None) -> Any:  # noqa: ANN401 - Arrow carries no types
    placed = values.type.tz is not None
    if placed:
        values = pc.local_timestamp(values.cast(pa.timestamp(values.type.unit, timezone or "UTC")))
    text = pc.cast(values, pa.string())
    text = pc.replace_substring_regex(text, r"\.0+$|(\.[0-9]*[1-9])0+$", r"\1")
    return pc.binary_join_element_wise(text, "Z", "") if placed and timezone is None else text


def _plain(values: Any) -> Any:  # noqa: ANN401 - Arrow carries no types
    """Write numbers without exponent; whole floats without a point."""
    text = pc.cast(values, pa.string())
    if pa.types.is_floating(values.type):
        text = pc.replace_substring_regex(text, r"^(-?[0-9]+)\.0$", r"\1")
    powered = pc.fill_null(pc.match_substring_regex(text, "[0-9][eE]"), False)
    if not pc.any(powered).as_py():
        return text
    written = [format(Decimal(one), "f") for one in text.filter(powered).to_pylist()]
    return pc.replace_with_mask(text, powered, pa.array(written, pa.string()))
