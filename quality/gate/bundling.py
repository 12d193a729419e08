"""Bundling: rules whose result for a record does not depend on other deliveries.

Belongs here: that one question. Keep out: bundles themselves (`register.bundles`), judging, what
each kind of rule answers (`quality.rules.kinds`).
"""

from __future__ import annotations

from collections.abc import Iterable

from catalog_specs.models.resource import Resource
from quality.rules.kinds import kind_of
from quality.rules.rule import Rule

__all__ = ["may_bundle"]


def may_bundle(resource: Resource, rules: Iterable[Rule]) -> bool:
    """Say whether every rule judges a record by itself, or within its own delivery.

    A rule that looks at what the resource itself holds, or at all records of a delivery, would see
    the other deliveries of the bundle.
    """
    return all(kind_of(rule.kind).alone(resource, rule) for rule in rules)
