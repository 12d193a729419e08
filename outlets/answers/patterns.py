"""Patterns of a list: what tells ids that were made up from ids that somebody holds (五(三)).

Belongs here: the day's budget, regular distances, repeated ids, coverage. Keep out: the figures
(`catalog_specs.models.answering`), reading lists. Pure; refusals carry counts alone.
"""

from __future__ import annotations

import polars as pl

from catalog_specs.errors import AnswerError
from catalog_specs.models.answering import Answering
from catalog_specs.rules.answers import AnswerRefusal

__all__ = ["hold_coverage", "hold_list", "regularity"]

_DIGITS = 15
"""Trailing digits that a 64-bit number surely holds."""


def hold_list(
    ids: pl.Series, before: int, figures: Answering, *, checked: bool, once: bool
) -> None:
    """Hold a list to what may be asked.

    Args:
        ids: the ids, nulls left out.
        before: how many ids were asked of the grant on this day already.
        figures: those of the profile.
        checked: whether the last character of an id is a check digit, worked out from the others.
        once: whether each id may be in the list once only.

    Raises:
        AnswerError: it asks too much, or looks like trying.
    """
    left = figures.daily.value - before
    if ids.len() > left:
        raise _refused(AnswerRefusal.DAILY, f"{ids.len():,} > {max(left, 0):,}")
    different = ids.unique()
    if once and different.len() < ids.len():
        raise _refused(AnswerRefusal.REPEATED, f"{ids.len() - different.len():,}")
    if different.len() >= figures.telling.value:
        share = regularity(different, checked=checked)
        if share * 100 > figures.regular.value:
            raise _refused(AnswerRefusal.REGULAR, f"{share:.0%}")


def hold_coverage(found: int, granted: int, figures: Answering) -> None:
    """Hold the part of a grant's ids that a list finds to what one list may find.

    Raises:
        AnswerError: it finds more.
    """
    if found >= figures.telling.value and found * 100 > figures.coverage.value * granted:
        raise _refused(AnswerRefusal.COVERAGE, f"{found:,} / {granted:,}")


def regularity(ids: pl.Series, *, checked: bool) -> float:
    """Return the share of different ids that follow their neighbour at the commonest distance.

    Ids are neighbours when only the number at their end differs; a check digit is cut off first.
    """
    body = pl.col("id").str.slice(0, pl.col("id").str.len_chars() - int(checked))
    tail = body.str.extract(rf"([0-9]{{1,{_DIGITS}}})$", 1)
    rows = (
        ids.alias("id")
        .to_frame()
        .select(
            head=body.str.head(body.str.len_chars() - tail.str.len_chars()),
            width=tail.str.len_chars(),
            number=tail.cast(pl.Int64),
        )
        .drop_nulls()
        .sort("head", "width", "number")
        .with_columns(step=pl.col("number").diff().over("head", "width"))
    )
    steps = rows["step"].drop_nulls()
    if steps.is_empty() or ids.len() < 2:  # noqa: PLR2004 - one id has no neighbour
        return 0.0
    commonest = steps.value_counts()["count"].max()
    return int(str(commonest)) / (ids.len() - 1)


def _refused(reason: AnswerRefusal, detail: str) -> AnswerError:
    return AnswerError(reason, where="list", detail=detail)
