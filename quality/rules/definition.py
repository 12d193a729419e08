"""The definition of a rule as results keep it: its words, and the fingerprint of what it asks.

Belongs here: that digest. Keep out: what a kind of rule asks (`kinds`), storing (`register`).
"""

from __future__ import annotations

from datetime import date

from catalog_specs.models.resource import Resource
from catalog_specs.rules.rule_kinds import RuleKind
from quality.rules.kinds import kind_of
from quality.rules.rule import Rule
from register.rule_results import RuleAsked
from storage.digests import sha256_of_facts

__all__ = ["as_asked"]

_DIGITS = 16
"""Hex digits of a fingerprint: two definitions of one rule never share it by chance."""
_SOME_DAY = date.min
"""Stands for the day of judging, so that a rule is the same one tomorrow."""


def as_asked(rule: Rule, resource: Resource) -> RuleAsked:
    """Return a rule as results keep it.

    Its fingerprint is over its kind, columns, arguments, level and dimension, and the expectation
    that judges it with the arguments of that: other words alone make no other rule.
    """
    expected = None  # no expectation asks whether a record was overtaken by another delivery
    if rule.kind is not RuleKind.SUPERSEDED:
        expected = kind_of(rule.kind).expected(rule, resource, _SOME_DAY)
    definition = {
        "kind": rule.kind.value,
        "columns": rule.columns,
        "arguments": rule.arguments,
        "level": rule.level.value,
        "dimension": rule.dimension.value,
        "expected": expected,
    }
    return RuleAsked(
        rule.code,
        sha256_of_facts(definition)[:_DIGITS],
        rule.wording.zh,
        rule.wording.en,
        rule.dimension,
        rule.level,
        rule.clause,
    )
