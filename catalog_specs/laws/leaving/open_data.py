"""Open sets (六): opened as declared, made of stored items, measurable for disclosure.

Belongs here: opening type, scope, quasi-identifiers. Keep out: masks (`masks`), the measured risk
of a release (`governance`).
"""

from __future__ import annotations

from collections.abc import Iterator

from catalog_specs.laws.law import Fault, Law
from catalog_specs.laws.leaving.conditions import Finding, scope_faults
from catalog_specs.laws.leaving.exits import dropped_of
from catalog_specs.models.resource import Resource
from catalog_specs.models.sharing import OpenSet
from catalog_specs.reading.declared import Declared
from catalog_specs.rules.leaving.opening import may_open

__all__ = ["LAWS"]


def _lawful(declared: Declared) -> Iterator[Fault]:
    for opened in declared.open_sets.values():
        resource = declared.resources.get(opened.resource)
        if resource is not None:
            for path, message, remedy in _faults(declared, resource, opened):
                yield Fault(f"open_sets:{opened.code}", path, message, remedy)


def _faults(declared: Declared, resource: Resource, opened: OpenSet) -> Iterator[Finding]:
    if not may_open(resource, opened):
        message = f"`{resource.ref}` is {resource.open.type.label}, the set is {opened.type.label}"
        yield "type", message, "give the set the type under `open` of its resource, or change that"
    yield from scope_faults(declared, resource, opened)
    dropped = dropped_of(declared, opened)
    if dropped.issuperset(opened.items):
        yield "items", "every item is dropped by its mask: nothing would be opened", "open an item"
    yield from _quasi(opened, dropped)


def _quasi(opened: OpenSet, dropped: frozenset[str]) -> Iterator[Finding]:
    for index, code in enumerate(opened.quasi_identifiers):
        path = f"quasi_identifiers[{index}]"
        if code not in opened.items:
            yield path, f"`{code}` is not among the items of the set", "add it to `items`"
        elif code in dropped:
            yield path, f"`{code}` is dropped and identifies nobody", "remove it from this list"


LAWS = (
    Law(
        "CAT-020",
        "开放数据集须与目录相符",
        "an open set has its resource's opening type, stored items, fitting conditions, and "
        "quasi-identifiers that are among its items",
        "六(一)、六(四)",
        "correct the type, items, conditions or quasi-identifiers as the message says",
        _lawful,
    ),
)
