"""Forms and neighbours: the answer key's own reading of shapes, and of items beside others.

Belongs here: whether a text has a published form, and whether it agrees with another item of its
record. Keep out: value domains of one item (`domain`), the gate's rules (`quality`), which these
answers are compared with: the forms are read by hand here, and narrower, for one city's records.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from catalog_specs.catalog import Catalog
from catalog_specs.models.domains.beside import NumberPart
from catalog_specs.models.domains.shapes import Shape
from catalog_specs.models.element import Element
from catalog_specs.models.resource import Item
from demo_city.writing.text import Value

__all__ = ["RULES", "broken_beside", "has_shape", "neighbours"]

RULES = {
    Shape.PHONE: "phone",
    Shape.MOBILE: "phone",
    Shape.LANDLINE: "phone",
    Shape.LICENCE_PLATE: "licence_plate",
    Shape.PERSON_NAME: "person_name",
    Shape.ORGANISATION_NAME: "organisation_name",
    Shape.POSTAL_CODE: "postal_code",
}
"""The rule that asks for a shape."""
FORMS = {
    Shape.PHONE: r"1[3-9]\d{9}|0595-[2-8]\d{7}",
    Shape.MOBILE: r"1[3-9]\d{9}",
    Shape.LANDLINE: r"0595-[2-8]\d{7}",
    Shape.LICENCE_PLATE: "闽C[0-9A-HJ-NP-Z]{5}",
    Shape.PERSON_NAME: "[\u4e00-\u9fff]{2,20}",
    Shape.ORGANISATION_NAME: "[^（）]+(（[^（）]+）[^（）]*)*",
    Shape.POSTAL_CODE: r"362\d{3}",
}


def has_shape(element: Element, text: str) -> bool:
    """Say whether a text has the form that its element names, if it names one."""
    return element.shape is None or re.fullmatch(FORMS[element.shape], text) is not None


def neighbours(item: Item) -> Iterator[tuple[str, str]]:
    """Yield the rules that hold an item to another one of its record, with that item."""
    if item.by_number is not None:
        yield "by_number", item.by_number.item
    if item.within is not None:
        yield "within", item.within.latitude
    if item.division is not None and item.division.on != "today":
        yield "division", item.division.on


def broken_beside(
    catalog: Catalog, item: Item, kind: str, value: Value, beside: Value | None
) -> bool:
    """Say whether a value does not agree with the one beside it; a missing one says nothing."""
    if beside is None:
        return False
    match kind:
        case "by_number":
            return _says_otherwise(item, value, str(beside))
        case "within":
            return not _inside(catalog, item, value, beside)
        case _:
            return str(value)[:6] not in catalog.code_lists["county"].values


def _says_otherwise(item: Item, value: Value, number: str) -> bool:
    if item.by_number is not None and item.by_number.part is NumberPart.BIRTH_DATE:
        return isinstance(value, date) and value.strftime("%Y%m%d") != number[6:14]
    return str(value) in {"1", "2"} and (str(value) == "1") != (int(number[16]) % 2 == 1)


def _inside(catalog: Catalog, item: Item, longitude: Value, latitude: Value) -> bool:
    area = catalog.city.areas[item.within.area] if item.within else None
    if area is None or area.corners is None:
        return True
    (west, south), (east, north) = area.corners
    x, y = Decimal(str(longitude)), Decimal(str(latitude))
    return west <= x <= east and south <= y <= north
