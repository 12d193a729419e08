"""Row conditions: the meaning of their values, their faults, and what they disclose.

Belongs here: the typed value that a condition compares with, faults of a condition on an element,
and whether it tells more than may be seen. Keep out: rendering (`governance.row_filters`), whether
the item is stored at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Literal

from catalog_specs.masks.mask import Mask
from catalog_specs.models.condition import Condition
from catalog_specs.models.element import Element
from catalog_specs.rules.leaving.known import Known
from catalog_specs.suggestion import did_you_mean, one_of
from catalog_specs.vocabulary import ItemType

__all__ = ["ConditionFault", "Typed", "condition_faults", "tells_more", "typed_value"]

Typed = str | bool | int | Decimal | date | datetime
"""A value of the type of its item."""
_ORDERED = frozenset({"lt", "le", "gt", "ge"})
_EXACT = frozenset({"eq", "ne", "in"})
_NULLS = frozenset({"is_null", "not_null"})
_REMEDY = {
    ItemType.STRING: 'put it in quotes: "…"',
    ItemType.BOOLEAN: "write `true` or `false`",
    ItemType.INTEGER: "write a whole number",
    ItemType.DECIMAL: "write a number",
    ItemType.DATE: "write a date as YYYY-MM-DD",
    ItemType.DATETIME: 'write a time in quotes: "YYYY-MM-DD HH:MM:SS"',
}


@dataclass(frozen=True)
class ConditionFault:
    """What is wrong with the operator or a value of a condition.

    `shown` is what the catalogue says there; only who corrects the catalogue may read it. `what`
    goes on without it, so that no value of a row condition gets into logs or ledgers.
    """

    part: Literal["op", "value"]
    shown: str
    what: str
    remedy: str


def condition_faults(
    known: Known, element: Element, condition: Condition
) -> Iterator[ConditionFault]:
    """Yield what is wrong with a condition on an item of this element."""
    text_only = condition.op == "starts_with" and element.type is not ItemType.STRING
    unordered = condition.op in _ORDERED and element.type is ItemType.BOOLEAN
    if text_only or unordered:
        what = f"does not work on {element.type.value}"
        yield ConditionFault("op", condition.op, what, "use `eq`, `in` or another comparison")
        return
    codes = known.code_lists.get(element.code_list or "")
    for value in condition.values:
        if typed_value(value, element.type) is None:
            what = f"is not a value of type {element.type.value}"
            yield ConditionFault("value", str(value), what, _REMEDY[element.type])
        elif codes is not None and condition.op in _EXACT and value not in codes.values:
            remedy = did_you_mean(str(value), codes.values, f"use one of {one_of(codes.values)}")
            yield ConditionFault("value", str(value), f"is not a code of `{codes.code}`", remedy)


def tells_more(condition: Condition, mask: Mask | None, kind: ItemType) -> bool:
    """Say whether a row condition tells more of its item than the masked values would.

    Every row that leaves fulfils the condition. So it may only ask what the mask leaves to see:
    anything of a kept value, the borders of a generalised one, and whether there is a value.
    """
    if mask is None:
        return True
    if condition.op in _NULLS:
        return mask.remains.hidden
    typed = None if isinstance(condition.value, tuple) else typed_value(condition.value, kind)
    return mask.tells_less_than(condition.op, typed)


def typed_value(value: object, kind: ItemType) -> Typed | None:
    """Return what a written value means as one of a type, or None where it means nothing.

    Nothing is guessed: a number is no text, a number is no date, and a day is its midnight.
    """
    match kind:
        case ItemType.STRING:
            return value if isinstance(value, str) else None
        case ItemType.BOOLEAN:
            return value if isinstance(value, bool) else None
        case ItemType.INTEGER:
            return value if isinstance(value, int) and not isinstance(value, bool) else None
        case ItemType.DECIMAL:
            return _decimal(value)
        case ItemType.DATE:
            return _day(value)
        case ItemType.DATETIME:
            return _moment(value)


def _decimal(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else _only_date(value)
    except ValueError:
        return None


def _moment(value: object) -> datetime | None:
    try:
        if isinstance(value, str):
            moment = datetime.fromisoformat(value)
            return moment if moment.tzinfo is None else None
    except ValueError:
        return None
    day = _only_date(value)
    return None if day is None else datetime.combine(day, time())


def _only_date(value: object) -> date | None:
    return value if isinstance(value, date) and not isinstance(value, datetime) else None
