"""`generalise_number`: the interval in which a number lies."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from catalog_specs.masks.mask import Domain, Mask
from catalog_specs.vocabulary import ItemType
from tests.unit.catalog_specs.masks.laying import asked, mask, masked

INTEGER, DECIMAL = ItemType.INTEGER, ItemType.DECIMAL
NUMBERS = st.integers(-(10**9), 10**9)
CHOSEN = st.one_of(
    st.integers(1, 1000).map(lambda width: {"width": width}),
    st.lists(NUMBERS, max_size=4, unique=True).map(lambda breaks: {"breaks": sorted(breaks)}),
)


def _mask(**written: Any) -> Mask:
    return mask(mask="generalise_number", **written)


@pytest.mark.parametrize(
    ("written", "kind", "value", "shown"),
    [
        ({"width": 10}, INTEGER, 29, "[20,30)"),
        ({"width": 10}, INTEGER, 30, "[30,40)"),
        ({"width": 10}, INTEGER, -1, "[-10,0)"),
        ({"width": 10}, DECIMAL, Decimal("-0.01"), "[-10,0)"),
        ({"width": 10}, DECIMAL, Decimal("29.99"), "[20,30)"),
        ({"width": 10}, INTEGER, 2**63 - 1, "[9223372036854775800,9223372036854775810)"),
        ({"width": 10}, INTEGER, -(2**63), "[-9223372036854775810,-9223372036854775800)"),
        ({"breaks": [0, 18]}, INTEGER, -1, "(-∞,0)"),
        ({"breaks": [0, 18]}, INTEGER, 0, "[0,18)"),
        ({"breaks": [0, 18]}, DECIMAL, Decimal("17.99"), "[0,18)"),
        ({"breaks": [0, 18]}, INTEGER, 18, "[18,+∞)"),
        ({"breaks": [0]}, DECIMAL, Decimal("-0.01"), "(-∞,0)"),
        ({"breaks": []}, INTEGER, 5, "(-∞,+∞)"),
    ],
)
def test_a_number_becomes_its_interval(
    written: dict[str, Any], kind: ItemType, value: Any, shown: str
) -> None:
    """Intervals are closed on the left and open on the right; null stays null."""
    assert masked(_mask(**written), [value, None], kind) == [shown, None]


@pytest.mark.parametrize(
    "written",
    [{}, {"width": 5, "breaks": [1]}, {"width": 0}, {"breaks": [2, 1]}, {"breaks": [1, 1]}],
    ids=["neither", "both", "no width", "falling", "twice"],
)
def test_intervals_are_said_in_one_way(written: dict[str, Any]) -> None:
    """A width or rising breaks, and exactly one of them."""
    with pytest.raises(ValidationError):
        _mask(**written)


@settings(max_examples=60, deadline=None)
@given(written=CHOSEN, values=st.lists(NUMBERS, min_size=1, max_size=10))
def test_a_border_is_where_the_interval_changes(written: dict[str, Any], values: list[int]) -> None:
    """Rows may be chosen from a number on, or below it, exactly where another interval begins."""
    chosen = _mask(**written)
    values += written.get("breaks", [])
    before = masked(chosen, [value - 1 for value in values], INTEGER)
    for value, here, last in zip(values, masked(chosen, values, INTEGER), before, strict=True):
        for op in ("ge", "lt"):
            assert chosen.tells_less_than(op, value) is (here == last), (op, value)
        assert chosen.tells_less_than("ge", Decimal(value) + Decimal("0.5"))
        assert chosen.tells_less_than("le", value)
        assert chosen.tells_less_than("eq", value)


@pytest.mark.parametrize("value", ["10", None, 10.0])
def test_what_is_no_number_is_no_border(value: Any) -> None:
    """A condition that means no number tells more than any interval."""
    assert _mask(width=10).tells_less_than("ge", value)


@pytest.mark.parametrize(
    ("written", "kind", "scale", "idle"),
    [
        ({"width": 1}, INTEGER, None, True),
        ({"width": 2}, INTEGER, None, False),
        ({"width": 1}, DECIMAL, 0, True),
        ({"width": 1}, DECIMAL, 2, False),
        ({"width": 1}, DECIMAL, None, False),
        ({"breaks": [1, 2, 3]}, INTEGER, None, True),
        ({"breaks": [1, 2, 4]}, INTEGER, None, False),
        ({"breaks": [1, 2, 3]}, DECIMAL, 2, False),
        ({"breaks": [1]}, INTEGER, None, False),
        ({"breaks": []}, INTEGER, None, False),
    ],
)
def test_intervals_of_one_whole_number_join_nothing(
    written: dict[str, Any], kind: ItemType, scale: int | None, idle: bool
) -> None:
    """A mask masks nothing where every interval between its borders holds one value."""
    assert _mask(**written).joins_nothing(Domain(kind, scale)) is idle


@settings(max_examples=40, deadline=None)
@given(width=st.integers(1, 1000), values=st.lists(NUMBERS, min_size=2, max_size=10))
def test_intervals_of_one_width_are_numbered(width: int, values: list[int]) -> None:
    """Two numbers have one number of an interval exactly when they have one interval."""
    chosen = _mask(width=width)
    numbers = asked(chosen.interval(pl.col("v")), values, INTEGER)
    pairs = set(zip(masked(chosen, values, INTEGER), numbers, strict=True))
    assert len(pairs) == len({name for name, _ in pairs}) == len({n for _, n in pairs})


def test_intervals_of_many_widths_are_not() -> None:
    """Distances between breaks mean nothing, so nobody may count by them."""
    assert _mask(breaks=[0, 18]).interval(pl.col("v")) is None
