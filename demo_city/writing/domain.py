"""Expected rules: which rules a spoilt text breaks, by the catalogue alone.

Belongs here: the answer key's own reading of value domains, for single cells that were spoilt on
purpose. Keep out: the gate's rules (`quality`), which these answers are compared with.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from catalog_specs.catalog import Catalog
from catalog_specs.models.element import Element, Window
from catalog_specs.models.quality.rule import QualityRule
from catalog_specs.models.resource import Item, Resource
from catalog_specs.vocabulary import IdentityCheck, Level
from demo_city.writing.forms import RULES, broken_beside, has_shape, neighbours
from demo_city.writing.text import Value, as_value

__all__ = ["BETWEEN", "PAIR", "broken_rules", "columns_of", "level_of", "named_rules"]

RESIDENT_LENGTH = 18
PAIR = "column_pair_values_a_to_be_greater_than_b"
BETWEEN = "column_values_to_be_between"
Texts = Mapping[str, str | None]


def broken_rules(
    catalog: Catalog, resource: Resource, texts: Texts, changed: frozenset[str], today: date
) -> dict[str, Level]:
    """Return the rules a record breaks, with their levels.

    Only items in `changed` can break one; a changed value that references another resource is
    taken to exist nowhere.
    """
    found: dict[str, Level] = {}
    for code in changed:
        item = resource.item(code)
        for kind in broken_kinds(catalog, resource, item, texts[code], today):
            found[f"{code}:{kind}"] = level_of(item, kind)
    for item in resource.items:
        for kind in beside_kinds(catalog, resource, item, texts, changed):
            found[f"{item.code}:{kind}"] = level_of(item, kind)
    for rule in named_rules(resource):
        if changed & set(columns_of(rule)) and not holds(catalog, resource, rule, texts):
            found[rule.code] = rule.level
    return found


def level_of(item: Item, kind: str) -> Level:
    """Return what a broken rule of an item does."""
    return item.levels.get(kind, Level.QUARANTINE)


def broken_kinds(
    catalog: Catalog, resource: Resource, item: Item, text: str | None, today: date
) -> Iterator[str]:
    """Yield the kinds of rules that one text breaks."""
    element = catalog.element_of(item)
    in_key = item.code in resource.key
    if text is None:
        if item.required or in_key:
            yield "required"
        return
    value = as_value(text, element, resource.feed)
    if value is None:
        yield "castable"
        return
    if item.source is not None and not in_key:
        return
    if element.shape is not None and not has_shape(element, str(value)):
        yield RULES[element.shape]
    for kind, breaks in TESTS.items():
        if breaks(catalog, item, element, value, today):
            yield kind


def beside_kinds(
    catalog: Catalog, resource: Resource, item: Item, texts: Texts, changed: frozenset[str]
) -> Iterator[str]:
    """Yield the rules about an item beside another one that changed texts of a record break."""
    for kind, other in neighbours(item):
        value, beside = (
            None
            if texts[code] is None
            else as_value(texts[code] or "", catalog.element_of(resource.item(code)), resource.feed)
            for code in (item.code, other)
        )
        touched = changed & {item.code, other}
        if touched and value is not None and broken_beside(catalog, item, kind, value, beside):
            yield kind


def breaks_length(_c: Catalog, item: Item, element: Element, value: Value, _t: date) -> bool:
    """Say whether a text is too short or too long."""
    bounds = item.length or element.length
    if bounds is None:
        return False
    size = len(str(value))
    return not (bounds.min or 0) <= size <= (bounds.max if bounds.max is not None else size)


def breaks_range(_c: Catalog, item: Item, element: Element, value: Value, _t: date) -> bool:
    """Say whether a number lies out of its bounds."""
    bounds = item.range or element.range
    if bounds is None:
        return False
    number = Decimal(str(value))
    low = bounds.min if bounds.min is not None else number
    high = bounds.max if bounds.max is not None else number
    return not low <= number <= high


def breaks_pattern(_c: Catalog, item: Item, element: Element, value: Value, _t: date) -> bool:
    """Say whether a text has another shape than asked for."""
    pattern = item.pattern or element.pattern
    return pattern is not None and re.fullmatch(pattern, str(value)) is None


def breaks_code_list(catalog: Catalog, _i: Item, element: Element, value: Value, _t: date) -> bool:
    """Say whether a code is not on its list."""
    listed = element.code_list
    return listed is not None and str(value) not in catalog.code_lists[listed].values


def breaks_resident_id(_c: Catalog, _i: Item, element: Element, value: Value, _t: date) -> bool:
    """Say whether a resident id's check character is wrong (ISO 7064 MOD 11-2)."""
    if element.check is not IdentityCheck.RESIDENT_ID:
        return False
    text = str(value)
    if re.fullmatch(r"\d{17}[\dX]", text) is None:
        return True
    total = sum(int(sign) * pow(2, 17 - place, 11) for place, sign in enumerate(text[:17]))
    return "10X98765432"[total % 11] != text[17]


