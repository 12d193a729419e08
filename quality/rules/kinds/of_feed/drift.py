"""The kind `drift`: a figure of the delivery lies near what it was in the deliveries before it.

A delivery with less history than the rule asks for passes, and its result says of how many.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from statistics import median

from catalog_specs.catalog import Catalog
from catalog_specs.models.quality.forms import Drift
from catalog_specs.models.quality.rule import QualityRule
from catalog_specs.models.resource import Resource
from catalog_specs.rules.quality.figures import may_be_stored
from catalog_specs.rules.rule_kinds import RuleKind
from quality.rules.figures import Bounds, around, asked, figure_rule
from quality.rules.history import earlier_figures
from quality.rules.kind import Expected, KindOfFeed, Lookup, always, never
from quality.rules.rule import Rule, refused

__all__ = ["KIND"]


def _rules(catalog: Catalog, resource: Resource) -> Iterator[Rule]:
    for rule in resource.quality:
        if rule.drift is not None:
            yield _rule(catalog, resource, rule, rule.drift)


def _rule(catalog: Catalog, resource: Resource, rule: QualityRule, drift: Drift) -> Rule:
    stored = may_be_stored(catalog, resource, drift.figure, drift.item)
    given = drift.model_dump() | {"stored": stored}
    return figure_rule((catalog, resource), rule, RuleKind.DRIFT, _in_english(drift), given)


def _in_english(drift: Drift) -> str:
    of = f" of {drift.item}" if drift.item else ""
    unit = "percentage points" if drift.figure == "null_share" else "%"
    return (
        f"expects the {drift.figure.replace('_', ' ')}{of} within {drift.within:g} {unit} of the "
        f"median of the last {drift.deliveries} deliveries"
    )


def _expected(rule: Rule, resource: Resource, today: date) -> Expected:
    del today
    if not rule.arguments["stored"]:
        raise refused(rule, resource, "its figure tells of persons, so that no history is kept")
    return asked(rule, resource)


def _bounds(lookup: Lookup, rule: Rule, ref: str, fingerprint: str) -> Bounds:
    wanted = rule.arguments["deliveries"]
    figures = earlier_figures(lookup, ref, rule.code, fingerprint, wanted)
    if len(figures) < wanted:
        return Bounds(None, None, len(figures))
    middle, share = median(figures), rule.arguments["within"] / 100
    reach = share if rule.arguments["figure"] == "null_share" else share * abs(middle)
    return around(middle, reach, wanted)


KIND = KindOfFeed(
    name=RuleKind.DRIFT,
    rules=_rules,
    expected=_expected,
    alone=never,
    stored=never,
    in_lake=always,
    bounds=_bounds,
    last=True,
)
