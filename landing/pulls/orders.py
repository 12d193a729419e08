"""Sort orders of texts in a watermark column, recognised by their shapes.

Belongs here: which shapes have an order that rises as rows change. Keep out: asking a database,
comparing values (`watermarks`).
Texts compare sign by sign: `9` comes behind `10`, and 28/02/2026 behind 01/03/2026. A row that
sorts wrongly is never asked for, so texts of no known order are refused. A shape is a text whose
digits are all written as zeros.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from enum import StrEnum

__all__ = ["MOST_SHAPES", "Order", "order_of"]

MOST_SHAPES = 200
"""More of them are no order; all spellings of ISO 8601 that are understood are fewer."""
LONGEST_NUMBER = 18
"""Digits that a 64-bit number holds whatever they are."""
_DAY = r"0000-00-00"
_CLOCK = r"[ T]00:00(:00(\.0{1,9})?)?"
_MOMENT = re.compile(rf"{_DAY}({_CLOCK})?")
_INSTANT = re.compile(rf"{_DAY}{_CLOCK} ?(Z|[+-]00(:?00)?)")
_NUMBER = re.compile(rf"0{{1,{LONGEST_NUMBER}}}")
_FIXED = re.compile(r"[^0+-]*0+[^0]*|[^0]*0{4}[^0].*", re.DOTALL)
"""One number of fixed width, or a year first and all behind it of fixed width."""


class Order(StrEnum):
    """How the values of a watermark column compare."""

    VALUES = "values"
    """As the numbers, dates and moments that the database itself holds them for."""
    MOMENTS = "moments"
    """Texts: ISO dates and wall clocks, with `T` or a blank, with and without a fraction."""
    INSTANTS = "instants"
    """Texts: ISO moments that all name their offset."""
    NUMBERS = "numbers"
    """Texts: whole numbers."""
    BYTES = "bytes"
    """Texts of one shape that begins with what counts most."""


def order_of(shapes: Collection[str]) -> Order | None:
    """Return how texts of these shapes sort; None when not all of them sort as they rise."""
    if len(shapes) > MOST_SHAPES:
        return None
    for form, order in (
        (_NUMBER, Order.NUMBERS),
        (_MOMENT, Order.MOMENTS),
        (_INSTANT, Order.INSTANTS),
    ):
        if all(form.fullmatch(shape) for shape in shapes):
            return order
    constant = len(shapes) == 1 and not any("0" in shape for shape in shapes)
    fixed = len(shapes) == 1 and all(_FIXED.fullmatch(shape) for shape in shapes)
    return Order.BYTES if constant or fixed else None
