"""Row conditions as Great Expectations takes them: which records a named rule is about.

Belongs here: rendering the catalogue's conditions as GX's own, so that GX itself filters. Keep out:
what a condition means (`catalog_specs.rules.leaving.conditions`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from catalog_specs.models.condition import Condition
from catalog_specs.models.resource import Resource
from catalog_specs.rules.leaving.conditions import Typed, typed_value
from catalog_specs.vocabulary import ItemType
from feeds.columns import OPERATION
from storage.sql import identifier, literal

__all__ = ["about", "filter_sql"]

Part = dict[str, Any]
"""A condition of GX in its JSON shape."""
_OPERATORS = {"eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">=", "in": "IN"}
_LAST, _SURROGATES, _BEHIND = 0x10FFFF, 0xD800, 0xE000
"""The last character there is; between the other two there are none."""
_DIGITS = 15
"""Digits of a decimal number that a binary one keeps."""


def about(
    resource: Resource,
    types: Mapping[str, ItemType],
    where: Iterable[Condition],
    *,
    only_key: bool,
) -> Part:
    """Return which records a rule is about: sound ones that remain and meet the conditions.

    A deletion of a change feed holds its key alone, so only a rule about the key sees it.

    Raises:
        ValueError: a value does not fit the type of its item.
    """
    parts = [_nullity("_defect", is_null=True)]
    if resource.feed.changes is not None and not only_key:
        parts.append(_comparison(OPERATION, "!=", "D"))
    for condition in where:
        parts += _rendered(condition, types[condition.item])
    return {"type": "and", "conditions": parts}


def filter_sql(types: Mapping[str, ItemType], where: Iterable[Condition]) -> str:
    """Return the SQL of stored rows that meet conditions, for what Great Expectations never sees.

    Raises:
        ValueError: a value does not fit the type of its item.
    """
    return " AND ".join(["true", *(_sql(one, types[one.item]) for one in where)])


def _sql(condition: Condition, kind: ItemType) -> str:
    item = identifier(condition.item)
    values = [literal(_typed(value, kind)) for value in condition.values]
    match condition.op:
        case "is_null" | "not_null":
            return f"{item} IS {'NOT ' if condition.op == 'not_null' else ''}NULL"
        case "in":
            return f"{item} IN ({', '.join(values)})"
        case "starts_with":
            return f"starts_with({item}, {values[0]})"
        case _:
            return f"{item} {_OPERATORS[condition.op].replace('==', '=')} {values[0]}"


def _rendered(condition: Condition, kind: ItemType) -> Iterator[Part]:
    item = condition.item
    match condition.op:
        case "is_null" | "not_null":
            yield _nullity(item, is_null=condition.op == "is_null")
        case "starts_with":
            yield from _beginning(item, str(_typed(condition.value, kind)))
        case "in":
            values = [_member(_typed(value, kind)) for value in condition.values]
            yield _comparison(item, "IN", values)
        case _:
            yield _comparison(item, _OPERATORS[condition.op], _typed(condition.value, kind))


def _typed(value: object, kind: ItemType) -> Typed:
    typed = typed_value(value, kind)
    if typed is None:
        raise ValueError("a row condition does not fit the type of its item")
    return typed


def _member(value: Typed) -> str | int | float:
    """Return a member of a set as GX takes it: a text or a number.

    The engine reads a text as the type of its column, and a short decimal as it is written.
    """
    match value:
        case bool() | date() | datetime():
            return str(value).lower()
        case Decimal():
            if len(value.as_tuple().digits) > _DIGITS:
                raise ValueError("a number of a row condition has too many digits")
            return float(value)
        case _:
            return value


def _beginning(item: str, prefix: str) -> Iterator[Part]:
    """Yield the bounds of all texts that begin so: GX has no operator for it.

    The engine orders texts by their bytes in UTF-8, which is the order of their characters.
    """
    yield _comparison(item, ">=", prefix)
    stem = prefix.rstrip(chr(_LAST))
    if stem:
        following = ord(stem[-1]) + 1
        following = _BEHIND if following == _SURROGATES else following
        yield _comparison(item, "<", stem[:-1] + chr(following))


def _nullity(column: str, *, is_null: bool) -> Part:
    return {"type": "nullity", "column": {"name": column}, "is_null": is_null}


def _comparison(column: str, operator: str, parameter: object) -> Part:
    return {
        "type": "comparison",
        "column": {"name": column},
        "operator": operator,
        "parameter": parameter,
    }
