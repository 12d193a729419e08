"""Canonical JSON: one text for one value."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.scores.canonical import canonical, canonical_lines

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text("abcdefg_", max_size=4), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(VALUES)
def test_it_reads_back_and_its_order_does_not_matter(value: object) -> None:
    """Whoever reads it and writes it again has the same text."""
    text = canonical(value)
    assert json.loads(text) == value
    assert canonical(json.loads(json.dumps(value, sort_keys=False))) == text


@given(st.lists(st.tuples(VALUES, VALUES, VALUES), max_size=5))
def test_lines_say_what_each_row_says_by_itself(rows: list[tuple[object, ...]]) -> None:
    """Columns are written as rows are, without what is None."""
    names = ("b", "a", "c_d")
    columns = {name: [row[place] for row in rows] for place, name in enumerate(names)}
    each = [
        canonical({n: v for n, v in zip(names, row, strict=True) if v is not None}) for row in rows
    ]
    assert canonical_lines(columns) == each


def test_lines_refuse_what_has_no_one_text() -> None:
    """A number with a point in a column, or a name that two standards sort differently."""
    for columns in ({"a": [1, 1.5]}, {"名": [1]}, {"a": [[0.5]]}):
        with pytest.raises(TypeError):
            canonical_lines(columns)


def test_it_is_written_as_the_standard_says() -> None:
    """Sorted, without blanks, Chinese as it is, control characters short."""
    assert canonical({"b": [1, None], "a": "厅\n\u0001"}) == '{"a":"厅\\n\\u0001","b":[1,null]}'


@pytest.mark.parametrize("value", [1.5, [1.0], {"a": {"b": 0.1}}, {"名": 1}])
def test_what_has_no_one_text_is_refused(value: object) -> None:
    """A number with a point, or a name that two standards sort differently."""
    with pytest.raises(TypeError):
        canonical(value)
