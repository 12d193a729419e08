"""Masks: each does what it says to columns of every type, and never lets a value through."""

from __future__ import annotations

import hmac
import math
import string
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog_specs.masks.kinds.drop import Drop
from catalog_specs.masks.kinds.pseudonym import Pseudonym
from catalog_specs.vocabulary import ItemType
from tests.unit.catalog_specs.masks.laying import KEY, TEXT, mask, masked

VALUES: dict[ItemType, st.SearchStrategy[Any]] = {
    ItemType.STRING: TEXT | st.from_regex(r"\A[0-9]{0,12}\Z"),
    ItemType.INTEGER: st.integers(-(10**12), 10**12),
    ItemType.DECIMAL: st.integers(-(10**17), 10**17).map(lambda n: Decimal(n).scaleb(-2)),
    ItemType.DATE: st.dates(),
    ItemType.DATETIME: st.datetimes(datetime(1, 1, 1)),  # noqa: DTZ001 - the delivered clock
    ItemType.BOOLEAN: st.booleans(),
}
ANY: list[dict[str, Any]] = [
    {"mask": "keep"},
    {"mask": "constant", "value": "不'公开"},
    {"mask": "pseudonym"},
    {"mask": "pseudonym", "length": 64},
]
TEXTS: list[dict[str, Any]] = [
    {"mask": "partial"},
    {"mask": "partial", "keep_first": 1},
    {"mask": "partial", "keep_first": 2, "keep_last": 3, "fill": "$"},
    {"mask": "partial", "keep_first": 1, "fill": "\\"},
    *({"mask": "generalise_region", "to": to} for to in ("province", "city", "county", "town")),
]
TIMES: list[dict[str, Any]] = [
    {"mask": "generalise_date", "to": to} for to in ("decade", "year", "quarter", "month")
]
NUMBERS: list[dict[str, Any]] = [
    {"mask": "generalise_number", "width": 1},
    {"mask": "generalise_number", "width": 7},
    {"mask": "generalise_number", "breaks": [0]},
    {"mask": "generalise_number", "breaks": [-5, 0, 18, 65]},
]
FITTING: dict[ItemType, list[dict[str, Any]]] = {
    ItemType.STRING: ANY + TEXTS,
    ItemType.INTEGER: ANY + NUMBERS,
    ItemType.DECIMAL: ANY + NUMBERS,
    ItemType.DATE: ANY + TIMES,
    ItemType.DATETIME: ANY + TIMES,
    ItemType.BOOLEAN: ANY,
}


def expected(chosen: Any, value: Any, kind: ItemType) -> Any:  # noqa: C901, PLR0911 - one a kind
    """Return what one value should become, in plain Python, apart from the renderings."""
    if chosen.mask == "constant":
        return chosen.value
    if value is None:
        return None
    match chosen.mask:
        case "keep":
            return value
        case "partial":
            first, last = chosen.keep_first, chosen.keep_last
            if len(value) <= first + last:
                return chosen.fill * len(value)
            return value[:first] + chosen.fill * (len(value) - first - last) + value[-last:][:last]
        case "pseudonym":
            text = _text(value, kind)
            return hmac.new(KEY.text.encode(), text.encode(), "sha256").hexdigest()[: chosen.length]
        case "generalise_date":
            return {
                "decade": f"{value.year // 10 * 10:04}s",
                "year": f"{value.year:04}",
                "quarter": f"{value.year:04}-Q{(value.month + 2) // 3}",
                "month": f"{value.year:04}-{value.month:02}",
            }[chosen.to]
        case "generalise_number" if chosen.width:
            low = math.floor(value) // chosen.width * chosen.width
            return f"[{low},{low + chosen.width})"
        case "generalise_number":
            edges = [None, *chosen.breaks, None]
            at = sum(value >= one for one in chosen.breaks)
            low, high = edges[at], edges[at + 1]
            start = "(-∞" if low is None else f"[{low}"
            return f"{start},{'+∞' if high is None else high})"
        case "generalise_region":
            digits = {"province": 2, "city": 4, "county": 6, "town": 9}[chosen.to]
            head = value[:digits]
            return head if len(head) == digits and set(head) <= set(string.digits) else None
    raise AssertionError(chosen.mask)


def _text(value: Any, kind: ItemType) -> str:
    if kind is ItemType.DATETIME:
        return f"{value.isoformat(timespec='microseconds')}"
    return str(value).lower() if kind is ItemType.BOOLEAN else str(value)


@pytest.mark.parametrize("kind", list(FITTING))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_every_kind_does_what_plain_python_says(kind: ItemType, data: st.DataObject) -> None:
    """Over values of every type each mask gives what is computed value by value apart from it."""
    values = data.draw(st.lists(st.none() | VALUES[kind], min_size=1, max_size=20))
    for chosen in (mask(**written) for written in FITTING[kind]):
        assert masked(chosen, values, kind) == [expected(chosen, v, kind) for v in values], chosen


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ({"mask": "generalise_date", "to": "year"}, ItemType.STRING),
        ({"mask": "generalise_number", "width": 5}, ItemType.DATE),
        ({"mask": "generalise_region", "to": "city"}, ItemType.INTEGER),
        ({"mask": "partial", "keep_first": 1}, ItemType.INTEGER),
        ({"mask": "redact"}, ItemType.DATE),
    ],
)
def test_mask_that_does_not_fit_is_refused(written: dict[str, Any], kind: ItemType) -> None:
    """A mask that does not fit the type is an error, never a value passed through."""
    with pytest.raises(ValueError, match="does not fit"):
        mask(**written).lay("v", kind)


def test_drop_and_missing_key_have_no_expression() -> None:
    """A dropped column cannot be laid, nor a pseudonym without its key."""
    with pytest.raises(ValueError, match="dropped"):
        Drop(mask="drop").lay("v", ItemType.STRING)
    with pytest.raises(ValueError, match="needs a key"):
        Pseudonym(mask="pseudonym").lay("v", ItemType.STRING)