def breaks_credit_code(_c: Catalog, _i: Item, element: Element, value: Value, _t: date) -> bool:
    """Say whether a credit code's check character is wrong (GB 32100)."""
    if element.check is not IdentityCheck.CREDIT_CODE:
        return False
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    text = str(value)
    if re.fullmatch(f"[{alphabet}]{{18}}", text) is None:
        return True
    total = sum(alphabet.index(sign) * pow(3, place, 31) for place, sign in enumerate(text[:17]))
    return (total + alphabet.index(text[17])) % 31 != 0


def breaks_window(_c: Catalog, item: Item, element: Element, value: Value, today: date) -> bool:
    """Say whether a day lies out of its window."""
    window = item.window or element.window
    if window is None or not isinstance(value, date):
        return False
    when = value.date() if isinstance(value, datetime) else value
    low, high = bounds_of(window, today)
    return (low is not None and when < low) or (high is not None and when > high)


def bounds_of(window: Window, today: date) -> tuple[date | None, date | None]:
    """Return a window's days."""
    ends = (window.not_before, window.not_after)
    low, high = (today if end == "today" else end for end in ends)
    return (low if isinstance(low, date) else None), (high if isinstance(high, date) else None)


def breaks_reference(_c: Catalog, item: Item, _e: Element, _v: Value, _t: date) -> bool:
    """Say that a changed value, if it must exist elsewhere, does not."""
    return item.references is not None


Test = Callable[[Catalog, Item, Element, Value, date], bool]
TESTS: Mapping[str, Test] = {
    "length": breaks_length,
    "range": breaks_range,
    "pattern": breaks_pattern,
    "code_list": breaks_code_list,
    "resident_id": breaks_resident_id,
    "credit_code": breaks_credit_code,
    "date_window": breaks_window,
    "reference": breaks_reference,
}


def named_rules(resource: Resource) -> tuple[QualityRule, ...]:
    """Return the named rules that judge single records."""
    return tuple(rule for rule in resource.quality if columns_of(rule))


def columns_of(rule: QualityRule) -> tuple[str, ...]:
    """Return the items that a named rule looks at."""
    names = (rule.arguments.get(name) for name in ("column", "column_A", "column_B"))
    return tuple(name for name in names if name)


def holds(catalog: Catalog, resource: Resource, rule: QualityRule, texts: Texts) -> bool:
    """Say whether a named rule holds of a record; a missing value never breaks one.

    Raises:
        ValueError: the city does not know how to answer for this expectation.
    """
    values = [
        as_value(texts[code], catalog.element_of(resource.item(code)), resource.feed)
        for code in columns_of(rule)
    ]
    if any(value is None for value in values):
        return True
    arguments = rule.arguments
    expectation = (rule.expect or "").removeprefix("expect_")
    if expectation == PAIR:
        first, second = (comparable(value) for value in values)
        return bool(first > second or (arguments.get("or_equal") and first == second))
    if expectation == BETWEEN:
        low, high = arguments.get("min_value"), arguments.get("max_value")
        value = comparable(values[0])
        return not ((low is not None and value < low) or (high is not None and value > high))
    raise ValueError(f"no answer for expectation {rule.expect!r} in {resource.ref}")


def comparable(value: Value | None) -> Any:  # noqa: ANN401 - either of two orders
    """Return a value that compares with others of its kind; a day is its midnight."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime.combine(value, time())
    return value
