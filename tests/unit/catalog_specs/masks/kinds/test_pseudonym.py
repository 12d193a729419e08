"""`pseudonym`: a keyed hash, the same for one value within one grant and nowhere else."""

from __future__ import annotations

import hashlib
import hmac

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog_specs.masks.kinds.pseudonym import Pseudonym
from catalog_specs.vocabulary import ItemType
from tests.unit.catalog_specs.masks.laying import KEY, OTHER_KEY, TEXT, masked


@settings(max_examples=40, deadline=None)
@given(values=st.lists(TEXT, min_size=1, max_size=8))
def test_pseudonym_is_hmac_sha256(values: list[str]) -> None:
    """A pseudonym is the HMAC-SHA256 of the text under the derived key, as the stdlib computes."""
    expected = [
        hmac.new(KEY.text.encode(), value.encode(), hashlib.sha256).hexdigest()[:20]
        for value in values
    ]
    assert masked(Pseudonym(mask="pseudonym", length=20), values) == expected


@settings(max_examples=40, deadline=None)
@given(values=st.lists(TEXT, min_size=2, max_size=8, unique=True))
def test_pseudonyms_join_within_a_grant_only(values: list[str]) -> None:
    """Equal values get equal pseudonyms under one key, and no pseudonym occurs under two keys."""
    chosen = Pseudonym(mask="pseudonym")
    first = masked(chosen, values + values)
    assert first[: len(values)] == first[len(values) :]
    assert len(set(first)) == len(values)
    assert not set(first) & set(masked(chosen, values, key=OTHER_KEY))


def test_the_key_is_in_no_plan() -> None:
    """The key does not occur in the plan that Polars would print."""
    expression = Pseudonym(mask="pseudonym").lay("v", ItemType.STRING, KEY)
    plan = pl.LazyFrame({"v": ["a"]}).select(expression).explain()
    assert KEY.text not in f"{plan} {expression}"
