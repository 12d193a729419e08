"""`constant`: one text for every value."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from catalog_specs.masks.kinds.constant import Constant
from tests.unit.catalog_specs.masks.laying import TEXT, masked


@settings(max_examples=20, deadline=None)
@given(values=st.lists(st.none() | TEXT, min_size=1, max_size=8))
def test_constant_says_nothing(values: list[str | None]) -> None:
    """Under a constant every value, a missing one too, becomes the same text."""
    assert set(masked(Constant(mask="constant", value="不公开"), values)) == {"不公开"}
