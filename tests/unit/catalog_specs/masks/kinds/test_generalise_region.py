"""`generalise_region`: the code of a division above the one that is stored."""

from __future__ import annotations

import polars as pl
import pytest

from catalog_specs.vocabulary import ItemType
from tests.unit.catalog_specs.masks.laying import asked, mask, masked

CODE = "350502001002"


@pytest.mark.parametrize(
    ("to", "value", "shown"),
    [
        ("province", "350502", "35"),
        ("city", "350502", "3505"),
        ("county", CODE, "350502"),
        ("town", CODE, "350502001"),
        ("town", "350502", None),
        ("city", "泉州市鲤城区", None),
        ("city", "350", None),
        ("city", "３５０５０２", None),
        ("city", " 350502", None),
    ],
)
def test_leading_digits_stay(to: str, value: str, shown: str | None) -> None:
    """A code is cut to its level; what is too short or no code becomes null, never itself."""
    assert masked(mask(mask="generalise_region", to=to), [value, None]) == [shown, None]


@pytest.mark.parametrize("to", ["province", "city", "county", "town"])
def test_what_is_cut_off_and_what_stays_are_the_code(to: str) -> None:
    """The digits that stay, one by one, and those that are hidden make the whole code."""
    chosen = mask(mask="generalise_region", to=to)
    parts = chosen.parts(pl.col("v"))
    assert parts is not None
    [hidden] = asked(parts[0], [CODE], ItemType.STRING)
    shown = [asked(place, [CODE], ItemType.STRING)[0] for place in parts[1]]
    assert "".join([*shown, hidden]) == CODE
    assert masked(chosen, [CODE]) == ["".join(shown)]


@pytest.mark.parametrize(
    ("op", "value", "tells"),
    [
        ("starts_with", "35", False),
        ("starts_with", "3505", False),
        ("starts_with", "35050", True),
        ("eq", "3505", True),
        ("ge", "35", True),
    ],
)
def test_rows_may_be_chosen_by_what_stays(op: str, value: str, tells: bool) -> None:
    """A condition may ask for the beginning that leaves, and for nothing finer."""
    assert mask(mask="generalise_region", to="city").tells_less_than(op, value) is tells
