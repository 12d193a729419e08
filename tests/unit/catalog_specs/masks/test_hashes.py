"""Keyed hashes: SM3 and its HMAC as published and as others compute them, over whole columns."""

from __future__ import annotations

import hashlib
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog_specs.masks.hashes import MissingHashError, PseudonymHash, has_sm3, keyed_hash
from tests.unit.catalog_specs.masks.laying import KEY, TEXT

SHA256, SM3 = PseudonymHash
BLOCK = 64


def hmac_by_hand(key: bytes, message: bytes, name: str) -> str:
    """Return an HMAC as RFC 2104 defines it, of a hash of the standard library."""
    padded = key.ljust(BLOCK, b"\0")
    inner, outer = (bytes(one ^ mark for one in padded) for mark in (0x36, 0x5C))
    return hashlib.new(name, outer + hashlib.new(name, inner + message).digest()).hexdigest()


def hashed(values: list[str | None], kind: PseudonymHash, key: str = KEY.text) -> list[str | None]:
    """Return the hashes of a column."""
    frame = pl.LazyFrame({"v": values}, schema={"v": pl.String})
    found = frame.select(keyed_hash(pl.col("v"), key, kind)).collect(engine="streaming")
    return found.to_series().to_list()


@pytest.mark.parametrize(
    ("message", "digest"),
    [
        (b"abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
        (b"abcd" * 16, "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"),
    ],
)
def test_openssl_has_sm3_as_published(message: bytes, digest: str) -> None:
    """The two examples of GB/T 32905-2016, appendix A."""
    assert has_sm3()
    assert hashlib.new("sm3", message).hexdigest() == digest


def test_hmac_sm3_is_known() -> None:
    """The HMAC of a known key and text never changes: a pseudonym outlives every release."""
    key = "0123456789abcdef" * 4
    known = "70d53c81d701cc20cd480a8b00603125b0008b3ec6a4934963d3a83376736c35"
    assert hashed(["350500199001011234"], SM3, key) == [known]
    assert hmac_by_hand(key.encode(), b"350500199001011234", "sm3") == known


@settings(max_examples=25, deadline=None)
@given(values=st.lists(st.none() | TEXT, max_size=60))
def test_a_column_is_hashed_value_by_value(values: list[str | None]) -> None:
    """Each value as RFC 2104 says, whatever stands beside it; nulls stay null."""
    secret = KEY.text.encode()
    for kind in PseudonymHash:
        expected = [
            None if one is None else hmac_by_hand(secret, one.encode(), kind.value)
            for one in values
        ]
        assert hashed(values, kind) == expected


def test_without_sm3_nothing_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine whose OpenSSL lacks it is noticed before any value; SHA-256 goes on."""
    new = hashlib.new

    def lacking(name: str, *rest: Any) -> Any:
        if name == "sm3":
            raise ValueError("unsupported hash type sm3")
        return new(name, *rest)

    monkeypatch.setattr(hashlib, "new", lacking)
    assert not has_sm3()
    with pytest.raises(MissingHashError):
        keyed_hash(pl.col("v"), KEY.text, SM3)
    assert len(hashed(["a"], SHA256)) == 1
