"""The effect of a mask: whether its values still distinguish every original.

Belongs here: measuring that on the rows that would leave. Keep out: bounds that need no data
(`catalog_specs.rules.leaving.masking`), and what follows (`outlets`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import lgamma, log, prod, sqrt

import polars as pl

from catalog_specs.masks.mask import Key, Remains
from governance.disclosure import Grouped, grouped_here
from governance.masks.columns import MaskedColumn

__all__ = ["judged", "may_be_chance", "undone"]

_RARE = 1e-4
"""A chance below which nobody believes in chance."""
_FEW = 10_000
"""Rows among which a mask that masks joins two originals, as a rule."""
_WORD_SIGNS = 400
"""Characters that may begin or end a name: surnames in use, roughly."""


def judged(
    rows: pl.LazyFrame,
    columns: Sequence[MaskedColumn],
    key: Key | None,
    beside: Mapping[str, str],
) -> pl.LazyFrame:
    """Return rows as they would leave, and beside them what they are judged by.

    Args:
        rows: the chosen rows, as stored.
        columns: what leaves.
        key: the key of the grant or set, where a column needs one.
        beside: name → stored item of what else must stand beside.
    """
    return rows.select(
        *(column.expression(key) for column in columns),
        *(pl.col(code).alias(name) for name, code in beside.items()),
        *(pl.col(one.code).alias(_original(one.code)) for one in _masked_protected(columns)),
    )


def _original(code: str) -> str:
    """Return the name under which an item's own values stand beside the masked ones."""
    return f"__was_{code}"


def _masked_protected(columns: Sequence[MaskedColumn]) -> tuple[MaskedColumn, ...]:
    """Return the protected columns whose masked values are a function of the originals alone.

    A pseudonym is one as well, but by a key; it is meant to tell values apart.
    """
    return tuple(
        column for column in columns if column.protected and column.mask.remains is Remains.PART
    )


def undone(
    frame: pl.LazyFrame,
    columns: Sequence[MaskedColumn],
    least: int,
    some: Sequence[pl.LazyFrame] = (),
    grouped: Grouped = grouped_here,
) -> tuple[str, ...]:
    """Return the columns in which no two originals were joined: there are as many masked values.

    With fewer than `least` different originals nothing can be said: two birth days usually lie in
    two decades. The frame is a `judged` one, and so is each of `some` of its rows that cost less to
    read than those that come first. `grouped` counts among all rows.
    """
    suspected = _masked_protected(columns)
    # two originals that were joined among a few rows are joined among all: most need no more
    for few in (*some, frame):
        suspected = _apart(few.head(_FEW), suspected, 0, grouped_here)
    return tuple(column.code for column in _apart(frame, suspected, least, grouped))


def _apart(
    frame: pl.LazyFrame, tested: Sequence[MaskedColumn], least: int, grouped: Grouped
) -> tuple[MaskedColumn, ...]:
    """Return the columns with as many masked values as originals, and `least` of these."""
    if not tested:
        return ()
    names = [name for one in tested for name in (one.code, _original(one.code))]
    counts = grouped(frame.select(names), (), [pl.col(name).n_unique() for name in names])
    row = counts.collect(engine="streaming").row(0)
    pairs = zip(tested, row[0::2], row[1::2], strict=True)
    return tuple(column for column, left, was in pairs if left == was and was >= least)


def may_be_chance(frame: pl.LazyFrame, column: MaskedColumn, k: int) -> bool:
    """Say whether a mask may have joined no two values because there are so few.

    Values that lie anywhere in m places are all apart with a chance of m!/(m-n)!/mⁿ: thirty
    birthdays of twenty years may well lie in thirty months, and a hundred mobile numbers in the
    10,000 that four shown digits tell apart. Of days that are all the first of a month, or of
    numbers that were counted up, there soon are more than chance explains. Where what is hidden is
    the same of clearly more than one value in `k`, it hides nothing, and no chance excuses it.
    """
    was = pl.col(_original(column.code))
    place, parts = column.mask.interval(was), column.mask.parts(was)
    values = frame.select(was.drop_nulls().unique())
    if place is not None:
        asked = values.select(pl.len(), (place.max() - place.min() + 1).alias("places"))
        return _may_be_apart(*asked.collect(engine="streaming").row(0))
    if parts is None:
        return False
    hidden, shown = parts
    alike = values.select(hidden.alias("hidden")).group_by("hidden").len()
    most = alike.select(pl.col("len").max()).collect(engine="streaming").item() or 0
    asked = values.select(
        pl.len(),
        was.str.len_chars().n_unique().alias("lengths"),
        *(_signs(one).alias(str(nth)) for nth, one in enumerate(shown)),
    )
    count, *places = asked.collect(engine="streaming").row(0)
    clearly = count / k + 3 * sqrt(count / k)  # of twenty, five may share a county by chance
    return most <= clearly and _may_be_apart(count, prod(places))


def _signs(shown: pl.Expr) -> pl.Expr:
    """Return how many different characters may stand in a place, by those that do."""
    some = shown.drop_nulls()
    digits, letters = (some.str.contains(f"^[{few}]$").all() for few in ("0-9", "A-Za-z"))
    size = pl.when(digits).then(10).when(letters).then(26).otherwise(_WORD_SIGNS)
    return pl.when(some.n_unique() < 2).then(1).otherwise(size)  # noqa: PLR2004 - one for all


def _may_be_apart(values: int, places: float | None) -> bool:
    if not values or places is None or values > places:
        return False
    apart = lgamma(places + 1) - lgamma(places - values + 1) - values * log(places)
    return bool(apart > log(_RARE))
