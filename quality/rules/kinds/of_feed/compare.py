"""The kind `compare`: a figure of the delivery agrees with one of another resource.

The other resource is read as it is stored now; before its first delivery the rule passes.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from catalog_specs.catalog import Catalog
from catalog_specs.models.quality.forms import Comparison
from catalog_specs.models.quality.rule import QualityRule
from catalog_specs.models.resource import Resource
from catalog_specs.rules.quality.figures import may_be_stored
from catalog_specs.rules.rule_kinds import RuleKind
from quality.rules.figures import Bounds, around, asked, figure_rule
from quality.rules.kind import Expected, KindOfFeed, Lookup, always, never
from quality.rules.row_conditions import filter_sql
from quality.rules.rule import Rule
from quality.rules.stored import is_stored, stored_sql
from storage.sql import identifier

__all__ = ["KIND"]


def _rules(catalog: Catalog, resource: Resource) -> Iterator[Rule]:
    for rule in resource.quality:
        if rule.compare is not None:
            yield _rule(catalog, resource, rule, rule.compare)


def _rule(catalog: Catalog, resource: Resource, rule: QualityRule, compare: Comparison) -> Rule:
    given = {
        "figure": compare.figure,
        "item": compare.item,
        "within": compare.within,
        "to": compare.to,
        "stored": _may_be_stored(catalog, resource, compare),
    }
    return figure_rule((catalog, resource), rule, RuleKind.COMPARE, _in_english(compare), given)


def _may_be_stored(catalog: Catalog, resource: Resource, compare: Comparison) -> bool:
    """Say whether the figure and its bounds, which are the other one, may be kept."""
    other = compare.to
    return may_be_stored(catalog, resource, compare.figure, compare.item) and may_be_stored(
        catalog, catalog.resource(other.resource), other.figure, other.item
    )


def _in_english(compare: Comparison) -> str:
    other = compare.to
    of, of_other = (f" of {item}" if item else "" for item in (compare.item, other.item))
    return (
        f"expects the {compare.figure.replace('_', ' ')}{of} within {compare.within:g} % of the "
        f"{other.figure.replace('_', ' ')}{of_other} in {other.resource}"
    )


def _expected(rule: Rule, resource: Resource, today: date) -> Expected:
    del today
    return asked(rule, resource)


_SQL = {
    "row_count": "count(*)",
    "distinct_count": "count(DISTINCT {item})",
    "mean": "avg({item})",
    "sum": "coalesce(sum({item}), 0)",
}


def _bounds(lookup: Lookup, rule: Rule, ref: str, fingerprint: str) -> Bounds:
    del ref, fingerprint
    other = rule.arguments["to"]
    if not is_stored(lookup, other.resource):
        return Bounds(None, None, 0)
    resource = lookup.catalog.resource(other.resource)
    items = [code for code in (other.item, *(one.item for one in other.where)) if code is not None]
    types = {code: lookup.catalog.element_of(resource.item(code)).type for code in items}
    figure = _SQL[other.figure].format(item=identifier(other.item or resource.key[0]))
    source = stored_sql(lookup, other.resource, [*dict.fromkeys([*items, *resource.key])])
    [(value,)] = lookup.con.execute(
        f"SELECT {figure} FROM ({source}) WHERE {filter_sql(types, other.where)}"
    ).fetchall()
    if value is None:
        return Bounds(None, None, 0)
    return around(float(value), abs(float(value)) * rule.arguments["within"] / 100, 1)


KIND = KindOfFeed(
    name=RuleKind.COMPARE,
    rules=_rules,
    expected=_expected,
    alone=never,
    stored=never,
    in_lake=always,
    bounds=_bounds,
    last=True,
)
