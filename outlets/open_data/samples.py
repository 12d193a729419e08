"""Samples: a key decides who is in one, so it is secret and stays the same.

Belongs here: the condition that draws. Keep out: which key and per cent
(`outlets.open_data.plan`).
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from governance.keys import DerivedKey

__all__ = ["is_drawn"]

_SPACE = 2**32


def is_drawn(columns: Sequence[str], percent: int, key: DerivedKey) -> pl.Expr:
    """Return whether a row is in the sample; rows alike in `columns` are in it together.

    The first 32 bits of their HMAC are compared with the per cent of all there are: drawn as if by
    lot, and the same ones again as long as the key is kept. A row that names nobody is never drawn.
    """
    import polars_hash  # noqa: F401 - registers the namespace `chash`; loaded only when needed

    # a separator that no text contains: `a`, `bc` must not be drawn together with `ab`, `c`
    parts = [pl.col(column).cast(pl.String) for column in columns]
    text = pl.concat_str(parts, separator="\x1f")
    drawn: pl.Expr = text.chash.hmac_sha256(key=key.text)  # type: ignore[attr-defined]
    bound = f"{_SPACE * percent // 100:08x}"
    return (drawn.str.slice(0, 8) < bound).fill_null(value=False)
