"""Expectations that rules name: they exist, take these arguments, and suit the level.

Belongs here: what the table of core expectations and the catalogue alone can answer. Keep out:
whether one compiles on columns of these types (`quality.suite_law`).
"""

from __future__ import annotations

from collections.abc import Iterator

from catalog_specs.laws.law import Fault, Law, resource_at
from catalog_specs.models.quality.rule import QualityRule
from catalog_specs.reading.declared import Declared
from catalog_specs.rules.quality.core_expectations import (
    CORE,
    INSTEAD,
    ONLY,
    CoreExpectation,
    plain_name,
)
from catalog_specs.suggestion import did_you_mean, one_of
from catalog_specs.vocabulary import Level

__all__ = ["LAWS", "Finding", "expectation_faults"]

Finding = tuple[str, str, str]
"""Path below the rule, message, remedy."""
_CONDITIONS = ("row_condition", "condition_parser")
_OWN_KEYS = tuple(name for name in QualityRule.model_fields if name != "expect")


def _rules_fit(declared: Declared) -> Iterator[Fault]:
    for resource in declared.resources.values():
        for index, rule in enumerate(resource.quality):
            for path, message, remedy in expectation_faults(rule):
                yield Fault(resource_at(resource.ref), f"quality[{index}].{path}", message, remedy)


def expectation_faults(rule: QualityRule) -> Iterator[Finding]:
    """Yield what is wrong with the expectation that a rule names, whatever its columns are."""
    if rule.expect is None:
        return
    name = plain_name(rule.expect)
    known = CORE.get(name)
    if name in INSTEAD:
        yield "expect", f"the expectation `{name}` cannot judge a delivery here", INSTEAD[name]
    elif known is None:
        remedy = did_you_mean(name, CORE, "name a core expectation; docs/quality.md lists them")
        yield "expect", f"there is no expectation `{name}`", remedy
    else:
        yield from _arguments(rule, name, known)
        yield from _limits(rule, name, known)
        yield from _level(rule, name, known)


def _arguments(rule: QualityRule, name: str, known: CoreExpectation) -> Iterator[Finding]:
    for argument in rule.arguments:
        if argument in known.arguments:
            continue
        message = f"`{name}` takes no argument `{argument}`"
        if argument in _CONDITIONS:
            yield argument, message, "say with `where` which records the rule is about"
        else:
            allowed = (*known.arguments, *_OWN_KEYS)
            otherwise = f"remove it; it takes {one_of(known.arguments)}"
            yield argument, message, did_you_mean(argument, allowed, otherwise)
    for argument in known.needs:
        if argument not in rule.arguments:
            yield "expect", f"`{name}` needs the argument `{argument}`", f"add `{argument}:`"


def _limits(rule: QualityRule, name: str, known: CoreExpectation) -> Iterator[Finding]:
    for (owner, argument), value in ONLY.items():
        if owner == name and rule.arguments.get(argument, value) != value:
            message = f"`{name}` cannot be computed here with another `{argument}` than `{value}`"
            yield argument, message, f"write `{argument}: {value}`"
    if rule.where and not known.filtered:
        yield "where", f"`{name}` is about columns, not about records", "remove `where`"


def _level(rule: QualityRule, name: str, known: CoreExpectation) -> Iterator[Finding]:
    if rule.level not in known.levels:
        message = f"`{name}` judges the delivery as a whole and keeps no row back"
        yield "level", message, "write `level: warn`, or `level: reject`"
    elif rule.level is Level.QUARANTINE and "mostly" in rule.arguments:
        message = "`mostly` lets bad rows pass, which level quarantine cannot"
        yield "mostly", message, "remove `mostly`, or write `level: warn` or `level: reject`"


LAWS = (
    Law(
        "CAT-038",
        "点名的质量规则须存在，参数和级别相符",
        "a rule names a core expectation that can judge a delivery, with its own arguments, and is "
        "quarantined only where it judges single rows",
        "三(六)",
        "correct the name, the argument or the level as the message says",
        _rules_fit,
    ),
)
