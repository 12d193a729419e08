"""Ownership (一数一源): the one owner of an element, and the items that refer to it.

Belongs here: owners, referrers, comparability. Keep out: references that do not exist
(`references`), cycles (`cycles`).
"""

from __future__ import annotations

from collections.abc import Iterator

from catalog_specs.laws.law import Fault, Law, resource_at
from catalog_specs.models.resource import Item, Resource
from catalog_specs.reading.declared import Declared
from catalog_specs.suggestion import one_of

__all__ = ["LAWS"]


def _one_owner(declared: Declared) -> Iterator[Fault]:
    for element, owners in declared.owners.items():
        first, first_item = owners[0]
        first_file = declared.places[resource_at(first.ref)].file
        for resource, item in owners[1:]:
            here = resource_at(resource.ref)
            yield Fault(
                here,
                _path(resource, item),
                f"the element `{element}` has two owners: `{first_file}` and "
                f"`{declared.places[here].file}`",
                f"decide who is the source; the other refers: `source: {first.ref}."
                f"{first_item.code}`, or has an element of its own when it is another fact",
            )


def _no_owner(declared: Declared) -> Iterator[Fault]:
    if not declared.complete("resources"):
        return
    for element, (resource, item) in _first_referrers(declared).items():
        if element not in declared.owners:
            yield Fault(
                resource_at(resource.ref),
                f"{_path(resource, item)}.source",
                f"the element `{element}` is referred to, but no resource owns it",
                "let the resource that collects it declare an item with this element and "
                "without `source`",
            )


def _first_referrers(declared: Declared) -> dict[str, tuple[Resource, Item]]:
    """Element → its first referring item, leaving out those whose source does not resolve."""
    found: dict[str, tuple[Resource, Item]] = {}
    lost: set[str] = set()
    for resource in declared.resources.values():
        for item in resource.items:
            if item.source is not None:
                found.setdefault(item.element, (resource, item))
                if declared.item_at(item.source) is None:
                    lost.add(item.element)
    return {element: place for element, place in found.items() if element not in lost}


def _source_is_owner(declared: Declared) -> Iterator[Fault]:
    for resource, item in _referring(declared):
        target = declared.item_at(item.source or "")
        owners = declared.owners.get(item.element, ())
        if target is None or not owners:
            continue
        own = {f"{owner.ref}.{one.code}" for owner, one in owners}
        wrong = item.source not in own
        if wrong or target[0].ref == resource.ref:
            what = "is not the owner of" if wrong else "is in the same resource as this item of"
            yield Fault(
                resource_at(resource.ref),
                f"{_path(resource, item)}.source",
                f"`{item.source}` {what} the element `{item.element}`",
                f"refer to {one_of(own)}"
                if wrong
                else "keep one of the two items; a resource does not refer to itself",
            )


def _comparable(declared: Declared) -> Iterator[Fault]:
    for resource, item in _referring(declared):
        target = declared.item_at(item.source or "")
        if target is None:
            continue
        carried = {one.element for one in resource.items}
        owner = target[0]
        needed = {owner.item(code).element for code in owner.key}
        missing = needed - carried
        if missing:
            yield Fault(
                resource_at(resource.ref),
                f"{_path(resource, item)}.source",
                f"`{item.code}` cannot be compared with `{item.source}`: this resource does not "
                f"carry {one_of(missing)}, which identifies a record there",
                f"add an item with the element {one_of(missing)}, or leave this item out",
            )


def _own_subject(declared: Declared) -> Iterator[Fault]:
    for resource in declared.resources.values():
        for item in resource.items:
            element = declared.element_of(item)
            if item.source is not None or element is None or element.subject == resource.subject:
                continue
            # Of two names that differ, one that nobody declares is misspelt (CAT-003).
            if not any(declared.lacks("subjects", s) for s in (element.subject, resource.subject)):
                yield Fault(
                    resource_at(resource.ref),
                    f"{_path(resource, item)}.element",
                    f"`{item.element}` is a fact about `{element.subject}`, this resource is about "
                    f"`{resource.subject}`",
                    "refer to its owner with `source`, or declare an element of this subject",
                )


def _referring(declared: Declared) -> Iterator[tuple[Resource, Item]]:
    for resource in declared.resources.values():
        for item in resource.items:
            if item.source is not None:
                yield resource, item


def _path(resource: Resource, item: Item) -> str:
    return f"items[{resource.items.index(item)}]"


LAWS = (
    Law(
        "CAT-001",
        "一数一源：每个数据元只有一个来源",
        "every element has one owner",
        "三(一)",
        "let one resource own the element; the others refer to it with `source`",
        _one_owner,
    ),
    Law(
        "CAT-002",
        "被引用的数据元必须有来源",
        "an element that is referred to is owned by somebody",
        "三(一)",
        "let the resource that collects the fact own its element",
        _no_owner,
    ),
    Law(
        "CAT-004",
        "source 必须指向同一数据元的来源信息项",
        "`source` points to the item that owns the same element, in another resource",
        "三(一)",
        "point `source` to the owner that the message names",
        _source_is_owner,
    ),
    Law(
        "CAT-005",
        "引用项须能与来源比对",
        "a referring item's resource carries the elements that identify a record of its source",
        "三(六)",
        "add the key elements of the source's resource, or leave the item out",
        _comparable,
    ),
    Law(
        "CAT-017",
        "来源信息项须属于本资源的主体",
        "an owned element is a fact about the resource's own subject",
        "三(一)",
        "refer with `source`, or declare an element of this subject",
        _own_subject,
    ),
)
