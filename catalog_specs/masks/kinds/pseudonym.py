"""`pseudonym`: a keyed hash, the same for one value within one grant and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from catalog_specs.masks.mask import ANY, Key, Mask, Remains
from catalog_specs.vocabulary import ItemType

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Pseudonym"]


class Pseudonym(Mask):
    """Keyed HMAC-SHA256 in hexadecimal, cut to `length`; keys are derived per grant or set."""

    mask: Literal["pseudonym"]
    length: int = Field(default=32, ge=16, le=64)

    label: ClassVar = "假名"
    fits: ClassVar = ANY
    remains: ClassVar = Remains.LINK
    shows_words: ClassVar = False

    @property
    def note(self) -> str:
        """Say in Chinese how it is made."""
        return f"假名化（HMAC-SHA256，{self.length}位十六进制，专用密钥）"

    def expression(self, value: pl.Expr, kind: ItemType, key: Key | None) -> pl.Expr:
        """Return the hash of the one text form that values of a type have."""
        import polars_hash  # noqa: F401 - registers the namespace `chash`; loaded only when needed

        if key is None:
            raise ValueError("a pseudonym needs a key")
        hashed: pl.Expr = _text(value, kind).chash.hmac_sha256(key=key.text)  # type: ignore[attr-defined]
        return hashed.str.slice(0, self.length)


def _text(value: pl.Expr, kind: ItemType) -> pl.Expr:
    """Return the text that is hashed: a change here is a change of every pseudonym."""
    import polars as pl

    if kind is ItemType.DATETIME:
        return value.dt.strftime("%Y-%m-%dT%H:%M:%S%.6f")
    return value if kind is ItemType.STRING else value.cast(pl.String)
