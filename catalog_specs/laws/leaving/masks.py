"""Masks: nothing sensitive leaves without one, and each fits its item (六(一)).

Belongs here: the laws over `exits`. Keep out: rendering (`governance`), measured disclosure risk.
"""

from __future__ import annotations

from collections.abc import Iterator

from catalog_specs.laws.law import Fault, Law
from catalog_specs.laws.leaving.exits import Leaving, leaving
from catalog_specs.models.element import Element
from catalog_specs.models.masking import (
    GeneraliseDate,
    GeneraliseNumber,
    GeneraliseRegion,
    Keep,
    Mask,
    Partial,
    Pseudonym,
    Redact,
)
from catalog_specs.reading.declared import Declared
from catalog_specs.vocabulary import ItemType, OpenType

__all__ = ["LAWS", "misfit"]

_NEVER_CLEAR = 5
_TIMES = frozenset({ItemType.DATE, ItemType.DATETIME})
_NUMBERS = frozenset({ItemType.INTEGER, ItemType.DECIMAL})
_TEXT = frozenset({ItemType.STRING})
_FITTING = {
    ItemType.DATE: "`generalise_date`, `constant` or `drop`",
    ItemType.DATETIME: "`generalise_date`, `constant` or `drop`",
    ItemType.INTEGER: "`generalise_number`, `pseudonym` or `drop`",
    ItemType.DECIMAL: "`generalise_number`, `constant` or `drop`",
    ItemType.BOOLEAN: "`constant` or `drop`",
    ItemType.STRING: "`partial`, `pseudonym` or `drop`",
}


def _masked(declared: Declared) -> Iterator[Fault]:
    for _, one in leaving(declared):
        kind = one.sensitivity
        if one.mask is None:
            yield Fault(
                one.at,
                one.path,
                f"`{one.code}` is {kind.name} and leaves without a mask: neither its class nor its "
                f"element has one for this way ({one.way})",
                f"name one: `masks: {{{one.code}: {{mask: …}}}}`; fitting are "
                f"{_FITTING[one.element.type]}",
            )
        elif (
            kind.level >= _NEVER_CLEAR
            and isinstance(one.mask, Keep | Redact)
            and not _is_opened(one)
        ):
            yield Fault(
                one.at,
                one.path,
                f"`{one.code}` is {kind.name} (level {kind.level}) and would leave in the clear",
                f"mask it: fitting are {_FITTING[one.element.type]}",
            )


def _is_opened(one: Leaving) -> bool:
    return one.way == "open" and one.sensitivity.protected


def _opened_masked(declared: Declared) -> Iterator[Fault]:
    for opened, one in leaving(declared):
        if opened is None or not one.sensitivity.protected:
            continue
        if isinstance(one.mask, Keep | Redact):
            yield Fault(
                one.at,
                one.path,
                f"`{one.code}` is {one.sensitivity.name} and would be opened as it is",
                f"mask it: fitting are {_FITTING[one.element.type]}",
            )
        if isinstance(one.mask, Pseudonym) and opened.type is OpenType.UNIVERSAL:
            yield Fault(
                one.at,
                one.path,
                f"`{one.code}` would be opened to everybody as a pseudonym, which still tells "
                "one person's records from another's",
                "drop or generalise it, or open the set by authorisation (授权开放)",
            )


def _fitting(declared: Declared) -> Iterator[Fault]:
    for element in declared.elements.values():
        for way, mask in element.masks.items():
            fault = misfit(mask, element)
            if fault is not None:
                yield Fault(f"elements:{element.code}", f"masks.{way}", *fault)
    for _, one in leaving(declared):
        if one.mask is not None and not one.from_element:
            fault = misfit(one.mask, one.element)
            if fault is not None:
                yield Fault(one.at, one.path, *fault)


def misfit(mask: Mask, element: Element) -> tuple[str, str] | None:
    """Return message and remedy where a mask does not fit an element's type, or None."""
    match mask:
        case GeneraliseDate():
            types = _TIMES
        case GeneraliseNumber():
            types = _NUMBERS
        case GeneraliseRegion() | Partial() | Redact():
            types = _TEXT
        case _:
            return None
    if element.type in types:
        return None
    wanted = " or ".join(sorted(one.value for one in types))
    return (
        f"the mask `{mask.mask}` needs {wanted}, `{element.code}` is {element.type.value}",
        f"choose another mask: fitting are {_FITTING[element.type]}",
    )


LAWS = (
    Law(
        "CAT-012",
        "离开平台的敏感信息项须有脱敏方式",
        "everything that leaves has a mask by its class, its element, the grant or the set, and "
        "level 5 never leaves in the clear",
        "六(一)",
        "name a mask for the item in the grant or open set",
        _masked,
    ),
    Law(
        "CAT-013",
        "开放数据不得包含未脱敏的受保护信息",
        "a protected item is opened neither as it is, nor to everybody as a pseudonym",
        "六(一)",
        "drop or generalise the item, or open the set by authorisation",
        _opened_masked,
    ),
    Law(
        "CAT-023",
        "脱敏方式须与数据类型相符",
        "a mask fits the type of the values it masks",
        "",
        "choose a mask that fits",
        _fitting,
    ),
)
