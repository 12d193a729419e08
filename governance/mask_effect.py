"""Whether a mask masks: a column whose masked values still tell every original apart does not.

Belongs here: measuring that on the rows that would leave. Keep out: bounds that need no data
(`catalog_specs.telling`), and what follows (`governance.open_data`, `governance.shares`).
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from catalog_specs.models.masking import Constant, Keep, Pseudonym, Redact
from governance.masking import MaskedColumn

__all__ = ["masked_protected", "original", "undone"]


def original(code: str) -> str:
    """Return the name under which an item's own values stand beside the masked ones."""
    return f"__was_{code}"


def masked_protected(columns: Sequence[MaskedColumn]) -> tuple[MaskedColumn, ...]:
    """Return the protected columns whose masked values are a function of the originals alone.

    A pseudonym is one as well, but by a key; it is meant to tell values apart.
    """
    return tuple(
        column
        for column in columns
        if column.protected and not isinstance(column.mask, Keep | Constant | Pseudonym | Redact)
    )


def undone(frame: pl.LazyFrame, columns: Sequence[MaskedColumn], least: int) -> tuple[str, ...]:
    """Return the columns in which no two originals were joined: there are as many masked values.

    With fewer than `least` different originals nothing can be said: two birth days usually lie in
    two decades. The frame holds each column beside its original.
    """
    judged = masked_protected(columns)
    if not judged:
        return ()
    counts = frame.select(
        expression
        for column in judged
        for expression in (
            pl.col(column.code).n_unique(),
            pl.col(original(column.code)).n_unique(),
        )
    )
    row = counts.collect(engine="streaming").row(0)
    pairs = zip(judged, row[0::2], row[1::2], strict=True)
    return tuple(column.code for column, left, was in pairs if left == was and was >= least)
