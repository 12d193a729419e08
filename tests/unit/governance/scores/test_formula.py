"""The formula, worked out by hand."""

from __future__ import annotations

from fractions import Fraction

from catalog_specs.models.supervision import Scoring
from catalog_specs.vocabulary import Dimension, Level
from governance.scores.formula import (
    RuleCount,
    dimension_points,
    quality_points,
    total_points,
)

SCORING = Scoring()


def _count(level: Level, judged: int, failing: int) -> RuleCount:
    return RuleCount("d/r", "x", Dimension.ACCURACY, level, judged, failing)


def test_a_rule_weighs_by_its_level() -> None:
    """Weights 3, 2 and 1: (3 × 1 + 2 × 9/10 + 1 × 1/2) ÷ 6 = 53/60, so 88⅓ points."""
    counts = (
        _count(Level.REJECT, 10, 0),
        _count(Level.QUARANTINE, 10, 1),
        _count(Level.WARN, 10, 5),
    )
    assert dimension_points(counts, SCORING) == Fraction(265, 3)


def test_what_judged_nothing_counts_for_nothing() -> None:
    """No rule, or rules that saw no record, give no points at all: not 0 and not 100."""
    assert dimension_points((), SCORING) is None
    assert dimension_points((_count(Level.WARN, 0, 0),), SCORING) is None


def test_dimensions_without_rules_are_left_out() -> None:
    """Accuracy 90 by 30 and timeliness 50 by 25: (2,700 + 1,250) ÷ 55."""
    found = {Dimension.ACCURACY: Fraction(90), Dimension.TIMELINESS: Fraction(50)}
    assert quality_points({**found, Dimension.USABILITY: None}, SCORING) == Fraction(790, 11)
    assert quality_points({Dimension.USABILITY: None}, SCORING) is None


def test_points_go_off_and_never_below_nothing() -> None:
    """Two for a violation, one for an overdue case."""
    assert total_points(Fraction(90), SCORING, violations=2, overdue=3) == 83
    assert total_points(Fraction(3), SCORING, violations=2, overdue=0) == 0
    assert total_points(None, SCORING, violations=2, overdue=0) is None
