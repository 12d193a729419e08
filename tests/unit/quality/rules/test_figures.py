"""Figures: their bounds, as Great Expectations takes them."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest

from quality.rules.derivation import rules_for
from quality.rules.figures import Bounds, around, asked, observed, placed
from quality.rules.rule import Rule
from tests.city.resources import catalog_of, person

VARIANTS = 1_000


def _rule(figure: str, item: str | None = "children", **more: object) -> Rule:
    drift = {"figure": figure, "item": item, "deliveries": 1, "within": 5, **more}
    made = person({"code": "one", "level": "warn", "drift": drift})
    return next(one for one in rules_for(catalog_of(made), made) if one.code == "one")


def _lets_pass(rule: Rule, bounds: Bounds, value: float) -> bool:
    """Say whether the bounds that Great Expectations is given hold of what it would observe."""
    given = placed(rule, asked(rule, person())[1], bounds)
    return bool(given["min_value"] <= value <= given["max_value"])


def test_a_count_passes_within_its_share_of_the_median_and_no_further() -> None:
    """Of 1,000 medians, shares and counts, by exact arithmetic."""
    chance, rule, seen = random.Random(3), _rule("row_count", None), 0
    for _ in range(VARIANTS):
        middle, within = chance.randint(0, 3000), chance.choice((0, 1, 5, 10, 12.5, 33))
        value = round(middle * chance.uniform(0.6, 1.4))
        bounds = around(middle, middle * within / 100, 5)
        wanted = abs(value - middle) <= Fraction(middle) * Fraction(within) / 100
        assert _lets_pass(rule, bounds, value) == wanted, (middle, within, value)
        seen += wanted
    assert VARIANTS / 5 < seen < VARIANTS * 4 / 5


def test_a_share_of_nulls_passes_within_its_percentage_points_and_no_further() -> None:
    """It is judged by the share of values that are there, whatever rounding does to either."""
    chance, rule, seen = random.Random(5), _rule("null_share"), 0
    for _ in range(VARIANTS):
        rows, others = chance.randint(1, 400), chance.randint(1, 400)
        nulls, before = chance.randint(0, rows), chance.randint(0, others)
        points = chance.choice((0, 1, 5, 20))
        bounds = around(1 - (others - before) / others, points / 100, 3)
        apart = abs(Fraction(nulls, rows) - Fraction(before, others))
        wanted = apart <= Fraction(points, 100)
        assert _lets_pass(rule, bounds, (rows - nulls) / rows) == wanted
        seen += wanted
    assert VARIANTS / 20 < seen < VARIANTS * 4 / 5


def test_a_quantile_has_its_bounds_in_a_list() -> None:
    """As Great Expectations takes several at once."""
    rule = _rule("quantile", quantile=0.9)
    kind, arguments = asked(rule, person())
    given = placed(rule, arguments, Bounds(1.0, 2.0, 3))
    assert kind == "expect_column_quantile_values_to_be_between"
    assert given["quantile_ranges"] == {"quantiles": [0.9], "value_ranges": [[1.0, 2.0]]}
    assert observed(rule, {"quantiles": [0.9], "values": [7]}) == 7


@pytest.mark.parametrize("figure", ["mean", "null_share", "quantile"])
def test_without_a_value_nothing_is_observed(figure: str) -> None:
    """Null, and no number that stands for it."""
    rule = _rule(figure, **({"quantile": 0.5} if figure == "quantile" else {}))
    value = {"quantiles": [0.5], "values": [None]} if figure == "quantile" else None
    assert observed(rule, value) is None


def test_without_bounds_the_expectation_stays_as_it_is() -> None:
    """It is asked for its figure alone."""
    rule = _rule("mean")
    arguments = asked(rule, person())[1]
    assert placed(rule, arguments, Bounds(None, None, 2)) == arguments
    assert not Bounds(None, None, 2).known
