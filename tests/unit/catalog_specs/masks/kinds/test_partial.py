"""`partial`: the ends of a text, with the middle filled."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from catalog_specs.masks.kinds.partial import HIDDEN, NUMBER_REMAINS, REMAIN, Partial
from catalog_specs.masks.mask import Domain
from catalog_specs.vocabulary import IdentityCheck, ItemType
from tests.unit.catalog_specs.masks.laying import TEXT, asked, masked

RESIDENT, FIRM = IdentityCheck.RESIDENT_ID, IdentityCheck.CREDIT_CODE


def _mask(first: int = 0, last: int = 0, fill: str = "*") -> Partial:
    return Partial(mask="partial", keep_first=first, keep_last=last, fill=fill)


def _domain(**more: Any) -> Domain:
    return Domain(ItemType.STRING, **more)


@pytest.mark.parametrize(
    ("ends", "value", "shown"),
    [
        ((1, 0), "王小明", "王**"),
        ((1, 0), "王", "*"),
        ((3, 4), "13812345678", "138****5678"),
        ((3, 4), "1381234", "*******"),
        ((1, 0), "a\nb", "a**"),
        ((1, 1), "😀b😀", "😀*😀"),
        ((0, 0), "王小明", "***"),
        ((0, 2), "王小明", "*小明"),
        ((1, 0), "", ""),
    ],
)
def test_the_ends_stay_and_the_middle_is_filled(
    ends: tuple[int, int], value: str, shown: str
) -> None:
    """Characters, not bytes, are kept and filled; a text with no middle is filled whole."""
    assert masked(_mask(*ends), [value, None]) == [shown, None]


@pytest.mark.parametrize("fill", ["$", "\\", "0", "█"])
def test_any_character_fills(fill: str) -> None:
    """A character that means something in a replacement means itself."""
    assert masked(_mask(1, 0, fill), ["abc", "a"]) == [f"a{fill}{fill}", fill]


@pytest.mark.parametrize(
    "wrong", [{"keep_first": -1}, {"keep_last": -1}, {"fill": ""}, {"fill": "**"}]
)
def test_a_mask_keeps_no_less_than_nothing(wrong: dict[str, Any]) -> None:
    """Counts are not negative, and each hidden character becomes one."""
    with pytest.raises(ValidationError):
        Partial(mask="partial", **wrong)


@settings(max_examples=60, deadline=None)
@given(
    value=TEXT.filter(lambda text: text.strip("*") != ""),
    first=st.integers(0, 6),
    last=st.integers(0, 6),
)
def test_partial_never_passes_a_value(value: str, first: int, last: int) -> None:
    """A partial mask keeps the length, shows at most the ends, and fills a short text whole."""
    [shown] = masked(_mask(first, last), [value])
    assert shown != value or set(value[first : len(value) - last]) == {"*"}
    assert len(shown) == len(value)
    if len(value) <= first + last:
        assert set(shown) <= {"*"}
    else:
        assert shown == value[:first] + "*" * (len(value) - first - last) + value[-last:] * bool(
            last
        )


@settings(max_examples=60, deadline=None)
@given(
    values=st.lists(TEXT, min_size=1, max_size=6), first=st.integers(0, 4), last=st.integers(0, 4)
)
def test_what_is_hidden_and_what_is_shown_are_the_text(
    values: list[str], first: int, last: int
) -> None:
    """The hidden middle between the shown ends is the text; of a short one all is hidden."""
    hidden, ends = _mask(first, last).parts(pl.col("v"))
    middles = asked(hidden, values, ItemType.STRING)
    shown = [asked(end, values, ItemType.STRING) for end in ends]
    assert len(shown) == first + last
    for row, value in enumerate(values):
        seen = [column[row] for column in shown]
        if len(value) <= first + last:
            assert middles[row] == value
            assert set(seen) <= {None}
        else:
            assert "".join([*seen[:first], middles[row], *seen[first:]]) == value


@pytest.mark.parametrize(
    ("ends", "domain", "says"),
    [
        ((REMAIN, 0), {}, None),
        ((REMAIN, 1), {}, "8 characters would remain, at most 7 may"),
        ((REMAIN + 1, 0), {"remain": REMAIN + 1}, None),
        ((2, 1), {"remain": 2}, "at most 2 may"),
        ((NUMBER_REMAINS, 0), {"check": FIRM, "remain": 9}, None),
        ((NUMBER_REMAINS + 1, 0), {"check": FIRM, "remain": 9}, "at most 6 may"),
        ((0, 3), {"check": FIRM, "remain": 2}, "at most 2 may"),
        ((0, 1), {"check": RESIDENT}, None),
        ((0, 2), {"check": RESIDENT}, "rebuild the number"),
        ((0, 4), {"check": FIRM}, None),
        ((3, 0), {"longest": 3 + HIDDEN}, None),
        ((3, 0), {"longest": 2 + HIDDEN}, "3 of at most 6 characters"),
        ((0, 0), {"longest": 1}, None),
    ],
)
def test_few_characters_of_a_protected_text_may_stay(
    ends: tuple[int, int], domain: dict[str, Any], says: str | None
) -> None:
    """At most so many, fewer of a number, none that rebuild it, and some must be hidden."""
    why = _mask(*ends).too_much(_domain(**domain))
    assert why is None if says is None else says in (why or "")


@pytest.mark.parametrize("op", ["eq", "starts_with", "ge", "in"])
def test_no_row_may_be_chosen_by_a_covered_text(op: str) -> None:
    """Any condition on the whole text tells more than its ends."""
    assert _mask(3).tells_less_than(op, "138")
