"""Spoilt records: one way for each kind of rule, one or two cells at a time.

Belongs here: texts that break a rule on purpose. Keep out: which records and how many (`defects`),
what they must be caught by (`domain`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

import numpy as np
import polars as pl

from catalog_specs.catalog import Catalog
from catalog_specs.models.element import Element
from catalog_specs.models.quality.rule import QualityRule
from catalog_specs.models.resource import Item, Resource
from catalog_specs.vocabulary import IdentityCheck, ItemType
from demo_city.society.identifiers import break_check_digit, credit_codes, resident_ids
from demo_city.writing.domain import BETWEEN, PAIR, bounds_of, columns_of
from demo_city.writing.text import as_text, as_value, impossible

__all__ = ["Case", "spoil_item", "spoil_named"]

ELSEWHERE = 350527
"""A county whose people and firms are on none of the city's registers."""
NOWHERE = 350599
"""A code that no county ever had."""
BORN = np.datetime64("1971-01-01")
Texts = Mapping[str, str | None]


@dataclass(frozen=True)
class Case:
    """One record about to be spoilt; `number` differs for every case of the city."""

    catalog: Catalog
    resource: Resource
    texts: Texts
    today: date
    number: int


def spoil_item(case: Case, kind: str, item: Item) -> dict[str, str | None]:
    """Return the texts that break one kind of rule of one item."""
    return {item.code: WAYS[kind](case, item, case.catalog.element_of(item))}


def spoil_named(case: Case, rule: QualityRule) -> dict[str, str | None]:
    """Return the texts that break a rule the catalogue names; empty when this record cannot."""
    codes = columns_of(rule)
    elements = [case.catalog.element_of(case.resource.item(code)) for code in codes]
    feed = case.resource.feed
    values = [
        as_value(case.texts[code], element, feed)
        for code, element in zip(codes, elements, strict=True)
    ]
    match (rule.expect or "").removeprefix("expect_"), values:
        case expectation, [date() as _first, date() as second] if expectation == PAIR:
            earlier = second - timedelta(days=40 + case.number % 20)
            moved = in_kind(earlier, elements[0])
            return {codes[0]: as_text(moved, elements[0], feed)}
        case expectation, [Decimal() | int() as first, _] if expectation == PAIR:
            return {codes[1]: as_text(Decimal(first) + 7, elements[1], feed)}
        case expectation, [Decimal() | int()] if expectation == BETWEEN:
            low = Decimal(rule.arguments["min_value"])
            return {codes[0]: as_text(low / 2, elements[0], feed)}
        case _:
            return {}


def in_kind(value: date, element: Element) -> date:
    """Return a day as what the element holds: a day, or a moment of it."""
    if element.type is ItemType.DATE:
        return value.date() if isinstance(value, datetime) else value
    return value if isinstance(value, datetime) else datetime(*value.timetuple()[:3], 9)  # noqa: DTZ001


def uncastable(case: Case, _item: Item, element: Element) -> str:
    """Return a text that is no value of the type."""
    return impossible(element, case.resource.feed)


def nothing(_case: Case, _item: Item, _element: Element) -> None:
    """Return no value."""
    return


