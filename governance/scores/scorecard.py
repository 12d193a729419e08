"""The scorecard: every department's points as of a day, with what they are made of.

Belongs here: putting the parts together, their JSON. Keep out: the formula (`formula`), reading
(`results`, `coverage`, `deductions`), pages (`outlets`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from catalog_specs.catalog import Catalog
from catalog_specs.vocabulary import Dimension
from governance.scores.coverage import Coverage, coverage_of
from governance.scores.deductions import Deductions, deductions
from governance.scores.figures import points
from governance.scores.formula import (
    RuleCount,
    dimension_points,
    quality_points,
    total_points,
)
from governance.scores.moments import Span, month_of, months_before
from governance.scores.results import Results, open_results
from storage.layout import Layout

__all__ = [
    "MONTHS",
    "DimensionScore",
    "Month",
    "QualityScores",
    "Score",
    "Scorecard",
    "quality_scores",
    "score_of",
    "scorecard",
]

MONTHS = 6
"""Months of a trend: the day's own so far, and the whole ones before it."""


@dataclass(frozen=True)
class DimensionScore:
    """One dimension of a department: its points, and the counts behind them."""

    dimension: Dimension
    points: str | None
    """Of 100, with two decimals; None where no rule judged anything."""
    rules: int
    judged: int
    failing: int

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        return {**vars(self), "dimension": self.dimension.value}


@dataclass(frozen=True)
class Month:
    """One month of a trend, `2026-11`."""

    month: str
    total: str | None
    dimensions: Mapping[str, str | None]


@dataclass(frozen=True)
class Score:
    """One department as of a day."""

    department: str
    name: str
    dimensions: tuple[DimensionScore, ...]
    quality: str | None
    violations: int
    """Violations that cost points in the span."""
    overdue: int
    """Cases whose term ended in the span before they were done."""
    total: str | None
    coverage: Coverage | None
    trend: tuple[Month, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        return {
            **vars(self),
            "dimensions": [one.as_dict() for one in self.dimensions],
            "coverage": self.coverage.as_dict() if self.coverage else None,
            "trend": [vars(one) | {"dimensions": dict(one.dimensions)} for one in self.trend],
        }


@dataclass(frozen=True)
class Scorecard:
    """Every department that produces, as of the end of a local day."""

    as_of: date
    since: date
    """The first day whose results count."""
    profile: str
    catalogue: str
    departments: tuple[Score, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON shape: the same day gives the same."""
        return {
            "as_of": self.as_of.isoformat(),
            "since": self.since.isoformat(),
            "profile": self.profile,
            "catalogue": self.catalogue,
            "departments": [one.as_dict() for one in self.departments],
        }


@dataclass(frozen=True)
class QualityScores:
    """Every department's quality in a span, with nothing taken off: what the ledgers alone tell."""

    since: date
    as_of: date
    departments: tuple[Score, ...]


def quality_scores(layout: Layout, catalog: Catalog, as_of: date) -> QualityScores:
    """Return the quality of all departments that have a result, as of a day."""
    span = _span(catalog, as_of)
    found = _scores(catalog, open_results(layout, span), Deductions(), span)
    return QualityScores(span.first, as_of, tuple(found[name] for name in sorted(found)))


def scorecard(layout: Layout, catalog: Catalog, as_of: date, address: str = "") -> Scorecard:
    """Return the scores of all departments that have a resource or a result, as of a day.

    Args:
        layout: the home whose ledgers are read.
        catalog: the catalogue; resources count from the day on which they were published.
        as_of: the day, up to whose end everything on record counts, and nothing after it.
        address: the governance store, where it is not the home's own file.
    """
    zone, span = catalog.profile.timezone, _span(catalog, as_of)
    results, kept = open_results(layout, span), deductions(layout, address)
    coverage = coverage_of(layout, catalog, span)
    months = (*months_before(as_of, MONTHS - 1, zone), month_of(as_of, zone))
    trend = [(f"{one.last:%Y-%m}", _scores(catalog, results, kept, one)) for one in months]
    now = _scores(catalog, results, kept, span)
    scored = []
    for department in sorted({*now, *coverage}):
        one = now.get(department) or score_of(catalog, department, (), (0, 0))
        past = tuple(_month(name, found.get(department)) for name, found in trend)
        scored.append(_with(one, coverage.get(department), past))
    return Scorecard(as_of, span.first, catalog.profile.code, catalog.digest, tuple(scored))


def _span(catalog: Catalog, as_of: date) -> Span:
    """Return the days whose results count as of a day."""
    days = catalog.profile.supervision.scoring.days.value
    return Span(as_of - timedelta(days=max(1, days) - 1), as_of, catalog.profile.timezone)


def score_of(
    catalog: Catalog, department: str, counts: Iterable[RuleCount], off: tuple[int, int]
) -> Score:
    """Return a department's score from its rules, and from the violations and overdue cases."""
    scoring, (violations, overdue) = catalog.profile.supervision.scoring, off
    parted: dict[Dimension, list[RuleCount]] = {one: [] for one in Dimension}
    for count in counts:
        if count.judged:
            parted[count.dimension].append(count)
    exact = {one: dimension_points(some, scoring) for one, some in parted.items()}
    quality = quality_points(exact, scoring)
    total = total_points(quality, scoring, violations=violations, overdue=overdue)
    declared = catalog.departments.get(department)
    return Score(
        department,
        declared.name if declared else department,
        tuple(_dimension(one, exact[one], some) for one, some in parted.items()),
        points(quality),
        violations,
        overdue,
        points(total),
        None,
    )


def _scores(catalog: Catalog, results: Results, kept: Deductions, span: Span) -> dict[str, Score]:
    """Return the scores of a span of every department that something is on record of."""
    counts, (violations, overdue) = results.of(span), kept.of(span)
    return {
        department: score_of(
            catalog,
            department,
            counts.get(department, ()),
            (violations[department], overdue[department]),
        )
        for department in {*counts, *violations, *overdue}
    }


def _dimension(
    dimension: Dimension, exact: Fraction | None, counts: list[RuleCount]
) -> DimensionScore:
    judged, failing = (sum(getattr(one, name) for one in counts) for name in ("judged", "failing"))
    return DimensionScore(dimension, points(exact), len(counts), judged, failing)


def _month(name: str, one: Score | None) -> Month:
    """Return a month of a trend; of one without any result every dimension is there, and None."""
    found = {one.dimension.value: one.points for one in one.dimensions} if one else {}
    dimensions = {each.value: found.get(each.value) for each in Dimension}
    return Month(name, one.total if one else None, dimensions)


def _with(one: Score, coverage: Coverage | None, trend: tuple[Month, ...]) -> Score:
    return replace(one, coverage=coverage, trend=trend)
