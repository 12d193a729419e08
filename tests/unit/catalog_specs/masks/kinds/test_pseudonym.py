"""`pseudonym`: a keyed hash, the same for one value within one grant and nowhere else."""

from __future__ import annotations

import hashlib
import hmac

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog_specs.masks.hashes import PseudonymHash
from catalog_specs.masks.kinds.keep import Keep
from catalog_specs.masks.kinds.pseudonym import Pseudonym
from catalog_specs.vocabulary import ItemType
from tests.unit.catalog_specs.masks.laying import KEY, OTHER_KEY, TEXT, masked

SHA256, SM3 = PseudonymHash


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


@pytest.mark.parametrize("kind", PseudonymHash)
def test_the_key_is_in_no_plan(kind: PseudonymHash) -> None:
    """The key does not occur in the plan that Polars would print."""
    expression = Pseudonym(mask="pseudonym", hash=kind).lay("v", ItemType.STRING, KEY)
    plan = pl.LazyFrame({"v": ["a"]}).select(expression).explain()
    assert KEY.text not in f"{plan} {expression}"


def test_the_profile_names_the_hash_unless_the_mask_does() -> None:
    """The note names it; SHA-256 is left unsaid, so that what was made with it stays as it is."""
    chosen, own = Pseudonym(mask="pseudonym"), Pseudonym(mask="pseudonym", hash=SHA256)
    assert (chosen.hashed_by(SM3).hash, own.hashed_by(SM3).hash) == (SM3, SHA256)
    assert "HMAC-SM3" in chosen.hashed_by(SM3).note
    assert "HMAC-SHA256" in chosen.hashed_by(SHA256).note == chosen.note
    assert chosen.hashed_by(SHA256).model_dump(mode="json") == {"mask": "pseudonym", "length": 32}
    assert chosen.hashed_by(SM3).model_dump(mode="json")["hash"] == "sm3"
    values = ["350500199001011234", None, "350500199001011234", "b"]
    assert masked(chosen.hashed_by(SM3), values)[1] is None
    assert not set(masked(chosen, ["a", "b"])) & set(masked(chosen.hashed_by(SM3), ["a", "b"]))
    assert Keep(mask="keep").hashed_by(SM3) == Keep(mask="keep")
