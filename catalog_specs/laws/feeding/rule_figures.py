"""Figures that quality rules look at: their items, their levels, and what may be stored of them.

Belongs here: rules with `drift` or `compare`. Keep out: resources they read (`rule_reads`).
"""

from __future__ import annotations

from collections.abc import Iterator

from catalog_specs.laws.law import Fault, Law, resource_at
from catalog_specs.models.quality.forms import Comparison, Drift
from catalog_specs.models.quality.rule import QualityRule
from catalog_specs.models.resource import Resource
from catalog_specs.reading.declared import Declared
from catalog_specs.rules.quality.figures import OF_VALUES, may_be_stored
from catalog_specs.suggestion import did_you_mean, one_of
from catalog_specs.vocabulary import NUMBERS, Level

__all__ = ["LAWS"]

Finding = tuple[str, str, str]
"""Path below the rule, message, remedy."""


def _figures_fit(declared: Declared) -> Iterator[Fault]:
    for resource in declared.resources.values():
        for index, rule in enumerate(resource.quality):
            for path, message, remedy in _faults(declared, resource, rule):
                at = resource_at(resource.ref)
                yield Fault(at, f"quality[{index}].{path}", message, remedy)


def _faults(declared: Declared, resource: Resource, rule: QualityRule) -> Iterator[Finding]:
    if rule.drift is not None:
        yield from _drift(declared, resource, rule, rule.drift)
    if rule.compare is not None:
        yield from _compare(declared, resource, rule, rule.compare)


def _drift(
    declared: Declared, resource: Resource, rule: QualityRule, drift: Drift
) -> Iterator[Finding]:
    if rule.level is Level.QUARANTINE:
        message = "a figure is of the delivery as a whole and keeps no row back"
        yield "level", message, "write `level: warn`, or `level: reject`"
    fault = _item(declared, resource, drift.figure, drift.item)
    if fault is not None:
        yield "drift.item", *fault
    elif _is_known(declared, resource, drift.item) and not may_be_stored(
        declared, resource, drift.figure, drift.item
    ):
        message = f"the {drift.figure} of `{drift.item}` would be stored beside every delivery"
        remedy = (
            "its values tell of persons or are protected: watch `null_share` or "
            "`distinct_count`, which tell of nobody"
        )
        yield "drift.figure", message, remedy


def _compare(
    declared: Declared, resource: Resource, rule: QualityRule, here: Comparison
) -> Iterator[Finding]:
    if rule.level is not Level.WARN:
        message = "two resources may differ because one of them is late"
        yield "level", message, "write `level: warn`: the difference is told, nothing is kept"
    fault = _item(declared, resource, here.figure, here.item)
    if fault is not None:
        yield "compare.item", *fault
    other = declared.resources.get(here.to.resource)
    if other is not None:
        fault = _item(declared, other, here.to.figure, here.to.item, stored=True)
        if fault is not None:
            yield "compare.to.item", *fault


def _item(
    declared: Declared, resource: Resource, figure: str, code: str | None, *, stored: bool = False
) -> tuple[str, str] | None:
    """Return what is wrong with the item of a figure, and the remedy; None when nothing is."""
    if code is None:
        return None
    items = {item.code: item for item in (resource.stored if stored else resource.items)}
    if code not in items:
        what = f"`{code}` is {'not stored in' if stored else 'no item of'} `{resource.ref}`"
        return what, did_you_mean(code, items, f"use one of {one_of(items)}")
    element = declared.element_of(items[code])
    if element is not None and figure in OF_VALUES and element.type not in NUMBERS:
        what = f"the {figure} of `{code}` is none: it is of type {element.type.value}"
        return what, "name an item that is a number"
    return None


def _is_known(declared: Declared, resource: Resource, code: str | None) -> bool:
    """Say whether the element and the class of an item could be read; other laws say if not."""
    element = None if code is None else declared.element_of(resource.item(code))
    return element is not None and element.sensitivity in declared.sensitivities


LAWS = (
    Law(
        "CAT-042",
        "质量规则的观测值须可计算，且不得留存个人信息",
        "a rule about a figure names a number where it needs one, rejects or warns (a comparison "
        "only warns), and keeps no history of what tells of persons",
        "六(一)",
        "correct the figure, the item or the level as the message says",
        _figures_fit,
    ),
)
