"""Named quality rules: their columns exist, their codes are their own.

Belongs here: columns, codes and levels of rules. Keep out: whether Great Expectations knows an
expectation (`quality`).
"""

from __future__ import annotations

from collections.abc import Iterator

from catalog_specs.laws.law import Fault, Law, resource_at
from catalog_specs.models.quality.rule import QualityRule
from catalog_specs.models.resource import Resource
from catalog_specs.reading.declared import Declared
from catalog_specs.rules.rule_kinds import RuleKind
from catalog_specs.suggestion import did_you_mean, one_of

__all__ = ["LAWS"]

_ITEM_RULES = tuple(kind.value for kind in RuleKind if kind.of_items)
"""Kinds of rules that follow from an item; an item's `levels` may name only these."""
_COLUMN = ("column", "column_A", "column_B")
_COLUMNS = ("column_list", "column_set")


def _rules_fit(declared: Declared) -> Iterator[Fault]:
    for resource in declared.resources.values():
        at = resource_at(resource.ref)
        yield from _columns(at, resource)
        yield from _codes(at, resource)
        for index, item in enumerate(resource.items):
            for kind in item.levels:
                if kind not in _ITEM_RULES:
                    remedy = did_you_mean(kind, _ITEM_RULES, f"use one of {one_of(_ITEM_RULES)}")
                    yield Fault(
                        at, f"items[{index}].levels.{kind}", f"there is no rule `{kind}`", remedy
                    )


def _columns(at: str, resource: Resource) -> Iterator[Fault]:
    items = [item.code for item in resource.items]
    for index, rule in enumerate(resource.quality):
        for path, column in _named(rule):
            if column not in items:
                remedy = did_you_mean(column, items, f"use one of {one_of(items)}")
                message = f"the rule `{rule.code}` names the column `{column}`, which is no item"
                yield Fault(at, f"quality[{index}].{path}", message, remedy)


def _named(rule: QualityRule) -> Iterator[tuple[str, str]]:
    arguments = rule.arguments
    yield from ((name, str(arguments[name])) for name in _COLUMN if name in arguments)
    for name in _COLUMNS:
        columns = arguments.get(name, [])
        if isinstance(columns, list):
            yield from ((f"{name}[{i}]", str(column)) for i, column in enumerate(columns))


def _codes(at: str, resource: Resource) -> Iterator[Fault]:
    seen: set[str] = set()
    for index, rule in enumerate(resource.quality):
        if rule.code in seen:
            message = f"the rule code `{rule.code}` is used twice"
            yield Fault(at, f"quality[{index}].code", message, "give each rule its own code")
        seen.add(rule.code)


LAWS = (
    Law(
        "CAT-016",
        "质量规则须指向存在的信息项",
        "a quality rule names existing columns, a code of its own, and known kinds of rules",
        "三(六)",
        "correct the column, the code, or the kind under `levels`",
        _rules_fit,
    ),
)
