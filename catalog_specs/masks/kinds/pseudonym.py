"""`pseudonym`: a keyed hash, the same for one value within one grant and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal, Self

from pydantic import Field

from catalog_specs.masks.hashes import PseudonymHash, keyed_hash
from catalog_specs.masks.mask import ANY, Key, Mask, Remains
from catalog_specs.vocabulary import ItemType

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Pseudonym"]


def _unsaid(kind: PseudonymHash | None) -> bool:
    """Leave SHA-256 unsaid: what was made before there was a choice stays as it is."""
    return kind in {None, PseudonymHash.SHA256}


class Pseudonym(Mask):
    """A keyed hash in hexadecimal, cut to `length`; keys are derived per grant or set.

    It is the HMAC under the profile's `pseudonym_hash`, or under the mask's own `hash`.
    """

    mask: Literal["pseudonym"]
    length: int = Field(default=32, ge=16, le=64)
    hash: PseudonymHash | None = Field(default=None, exclude_if=_unsaid)
    """None means the profile's."""

    label: ClassVar = "假名"
    fits: ClassVar = ANY
    remains: ClassVar = Remains.LINK
    shows_words: ClassVar = False

    @property
    def note(self) -> str:
        """Say in Chinese how it is made."""
        return f"假名化（HMAC-{self._hash.label}，{self.length}位十六进制，专用密钥）"

    @property
    def _hash(self) -> PseudonymHash:
        return self.hash or PseudonymHash.SHA256

    def hashed_by(self, kind: PseudonymHash) -> Self:
        """Return the mask under the profile's hash, unless it names its own."""
        return self.model_copy(update={"hash": self.hash or kind})

    def expression(self, value: pl.Expr, kind: ItemType, key: Key | None) -> pl.Expr:
        """Return the hash of the one text form that values of a type have."""
        if key is None:
            raise ValueError("a pseudonym needs a key")
        return keyed_hash(_text(value, kind), key.text, self._hash).str.slice(0, self.length)


def _text(value: pl.Expr, kind: ItemType) -> pl.Expr:
    """Return the text that is hashed: a change here is a change of every pseudonym."""
    import polars as pl

    if kind is ItemType.DATETIME:
        return value.dt.strftime("%Y-%m-%dT%H:%M:%S%.6f")
    return value if kind is ItemType.STRING else value.cast(pl.String)
