"""Masks: each does what it says to columns of every type, and never lets a value through."""

from __future__ import annotations

import hashlib
import hmac
import math
import re
import string
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from catalog_specs.masks.kinds.constant import Constant
from catalog_specs.masks.kinds.drop import Drop
from catalog_specs.masks.kinds.partial import Partial
from catalog_specs.masks.kinds.pseudonym import Pseudonym
from catalog_specs.masks.kinds.redact import TELLTALE
from catalog_specs.masks.mask import Mask
from catalog_specs.masks.registry import AnyMask
from catalog_specs.vocabulary import ItemType
from governance.keys import KeyRing

KEYS = KeyRing({1: b"k" * 32})
KEY = KEYS.derive("grant:one")
OTHER_KEY = KEYS.derive("grant:two")

_MASK: TypeAdapter[Mask] = TypeAdapter(AnyMask)
_POLARS: dict[ItemType, Any] = {
    ItemType.STRING: pl.String,
    ItemType.INTEGER: pl.Int64,
    ItemType.DECIMAL: pl.Decimal(18, 2),
    ItemType.DATE: pl.Date,
    ItemType.DATETIME: pl.Datetime("us"),
    ItemType.BOOLEAN: pl.Boolean,
}
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
VALUES: dict[ItemType, st.SearchStrategy[Any]] = {
    ItemType.STRING: TEXT | st.from_regex(r"\A[0-9]{0,12}\Z"),
    ItemType.INTEGER: st.integers(-(10**12), 10**12),
    ItemType.DECIMAL: st.integers(-(10**17), 10**17).map(lambda n: Decimal(n).scaleb(-2)),
    ItemType.DATE: st.dates(date(1000, 1, 1)),
    ItemType.DATETIME: st.datetimes(datetime(1000, 1, 1)),  # noqa: DTZ001 - the delivered clock
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


def mask(**written: Any) -> Mask:
    """Return a mask as a catalogue writes it."""
    return _MASK.validate_python(written)


def masked(
    chosen: Mask, values: list[Any], kind: ItemType = ItemType.STRING, key: Any = KEY
) -> list[Any]:
    """Return what Polars makes of values."""
    frame = pl.DataFrame({"v": values}, schema={"v": _POLARS[kind]})
    return frame.select(chosen.lay("v", kind, key)).get_column("v").to_list()


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
                "decade": f"{value.year // 10 * 10}s",
                "year": f"{value.year}",
                "quarter": f"{value.year}-Q{(value.month + 2) // 3}",
                "month": f"{value.year}-{value.month:02}",
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


@settings(max_examples=60, deadline=None)
@given(values=st.lists(TEXT, min_size=1, max_size=8))
def test_pseudonym_is_hmac_sha256(values: list[str]) -> None:
    """A pseudonym is the HMAC-SHA256 of the text under the derived key, as the stdlib computes."""
    expected = [
        hmac.new(KEY.text.encode(), value.encode(), hashlib.sha256).hexdigest()[:20]
        for value in values
    ]
    assert masked(Pseudonym(mask="pseudonym", length=20), values) == expected


@settings(max_examples=60, deadline=None)
@given(values=st.lists(TEXT, min_size=2, max_size=8, unique=True))
def test_pseudonyms_join_within_a_grant_only(values: list[str]) -> None:
    """Equal values get equal pseudonyms under one key, and no pseudonym occurs under two keys."""
    chosen = Pseudonym(mask="pseudonym")
    first = masked(chosen, values + values)
    assert first[: len(values)] == first[len(values) :]
    assert len(set(first)) == len(values)
    assert not set(first) & set(masked(chosen, values, key=OTHER_KEY))


@settings(max_examples=100, deadline=None)
@given(
    value=TEXT.filter(lambda text: text.strip("*") != ""),
    first=st.integers(0, 6),
    last=st.integers(0, 6),
)
def test_partial_never_passes_a_value(value: str, first: int, last: int) -> None:
    """A partial mask keeps the length, shows at most the ends, and fills a short text whole."""
    [shown] = masked(Partial(mask="partial", keep_first=first, keep_last=last), [value])
    assert shown != value or set(value[first : len(value) - last]) == {"*"}
    assert len(shown) == len(value)
    if len(value) <= first + last:
        assert set(shown) <= {"*"}
    else:
        assert shown == value[:first] + "*" * (len(value) - first - last) + value[-last:] * bool(
            last
        )


@settings(max_examples=40, deadline=None)
@given(values=st.lists(st.none() | TEXT, min_size=1, max_size=8))
def test_constant_says_nothing(values: list[str | None]) -> None:
    """Under a constant every value, a missing one too, becomes the same text."""
    assert set(masked(Constant(mask="constant", value="不公开"), values)) == {"不公开"}


@pytest.mark.parametrize(
    ("written", "kind", "value", "expected"),
    [
        ({"mask": "partial", "keep_first": 1}, "string", "王小明", "王**"),
        ({"mask": "partial", "keep_first": 1}, "string", "王", "*"),
        (
            {"mask": "partial", "keep_first": 3, "keep_last": 4},
            "string",
            "13812345678",
            "138****5678",
        ),
        ({"mask": "partial", "keep_first": 1}, "string", "a\nb", "a**"),
        ({"mask": "generalise_date", "to": "decade"}, "date", date(1987, 6, 5), "1980s"),
        ({"mask": "generalise_date", "to": "year"}, "date", date(1987, 6, 5), "1987"),
        ({"mask": "generalise_date", "to": "quarter"}, "date", date(1987, 6, 5), "1987-Q2"),
        ({"mask": "generalise_date", "to": "month"}, "date", date(1987, 6, 5), "1987-06"),
        ({"mask": "generalise_number", "width": 10}, "integer", 29, "[20,30)"),
        ({"mask": "generalise_number", "width": 10}, "integer", 30, "[30,40)"),
        ({"mask": "generalise_number", "width": 10}, "integer", -1, "[-10,0)"),
        ({"mask": "generalise_number", "width": 10}, "decimal", Decimal("-0.01"), "[-10,0)"),
        ({"mask": "generalise_number", "breaks": [0, 18]}, "integer", -1, "(-∞,0)"),
        ({"mask": "generalise_number", "breaks": [0, 18]}, "decimal", Decimal("17.99"), "[0,18)"),
        ({"mask": "generalise_number", "breaks": [0, 18]}, "integer", 18, "[18,+∞)"),
        ({"mask": "generalise_region", "to": "province"}, "string", "350502", "35"),
        ({"mask": "generalise_region", "to": "city"}, "string", "350502", "3505"),
        ({"mask": "generalise_region", "to": "county"}, "string", "350502001002", "350502"),
        ({"mask": "generalise_region", "to": "town"}, "string", "350502001002", "350502001"),
        ({"mask": "generalise_region", "to": "town"}, "string", "350502", None),
        ({"mask": "generalise_region", "to": "city"}, "string", "泉州市鲤城区", None),
        ({"mask": "generalise_region", "to": "city"}, "string", "350", None),
    ],
)
def test_what_a_mask_shows(
    written: dict[str, Any], kind: str, value: Any, expected: str | None
) -> None:
    """A mask shows what its description says; what is too short or no code becomes null."""
    assert masked(mask(**written), [value, None], ItemType[kind.upper()]) == [expected, None]


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


def test_the_key_is_in_no_plan() -> None:
    """The key does not occur in the plan that Polars would print."""
    expression = Pseudonym(mask="pseudonym").lay("v", ItemType.STRING, KEY)
    plan = pl.LazyFrame({"v": ["a"]}).select(expression).explain()
    assert KEY.text not in f"{plan} {expression}"


@settings(max_examples=40, deadline=None)
@given(
    values=st.lists(
        st.lists(TEXT | st.from_regex(r"\A[0-9]{9,20}\Z"), max_size=3).map("，".join),
        min_size=1,
        max_size=30,
    )
)
def test_redact_leaves_no_number_and_every_other_word(values: list[str]) -> None:
    """What looks like a number of a person becomes the fill, whatever the fill is."""
    for shown, value in zip(masked(mask(mask="redact", fill="$0\\1"), values), values, strict=True):
        assert shown == re.sub(_PYTHON_TELLTALE, lambda _: "$0\\1", value)


_PYTHON_TELLTALE = TELLTALE.replace(r"\x{3000}", "\u3000").replace(r"\x{200b}", "\u200b")
