"""The formula: from counts of judged and failing records to points, as pure functions.

Belongs here: weights and sums, as docs/quality.md publishes them. Keep out: reading ledgers
(`results`), rounding (`figures`).

    rate of a rule     1 − failing ÷ judged, over all its results in the span
    dimension          100 × Σ(level weight × rate) ÷ Σ(level weight), over a department's rules
    quality            Σ(dimension weight × dimension) ÷ Σ(dimension weight), over those with rules
    total              quality − points off, never below 0
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from catalog_specs.models.supervision import Scoring
from catalog_specs.vocabulary import Dimension, Level

__all__ = ["RuleCount", "dimension_points", "quality_points", "total_points"]


@dataclass(frozen=True)
class RuleCount:
    """One rule of one resource in a span: records that it judged, and those that failed it."""

    resource: str
    rule: str
    dimension: Dimension
    level: Level
    judged: int
    failing: int

    @property
    def rate(self) -> Fraction:
        """Return the share of records that passed."""
        return 1 - Fraction(self.failing, self.judged)


def dimension_points(counts: Iterable[RuleCount], scoring: Scoring) -> Fraction | None:
    """Return the points of a dimension of 100; None where no rule judged anything."""
    weighed = [(getattr(scoring, one.level.value).value, one) for one in counts if one.judged]
    weight = sum(by for by, _ in weighed)
    return 100 * sum(by * one.rate for by, one in weighed) / Fraction(weight) if weight else None


def quality_points(
    dimensions: Mapping[Dimension, Fraction | None], scoring: Scoring
) -> Fraction | None:
    """Return the points over all dimensions that have any; None where none has."""
    weighed = [
        (getattr(scoring, dimension.value).value, points)
        for dimension, points in dimensions.items()
        if points is not None
    ]
    weight = sum(by for by, _ in weighed)
    return sum(by * points for by, points in weighed) / Fraction(weight) if weight else None


def total_points(
    quality: Fraction | None, scoring: Scoring, *, violations: int, overdue: int
) -> Fraction | None:
    """Return what is left of the quality after points off; never less than nothing."""
    if quality is None:
        return None
    off = violations * scoring.violation.value + overdue * scoring.overdue.value
    return max(Fraction(0), quality - off)
