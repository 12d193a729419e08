"""Canonical text: one text for each value, whatever Arrow type it came in."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime
from decimal import Context, Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.untrusted.canonical import any_text, as_text

HERE = "Asia/Shanghai"
MOMENT = datetime(2024, 2, 3, 4, 5, 6)  # noqa: DTZ001 - a wall clock, as delivered
MANY = settings(deadline=None, max_examples=25)


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        (pa.array(["x", "", None]), ["x", "", None]),
        (pa.array(["x", "y", "x"]).dictionary_encode(), ["x", "y", "x"]),
        (pa.array([MOMENT]).dictionary_encode(), ["2024-02-03 04:05:06"]),
        (pa.array([1, -2], pa.int8()), ["1", "-2"]),
        (pa.array([2**64 - 1], pa.uint64()), ["18446744073709551615"]),
        (
            pa.array([1.0, -0.5, 1e15, 1.5e-7, 1e22, None]),
            ["1", "-0.5", "1" + "0" * 15, "0.00000015", "1" + "0" * 22, None],
        ),
        (pa.array([0.1, 2.0], pa.float32()), ["0.1", "2"]),
        (pa.array([0.5, 3.0], pa.float16()), ["0.5", "3"]),
        (pa.array([Decimal("1.10"), Decimal(0)]), ["1.10", "0.00"]),
        (pa.array([Decimal("0.0000000001")]), ["0.0000000001"]),
        (pa.array([True, False, None]), ["true", "false", None]),
        (pa.array([date(2024, 2, 3)]), ["2024-02-03"]),
        (pa.array([MOMENT]), ["2024-02-03 04:05:06"]),
        (pa.array([MOMENT], pa.timestamp("s")), ["2024-02-03 04:05:06"]),
        (pa.array([MOMENT], pa.timestamp("ns")), ["2024-02-03 04:05:06"]),
        (pa.array([MOMENT.replace(microsecond=500000)]), ["2024-02-03 04:05:06.5"]),
        (pa.array([MOMENT.replace(second=10, microsecond=50)]), ["2024-02-03 04:05:10.00005"]),
        (pa.array([MOMENT.replace(tzinfo=UTC), None]), ["2024-02-03 12:05:06", None]),
        (pa.nulls(1), [None]),
    ],
    ids=str,
)
def test_every_type_has_one_text(values: Any, texts: list[str | None]) -> None:
    """Dates and moments are ISO in the city's wall clock, numbers plain, whole floats whole."""
    assert as_text(values, HERE).to_pylist() == texts


def test_a_moment_with_an_offset_is_told_as_such_where_no_zone_is_given() -> None:
    """A declared step that moves wall clocks must not move one that is placed already."""
    placed = pa.array([MOMENT.replace(tzinfo=UTC), None]).cast(pa.timestamp("us", "Europe/Paris"))
    assert as_text(placed, None).to_pylist() == ["2024-02-03 04:05:06Z", None]
    assert as_text(pa.array([MOMENT]), None).to_pylist() == ["2024-02-03 04:05:06"]


@MANY
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=40, max_size=40))
def test_a_float_keeps_its_value_and_needs_no_exponent(numbers: list[float]) -> None:
    """Whatever its size."""
    texts = as_text(pa.array(numbers), HERE).to_pylist()
    assert [float(text) for text in texts] == numbers
    assert not [text for text in texts if set(text) - set("-.0123456789")]


@MANY
@given(st.lists(st.integers(-(10**37), 10**37), min_size=20, max_size=20), st.integers(0, 38))
def test_a_decimal_keeps_its_digits(digits: list[int], scale: int) -> None:
    """To the last zero of its scale."""
    numbers = [Decimal(one).scaleb(-scale, Context(prec=38)) for one in digits]
    texts = as_text(pa.array(numbers, pa.decimal128(38, scale)), HERE).to_pylist()
    assert texts == [f"{number:f}" for number in numbers]


@pytest.mark.parametrize("values", [pa.array([[1]]), pa.array([{"x": 1}])], ids=["list", "struct"])
def test_nested_values_have_no_canonical_text(values: Any) -> None:
    """They are refused where they are declared, and shown as JSON where nobody declared them."""
    with pytest.raises(pa.ArrowNotImplementedError):
        as_text(values, HERE)
    assert any_text(values, HERE).to_pylist() in (["[1]"], ['{"x": 1}'])


def test_what_nobody_declared_is_shown_whatever_it_is() -> None:
    """Bytes that are no text, moments within lists, and nulls."""
    octets = pa.array([b"\xffx", "甲".encode(), None])
    assert any_text(octets, HERE).to_pylist() == [r"\xffx", "甲", None]
    (nested,) = any_text(pa.array([[date(2024, 2, 3)]]), HERE).to_pylist()
    assert nested == '["2024-02-03"]'
    assert any_text(pa.array([1.0, math.nan]), HERE).to_pylist() == ["1", "nan"]