def too_long(case: Case, item: Item, element: Element) -> str:
    """Return a text longer than allowed."""
    bounds = item.length or element.length
    longest = (bounds.max if bounds else None) or 0
    text = case.texts[item.code] or "长"
    return (text * (longest // len(text) + 2))[: longest + 1 + case.number % 3]


def out_of_range(case: Case, item: Item, element: Element) -> str:
    """Return a number above the highest, or below the lowest where nothing is too high."""
    bounds = item.range or element.range
    highest = bounds.max if bounds else None
    lowest = (bounds.min if bounds else None) or Decimal(0)
    value = lowest - 1 - case.number % 50 if highest is None else highest + 1 + case.number
    number = int(value) if element.type is ItemType.INTEGER else value
    return as_text(number, element, case.resource.feed)


def misshapen(case: Case, item: Item, _element: Element) -> str:
    """Return a text of another shape than asked for."""
    return f"#{case.number}" + (case.texts[item.code] or "")[:6]


def unlisted(case: Case, _item: Item, _element: Element) -> str:
    """Return a code that is on no list."""
    return f"ZZ{case.number:04}"


def miscalculated(case: Case, item: Item, _element: Element) -> str:
    """Return an identity number whose last character is wrong."""
    return str(break_check_digit(pl.Series([case.texts[item.code]]))[0])


def too_late(case: Case, item: Item, element: Element) -> str:
    """Return a day after the window, or before it for every second case."""
    window = item.window or element.window
    low, high = bounds_of(window, case.today) if window else (None, None)
    away = timedelta(days=30 + case.number)
    far = low - away if low and (case.number % 2 or not high) else (high or case.today) + away
    return as_text(in_kind(far, element), element, case.resource.feed)


def one_digit_short(case: Case, item: Item, _element: Element) -> str:
    """Return a telephone number without its last digit."""
    return (case.texts[item.code] or "")[:-1]


def one_sign_more(case: Case, item: Item, _element: Element) -> str:
    """Return a plate with a sixth sign that no kind of car has."""
    return (case.texts[item.code] or "") + "Z"


def with_a_digit(case: Case, item: Item, _element: Element) -> str:
    """Return a person's name with a digit, as lists of namesakes have it."""
    return (case.texts[item.code] or "") + str(case.number % 10)


def half_bracketed(case: Case, item: Item, _element: Element) -> str:
    """Return a name of an organisation with a bracket that is never closed."""
    return (case.texts[item.code] or "") + "（筹"


def contrary(case: Case, item: Item, element: Element) -> str:
    """Return the other sex, or the day before the birth."""
    text, feed = case.texts[item.code] or "", case.resource.feed
    value = as_value(text, element, feed)
    if isinstance(value, date):
        return as_text(in_kind(value - timedelta(days=1), element), element, feed)
    return {"1": "2", "2": "1"}.get(text, text)


def out_at_sea(case: Case, item: Item, element: Element) -> str:
    """Return a longitude east of the area, and still one of the province."""
    area = case.catalog.city.areas[item.within.area] if item.within else None
    east = area.corners[1][0] if area and area.corners else Decimal(0)
    moved = east + Decimal(1 + case.number % 50) / 10_000
    return as_text(moved, element, case.resource.feed)


def of_no_division(case: Case, item: Item, _element: Element) -> str:
    """Return a number that begins with a code which no county ever had, and is else well formed."""
    text = case.texts[item.code] or ""
    born = np.array([f"{text[6:10]}-{text[10:12]}-{text[12:14]}"], dtype="datetime64[D]")
    return str(resident_ids(np.array([NOWHERE]), born, np.array([int(text[14:17])]))[0])


def dangling(case: Case, item: Item, element: Element) -> str:
    """Return a well-formed value that no other resource knows."""
    there, serial = np.array([ELSEWHERE]), np.array([case.number])
    match element.check:
        case IdentityCheck.RESIDENT_ID:
            return str(resident_ids(there, np.array([BORN + case.number]), serial % 998 + 1)[0])
        case IdentityCheck.CREDIT_CODE:
            return str(credit_codes("91", there, 90_000_000 + serial)[0])
        case None if element.code_list is not None:
            return f"3599{case.number:05}"
        case None:
            return renumbered(case.texts[item.code] or "", case.number)


def renumbered(text: str, number: int) -> str:
    """Replace the last digits of a code by high ones that were never given out."""
    tail = re.search(r"\d{2,4}$", text)
    width = len(tail.group()) if tail else 0
    if not width:
        return f"{text}{number}"
    high = 10**width - 1 - number % (4 * 10 ** (width - 2))
    return text[:-width] + str(high)


Way = Callable[[Case, Item, Element], str | None]
WAYS: Mapping[str, Way] = {
    "castable": uncastable,
    "required": nothing,
    "length": too_long,
    "range": out_of_range,
    "pattern": misshapen,
    "code_list": unlisted,
    "resident_id": miscalculated,
    "credit_code": miscalculated,
    "date_window": too_late,
    "reference": dangling,
    "phone": one_digit_short,
    "licence_plate": one_sign_more,
    "person_name": with_a_digit,
    "organisation_name": half_bracketed,
    "by_number": contrary,
    "within": out_at_sea,
    "division": of_no_division,
}
"""Kind of rule → how it is broken."""
