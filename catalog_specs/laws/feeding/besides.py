"""Items held beside others: the other item is there, and both are of a type that can be compared.

Belongs here: `within`, `age`, `by_number` and `division` of items. Keep out: judging (`quality`),
the columns of named rules (`quality_rules`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from catalog_specs.laws.law import Fault, Law, resource_at
from catalog_specs.models.domains.beside import NumberPart
from catalog_specs.models.element import Element
from catalog_specs.models.resource import Item, Resource
from catalog_specs.reading.declared import Declared
from catalog_specs.suggestion import did_you_mean, one_of
from catalog_specs.vocabulary import NUMBERS, TEXT, TIMES, IdentityCheck, ItemType

__all__ = ["LAWS"]

_TODAY = "today"
_SEX = frozenset({ItemType.STRING, ItemType.INTEGER})


class _Wanted(NamedTuple):
    """That an item named at a path below `items[…]` has one of some types, and perhaps a check."""

    path: str
    code: str
    types: frozenset[ItemType]
    check: IdentityCheck | None = None


def _beside(declared: Declared) -> Iterator[Fault]:
    for resource in declared.resources.values():
        for index, item in enumerate(resource.items):
            at, path = resource_at(resource.ref), f"items[{index}]"
            for wanted in _wanted(item):
                what = _fault(declared, resource, wanted)
                if what is not None:
                    yield Fault(at, f"{path}.{wanted.path}", *what)
            yield from _area(declared, at, path, item)


def _wanted(item: Item) -> Iterator[_Wanted]:
    if item.within is not None:
        yield _Wanted("within", item.code, NUMBERS)
        yield _Wanted("within.latitude", item.within.latitude, NUMBERS)
    if item.age is not None:
        yield _Wanted("age", item.code, frozenset({ItemType.INTEGER}))
        yield _Wanted("age.born", item.age.born, TIMES)
        yield from _day("age.on", item.age.on)
    if item.by_number is not None:
        birth = item.by_number.part is NumberPart.BIRTH_DATE
        yield _Wanted("by_number", item.code, TIMES if birth else _SEX)
        number = item.by_number.item
        yield _Wanted("by_number.item", number, TEXT, IdentityCheck.RESIDENT_ID)
    if item.division is not None:
        yield _Wanted("division", item.code, TEXT)
        yield from _day("division.on", item.division.on)


def _day(path: str, code: str) -> Iterator[_Wanted]:
    if code != _TODAY:
        yield _Wanted(path, code, TIMES)


def _fault(declared: Declared, resource: Resource, wanted: _Wanted) -> tuple[str, str] | None:
    """Return message and remedy; None where the item fits, or where its element is unknown."""
    codes = [item.code for item in resource.items]
    if wanted.code not in codes:
        remedy = did_you_mean(wanted.code, codes, f"use one of {one_of(codes)}")
        return f"there is no item `{wanted.code}`", remedy
    element: Element | None = declared.element_of(resource.item(wanted.code))
    if element is None:
        return None
    if element.type not in wanted.types:
        types = " or ".join(sorted(one.value for one in wanted.types))
        message = f"`{wanted.code}` needs type {types}, its element is {element.type.value}"
        return message, "name an item whose element is of that type"
    if wanted.check is not None and element.check is not wanted.check:
        message = f"the element of `{wanted.code}` has no `check: {wanted.check.value}`"
        return message, "name the item with the number, or declare the check of its element"
    return None


def _area(declared: Declared, at: str, path: str, item: Item) -> Iterator[Fault]:
    if item.within is None or declared.city is None:
        return
    areas = declared.city.areas
    if item.within.area not in areas:
        message = f"catalog.yaml declares no area `{item.within.area}`"
        wanted = f"declare it below `areas`, or use one of {one_of(areas)}"
        remedy = did_you_mean(item.within.area, areas, wanted)
        yield Fault(at, f"{path}.within.area", message, remedy)


LAWS = (
    Law(
        "CAT-047",
        "信息项与同一记录中另一信息项比对时，该项须存在且类型相符",
        "an item held beside another names an item of its resource, both of types that compare",
        "三(六)",
        "name an item of the resource whose element has the type",
        _beside,
    ),
)
