"""Items and row conditions of grants and open sets.

Belongs here: faults about `items`, `where` and `masks` of something that leaves. Keep out: items
that do not exist at all (`references`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from catalog_specs.models.element import Element
from catalog_specs.models.resource import Resource
from catalog_specs.models.sharing import Condition, GrantedResource, OpenSet
from catalog_specs.reading.declared import Declared
from catalog_specs.suggestion import did_you_mean, one_of
from catalog_specs.vocabulary import ItemType

__all__ = ["Finding", "scope_faults"]

Finding = tuple[str, str, str]
"""Path, message, remedy."""
_ORDERED = frozenset({"lt", "le", "gt", "ge"})
_EXACT = frozenset({"eq", "ne", "in"})


def scope_faults(
    declared: Declared, resource: Resource, leaving: GrantedResource | OpenSet
) -> Iterator[Finding]:
    """Yield what is wrong with the columns and rows that a grant or open set covers."""
    stored = {item.code for item in resource.stored}
    referred = {item.code: item for item in resource.referred}
    for index, code in enumerate(leaving.items):
        if code in leaving.items[:index]:
            yield f"items[{index}]", f"`{code}` is listed twice", "list it once"
        elif code in referred:
            yield _not_stored(f"items[{index}]", code, referred[code].source or "")
    for code in leaving.masks:
        if code not in leaving.items and code in stored | set(referred):
            message = f"a mask is given for `{code}`, which is not among the items"
            yield f"masks.{code}", message, "add the item, or remove the mask"
    yield from _row_faults(declared, resource, leaving.where)


def _row_faults(
    declared: Declared, resource: Resource, conditions: Sequence[Condition]
) -> Iterator[Finding]:
    items = {item.code: item for item in resource.items}
    for index, condition in enumerate(conditions):
        item = items.get(condition.item)
        if item is None:
            continue
        if item in resource.referred:
            yield _not_stored(f"where[{index}].item", condition.item, item.source or "")
            continue
        element = declared.element_of(item)
        if element is not None:
            yield from _condition(declared, element, condition, f"where[{index}].value")


def _not_stored(path: str, code: str, source: str) -> Finding:
    message = f"`{code}` is not stored in this resource, only compared with its source"
    return path, message, f"take `{source}` from the resource that owns it"


def _condition(
    declared: Declared, element: Element, condition: Condition, path: str
) -> Iterator[Finding]:
    given = condition.value
    values = given if isinstance(given, tuple) else () if given is None else (given,)
    text_only = condition.op == "starts_with" and element.type is not ItemType.STRING
    unordered = condition.op in _ORDERED and element.type is ItemType.BOOLEAN
    if text_only or unordered:
        message = f"`{condition.op}` does not work on {element.type.value}"
        yield path.replace("value", "op"), message, "use `eq`, `in` or another comparison"
        return
    codes = declared.code_lists.get(element.code_list or "")
    for value in values:
        if not _is_of(value, element.type):
            remedy = _REMEDY[element.type]
            yield path, f"`{value}` is not a value of type {element.type.value}", remedy
        elif codes is not None and condition.op in _EXACT and value not in codes.values:
            remedy = did_you_mean(str(value), codes.values, f"use one of {one_of(codes.values)}")
            yield path, f"`{value}` is not a code of `{codes.code}`", remedy


_REMEDY = {
    ItemType.STRING: 'put it in quotes: "…"',
    ItemType.BOOLEAN: "write `true` or `false`",
    ItemType.INTEGER: "write a whole number",
    ItemType.DECIMAL: "write a number",
    ItemType.DATE: "write a date as YYYY-MM-DD",
    ItemType.DATETIME: 'write a time in quotes: "YYYY-MM-DD HH:MM:SS"',
}


def _is_of(value: object, kind: ItemType) -> bool:
    match kind:
        case ItemType.STRING:
            return isinstance(value, str)
        case ItemType.BOOLEAN:
            return isinstance(value, bool)
        case ItemType.INTEGER:
            return isinstance(value, int) and not isinstance(value, bool)
        case ItemType.DECIMAL:
            return not isinstance(value, bool) and _is_number(value)
        case ItemType.DATE:
            return isinstance(value, date) or _reads_as(date, value)
        case ItemType.DATETIME:
            return isinstance(value, date) or _reads_as(datetime, value)


def _is_number(value: object) -> bool:
    try:
        return Decimal(str(value)).is_finite()
    except InvalidOperation:
        return False


def _reads_as(kind: type[date], value: object) -> bool:
    try:
        read = kind.fromisoformat(str(value))
    except ValueError:
        return False
    return not isinstance(read, datetime) or read.tzinfo is None
