"""Damaged values of typed columns, recognised by the value alone.

Belongs here: what damage is, one Arrow array at a time. Keep out: records (`columnar`), sheets
(`cells`), the text of a sound value (`canonical`).
A float represents whole numbers up to a bound. Beyond it a longer identifier has been rounded to
the nearest possible one, and two of them may have become one. A moment outside the years 1 to 9999
is an overflow of the writing program. No text of a register contains NUL or a byte-order mark.
"""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["is_out_of_range", "is_rounded", "is_spoilt", "readable"]

_WHOLE = {pa.float16(): 2.0**11, pa.float32(): 2.0**24, pa.float64(): 2.0**53}
"""From here on a float no longer represents every whole number."""
_IN_RANGE = r"^(?:000[1-9]|00[1-9]|0[1-9]|[1-9])[0-9]*-"
_YEAR = r"^[0-9]{4}-"
_SPOILT = (b"\0", b"\xef\xbb\xbf")
_DAY = 86_400 * 10**9
_LAST = (1 << 63) - 1


def is_rounded(values: Any) -> Any:  # noqa: ANN401 - Arrow carries no types
    """Return which numbers may have lost digits, or are none at all; None when none is a float."""
    bound = _WHOLE.get(values.type)
    if bound is None:
        return None
    exact = pc.less(pc.abs(values.cast(pa.float64())), bound)
    return pc.fill_null(pc.invert(exact), False)


def is_out_of_range(values: Any, texts: Any) -> Any:  # noqa: ANN401 - Arrow carries no types
    """Return which dates and moments are outside the years 1 to 9999, by their canonical texts."""
    kind = values.type
    if not (pa.types.is_date(kind) or pa.types.is_timestamp(kind)):
        return None
    # by the text: Arrow writes years beyond 9999 with more digits, and before 0 with a sign
    year = pc.and_(
        pc.match_substring_regex(texts, _YEAR), pc.match_substring_regex(texts, _IN_RANGE)
    )
    outside = pc.invert(year)
    if pa.types.is_timestamp(kind) and kind.unit == "ns":  # a day from the end, a zone may overflow
        near = pc.greater(pc.abs_checked(_but_least(values)), _LAST - _DAY)
        outside = pc.or_(outside, near)
    return pc.fill_null(outside, False)


def is_spoilt(texts: Any) -> Any:  # noqa: ANN401 - Arrow carries no types
    """Return which texts hold a NUL or a byte-order mark; None when none does."""
    _, offsets, octets = texts.buffers()
    if octets is None or not len(texts):
        return None
    places = memoryview(offsets).cast("i")
    seen = bytes(memoryview(octets)[places[texts.offset] : places[texts.offset + len(texts)]])
    if not any(mark in seen for mark in _SPOILT):
        return None
    found = [pc.match_substring(texts, mark.decode()) for mark in _SPOILT]
    return pc.fill_null(pc.or_(*found), False)


def readable(values: Any) -> tuple[Any, Any]:  # noqa: ANN401 - Arrow carries no types
    """Return octets or texts as texts, and which of them did not decode."""
    try:
        texts = values.cast(pa.string())
        texts.validate(full=True)
    except pa.ArrowInvalid:
        octets = values.cast(pa.binary()).to_pylist()
        shown = [None if one is None else _shown(one) for one in octets]
        bad = [
            text is not None and text.encode() != one
            for text, one in zip(shown, octets, strict=True)
        ]
        return pa.array(shown, pa.string()), pa.array(bad)
    return texts, None


def _but_least(values: Any) -> Any:  # noqa: ANN401 - Arrow carries no types
    """Return moments as whole numbers, without the least one, which has no absolute value."""
    return pc.max_element_wise(values.cast(pa.int64()), -_LAST, skip_nulls=False)


def _shown(octets: bytes) -> str:
    """Write each octet that does not decode as a backslash, an x and two digits."""
    return octets.decode("utf-8", "backslashreplace")
