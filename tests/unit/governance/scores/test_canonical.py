"""Canonical JSON: one text for one value."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.scores.canonical import canonical

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


def test_it_is_written_as_the_standard_says() -> None:
    """Sorted, without blanks, Chinese as it is, control characters short."""
    assert canonical({"b": [1, None], "a": "厅\n\u0001"}) == '{"a":"厅\\n\\u0001","b":[1,null]}'


@pytest.mark.parametrize("value", [1.5, [1.0], {"a": {"b": 0.1}}, {"名": 1}])
def test_what_has_no_one_text_is_refused(value: object) -> None:
    """A number with a point, or a name that two standards sort differently."""
    with pytest.raises(TypeError):
        canonical(value)
