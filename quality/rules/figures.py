"""Figures of a delivery: one number of all its records, and how Great Expectations works it out.

Belongs here: which expectation a figure is, its bounds there, reading what was observed. Keep out:
where bounds come from (`kinds`), which figures may be stored (`catalog_specs.rules.quality`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, floor
from typing import Any

from catalog_specs.catalog import Catalog
from catalog_specs.models.quality.rule import QualityRule
from catalog_specs.models.resource import Resource
from catalog_specs.rules.rule_kinds import RuleKind
from quality.rules.row_conditions import about
from quality.rules.rule import Rule, Words

__all__ = ["Bounds", "around", "asked", "figure_rule", "observed", "placed"]

_TYPES = {
    "row_count": "expect_table_row_count_to_be_between",
    "null_share": "expect_column_proportion_of_non_null_values_to_be_between",
    "distinct_count": "expect_column_unique_value_count_to_be_between",
    "mean": "expect_column_mean_to_be_between",
    "quantile": "expect_column_quantile_values_to_be_between",
    "sum": "expect_column_sum_to_be_between",
}
_COUNTS = frozenset({"row_count", "distinct_count"})
_ROUNDING = 1e-9
"""How far a bound may be off because figures are binary numbers, as a share of it."""


@dataclass(frozen=True)
class Bounds:
    """Between what a figure must lie, both inclusive; `against` says how many figures that is of.

    None where there are too few of them: the rule then passes, and says so.
    """

    low: float | None
    high: float | None
    against: int

    @property
    def known(self) -> bool:
        """Say whether there is anything to compare the figure with."""
        return self.low is not None and self.high is not None


def around(value: float, reach: float, against: int) -> Bounds:
    """Return the bounds that lie `reach` from a value, widened by what rounding may cost."""
    slack = _ROUNDING * max(1.0, abs(value))
    return Bounds(value - reach - slack, value + reach + slack, against)


def figure_rule(
    about_what: tuple[Catalog, Resource],
    rule: QualityRule,
    kind: RuleKind,
    said: str,
    given: Mapping[str, Any],
) -> Rule:
    """Return a rule about a figure, with what is known of the items that it looks at.

    `said` is its wording in English unless it has one of its own; `given` are the arguments of its
    kind, with `figure`, and `item` where the figure is of one.
    """
    catalog, resource = about_what
    item: str | None = given["item"]
    measured = (item, *(condition.item for condition in rule.where))
    named = [code for code in measured if code is not None]
    return Rule(
        code=rule.code,
        kind=kind,
        columns=() if item is None else (item,),
        level=rule.level,
        dimension=rule.dimension,
        wording=Words(rule.description, rule.description_en or said),
        clause=rule.clause or kind.clause,
        arguments={
            **given,
            "types": {code: catalog.element_of(resource.item(code)).type for code in named},
            "where": rule.where,
            "only_key": bool(named) and set(named) <= set(resource.key),
        },
    )


def asked(rule: Rule, resource: Resource) -> tuple[str, dict[str, Any]]:
    """Return the expectation of a rule's figure, without bounds, over the records it is about."""
    given = rule.arguments
    among = about(resource, given["types"], given["where"], only_key=given["only_key"])
    arguments: dict[str, Any] = {"row_condition": among}
    if rule.columns:
        arguments["column"] = rule.columns[0]
    if given["figure"] == "quantile":
        ranges = {"quantiles": [given["quantile"]], "value_ranges": [[None, None]]}
        arguments["quantile_ranges"] = ranges
    return _TYPES[given["figure"]], arguments


def placed(rule: Rule, arguments: Mapping[str, Any], bounds: Bounds) -> dict[str, Any]:
    """Return the arguments of that expectation with its bounds."""
    low, high = bounds.low, bounds.high
    if low is None or high is None:
        return dict(arguments)
    figure = rule.arguments["figure"]
    if figure == "quantile":
        ranges = {**arguments["quantile_ranges"], "value_ranges": [[low, high]]}
        return {**arguments, "quantile_ranges": ranges}
    if figure == "null_share":
        low, high = max(0.0, 1 - high), min(1.0, 1 - low)
    if figure in _COUNTS:
        low, high = max(0, ceil(low)), floor(high)
    return {**arguments, "min_value": low, "max_value": high}


def observed(rule: Rule, value: object) -> float | None:
    """Return the figure that Great Expectations has observed; None where there is no value."""
    if isinstance(value, Mapping):  # of a quantile
        (value,) = value["values"]
    if value is None:
        return None
    number = float(str(value))
    return 1 - number if rule.arguments["figure"] == "null_share" else number
