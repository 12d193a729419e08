"""Whether a mask masks: a column whose masked values still tell every original apart does not.

Belongs here: measuring that on the rows that would leave. Keep out: bounds that need no data
(`catalog_specs.rules.leaving.masking`), and what follows (`outlets`).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import lgamma, log

import polars as pl

from catalog_specs.masks.mask import Remains
from governance.masks.columns import MaskedColumn

__all__ = ["masked_protected", "may_be_chance", "original", "undone"]

_RARE = 1e-4
"""A chance below which nobody believes in chance."""


def original(code: str) -> str:
    """Return the name under which an item's own values stand beside the masked ones."""
    return f"__was_{code}"


def masked_protected(columns: Sequence[MaskedColumn]) -> tuple[MaskedColumn, ...]:
    """Return the protected columns whose masked values are a function of the originals alone.

    A pseudonym is one as well, but by a key; it is meant to tell values apart.
    """
    return tuple(
        column for column in columns if column.protected and column.mask.remains is Remains.PART
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


def may_be_chance(frame: pl.LazyFrame, column: MaskedColumn) -> bool:
    """Say whether a generalisation may have joined no two values because there are so few.

    Values that lie anywhere in m intervals are all apart with a chance of m!/(m-n)!/mⁿ: thirty
    birthdays of twenty years may well lie in thirty months. Of days that are all the first of a
    month there soon are more than chance explains. Other masks are not excused.
    """
    was = pl.col(original(column.code))
    place = column.mask.interval(was)
    if place is None:
        return False
    asked = frame.select(was.drop_nulls().n_unique(), (place.max() - place.min() + 1).alias("m"))
    values, intervals = asked.collect(engine="streaming").row(0)
    if not values or values > intervals:
        return False
    apart = lgamma(intervals + 1) - lgamma(intervals - values + 1) - values * log(intervals)
    return bool(apart > log(_RARE))
