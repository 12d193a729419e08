"""`redact`: free text with its numbers of persons covered."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from catalog_specs.masks.kinds.redact import TELLTALE
from tests.unit.catalog_specs.masks.laying import TEXT, mask, masked


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
