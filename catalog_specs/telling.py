"""Disclosure by masks and row conditions: bounds on what may remain of a value (六(一)).

Belongs here: pure questions about one mask, element or condition. Keep out: what leaves (`laws`,
`governance`), and measuring real values.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from itertools import pairwise

from catalog_specs.models.element import Element
from catalog_specs.models.masking import (
    GeneraliseDate,
    GeneraliseNumber,
    GeneraliseRegion,
    Keep,
    Mask,
    Partial,
)
from catalog_specs.models.sharing import Condition
from catalog_specs.vocabulary import IdentityCheck, ItemType

__all__ = ["REGION_DIGITS", "filter_tells_more", "generalises_nothing", "leaves_too_much"]

REGION_DIGITS = {"province": 2, "city": 4, "county": 6, "town": 9}
"""Leading digits of a division code at each level (GB/T 2260, GB/T 10114)."""
REMAIN = 7
"""Characters that a partial mask may leave of a protected text, where the element says nothing."""
HIDDEN = 4
"""Characters that must be hidden of the longest value an element allows."""
_NUMBER_REMAINS = 6
_PERIODS = {"month": tuple(range(1, 13)), "quarter": (1, 4, 7, 10), "year": (1,), "decade": (1,)}


def leaves_too_much(mask: Mask, element: Element) -> str | None:
    """Return why a partial mask leaves too much of a protected element's values, or None.

    The last four characters of a resident id are its sequence and its check digit: whoever knows
    birth date and region rebuilds the number from any three of them, the missing digit follows
    from the check. So none of the sequence may stay, whatever else leaves.
    """
    if not isinstance(mask, Partial):
        return None
    kept = mask.keep_first + mask.keep_last
    most = REMAIN if element.remain is None else element.remain
    if element.check is not None:
        most = min(_NUMBER_REMAINS, most)
    if kept > most:
        return f"{kept} characters would remain, at most {most} may"
    if element.check is IdentityCheck.RESIDENT_ID and mask.keep_last > 1:
        return (
            f"the last {mask.keep_last} characters hold the sequence and the check digit, which "
            "rebuild the number beside a birth date and a region"
        )
    longest = element.length.max if element.length else None
    if longest is not None and kept and longest - kept < HIDDEN:
        return f"{kept} of at most {longest} characters would remain"
    return None


def generalises_nothing(mask: Mask, element: Element, codes: Collection[str] = ()) -> bool:
    """Say whether a generalisation leaves every value apart from every other.

    `codes` are the values of the element's code list, if it has one.
    """
    match mask:
        case GeneraliseNumber():
            return _is_whole(element) and _steps_of_one(mask)
        case GeneraliseRegion():
            digits = REGION_DIGITS[mask.to]
            longest = element.length.max if element.length else None
            short = bool(codes) and all(len(code) <= digits for code in codes)
            return short or (longest is not None and longest <= digits)
        case _:
            return False


def filter_tells_more(condition: Condition, mask: Mask | None) -> bool:
    """Say whether a row condition tells more of its item than the masked values would.

    Every row that leaves fulfils the condition. So it may only ask what the mask leaves to see:
    anything of a kept value, the borders of a generalised one, and whether there is a value.
    """
    if mask is None:
        return True
    if isinstance(mask, Keep):
        return False
    if condition.op in {"is_null", "not_null"}:
        return mask.mask in {"drop", "constant"}
    match mask:
        case GeneraliseRegion():
            text = condition.value if isinstance(condition.value, str) else None
            fits = text is not None and len(text) <= REGION_DIGITS[mask.to]
            return not (condition.op == "starts_with" and fits)
        case GeneraliseDate() | GeneraliseNumber():
            return not (condition.op in {"ge", "lt"} and _is_border(mask, condition.value))
        case _:
            return True


def _is_whole(element: Element) -> bool:
    return element.type is ItemType.INTEGER or (
        element.type is ItemType.DECIMAL and element.scale == 0
    )


def _steps_of_one(mask: GeneraliseNumber) -> bool:
    if mask.width is not None:
        return mask.width == 1
    breaks = mask.breaks or ()
    return len(breaks) > 1 and all(high - low == 1 for low, high in pairwise(breaks))


def _is_border(mask: GeneraliseDate | GeneraliseNumber, value: object) -> bool:
    if isinstance(mask, GeneraliseDate):
        day = _day(value)
        return (
            day is not None
            and day.day == 1
            and day.month in _PERIODS[mask.to]
            and (mask.to != "decade" or day.year % 10 == 0)
        )
    if isinstance(value, bool) or not isinstance(value, int):
        return False
    return value % mask.width == 0 if mask.width else value in (mask.breaks or ())


def _day(value: object) -> date | None:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
