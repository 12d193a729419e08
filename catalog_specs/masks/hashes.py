"""Keyed hashes of texts as Polars expressions: HMAC under SHA-256 or SM3 (GB/T 32905).

Belongs here: which there are, laying one over a column. Keep out: what is hashed and how much of it
leaves (`catalog_specs.masks.kinds.pseudonym`). SHA-256 comes from a native extension
of Polars. SM3 has none: OpenSSL is called for every distinct value, which takes about 3 µs.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING

from catalog_specs.vocabulary import Term

if TYPE_CHECKING:
    import polars as pl

__all__ = ["MissingHashError", "PseudonymHash", "has_sm3", "keyed_hash"]


class PseudonymHash(Term):
    """The hash under which a keyed pseudonym is made (HMAC)."""

    SHA256 = ("sha256", "SHA256")
    SM3 = ("sm3", "SM3")


class MissingHashError(Exception):
    """OpenSSL on this machine does not have the hash that was asked for."""


def keyed_hash(text: pl.Expr, key: str, kind: PseudonymHash) -> pl.Expr:
    """Return the HMAC of texts in hexadecimal; nulls stay null.

    `key` are the characters whose ASCII bytes key it.

    Raises:
        MissingHashError: the hash is SM3, and OpenSSL on this machine does not have it.
    """
    if kind is PseudonymHash.SM3:
        return _sm3(text, key)
    import polars_hash  # noqa: F401 - registers the namespace `chash`; loaded only when needed

    hashed: pl.Expr = text.chash.hmac_sha256(key=key)  # type: ignore[attr-defined]
    return hashed


def has_sm3() -> bool:
    """Say whether OpenSSL on this machine has SM3; some builds leave it out."""
    try:
        hashlib.new("sm3")
    except ValueError:
        return False
    return True


def _sm3(text: pl.Expr, key: str) -> pl.Expr:
    import polars as pl

    if not has_sm3():
        raise MissingHashError
    secret = key.encode("ascii")

    def hashed(values: pl.Series) -> pl.Series:
        distinct = values.drop_nulls().unique()
        made = [hmac.digest(secret, one.encode(), "sm3").hex() for one in distinct]
        hashes = pl.Series(made, dtype=pl.String)
        return values.replace_strict(distinct, hashes, default=None, return_dtype=pl.String)

    # a nested function, not a partial: Polars prints the latter with the key in it
    return text.map_batches(hashed, return_dtype=pl.String, is_elementwise=True)
