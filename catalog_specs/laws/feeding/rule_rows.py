"""Row conditions of quality rules: which records a rule is about.

Belongs here: faults of `where`. Keep out: what a condition means (`catalog_specs.rules`), which is
the same in grants and open sets.
"""

from __future__ import annotations

from collections.abc import Iterator

from catalog_specs.laws.law import Fault, Law, resource_at
from catalog_specs.models.condition import Condition
from catalog_specs.models.resource import Resource
from catalog_specs.reading.declared import Declared
from catalog_specs.rules.leaving.conditions import condition_faults
from catalog_specs.suggestion import did_you_mean, one_of

__all__ = ["LAWS", "where_faults"]

Finding = tuple[str, str, str]
"""Path, message, remedy."""


def _conditions_fit(declared: Declared) -> Iterator[Fault]:
    for resource in declared.resources.values():
        for index, rule in enumerate(resource.quality):
            if rule.where and rule.sql is not None:
                yield Fault(
                    resource_at(resource.ref),
                    f"quality[{index}].where",
                    "a statement says itself which records it is about",
                    "move the conditions to `sql`",
                )
            for path, message, remedy in where_faults(declared, resource, rule.where):
                yield Fault(resource_at(resource.ref), f"quality[{index}].{path}", message, remedy)


def where_faults(
    declared: Declared, resource: Resource, conditions: tuple[Condition, ...]
) -> Iterator[Finding]:
    """Yield what is wrong with row conditions on the items of a resource."""
    items = {item.code: item for item in resource.items}
    for index, condition in enumerate(conditions):
        item = items.get(condition.item)
        if item is None:
            remedy = did_you_mean(condition.item, items, f"use one of {one_of(items)}")
            message = f"`{condition.item}` is no item of `{resource.ref}`"
            yield f"where[{index}].item", message, remedy
            continue
        element = declared.element_of(item)
        if element is not None:
            for fault in condition_faults(declared, element, condition):
                message = f"`{fault.shown}` {fault.what}"
                yield f"where[{index}].{fault.part}", message, fault.remedy


LAWS = (
    Law(
        "CAT-039",
        "质量规则的行条件须与信息项相符",
        "the row conditions of a quality rule name items of its resource, with operators and "
        "values that fit their types",
        "三(六)",
        "correct the item, the operator or the value as the message says",
        _conditions_fit,
    ),
)
