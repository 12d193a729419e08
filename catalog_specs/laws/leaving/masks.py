"""Masks: nothing sensitive leaves without one, and each fits its item and masks it (六(一)).

Belongs here: the laws over `exits` and the masks that elements declare. Keep out: what is wrong
with a mask (`catalog_specs.rules.leaving.masking`), measured disclosure risk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from catalog_specs.laws.law import Fault, Law
from catalog_specs.laws.leaving.exits import leaving
from catalog_specs.reading.declared import Declared
from catalog_specs.rules.leaving.masking import (
    MaskFault,
    MaskFaultKind,
    NamedBy,
    faults_at_exit,
    faults_of_mask,
)

__all__ = ["LAWS"]

_At = tuple[str, str, MaskFault]


def _against(*kinds: MaskFaultKind) -> Callable[[Declared], Iterable[Fault]]:
    """Return the check that reports these kinds of faults."""

    def check(declared: Declared) -> Iterator[Fault]:
        for at, path, fault in _found(declared):
            if fault.kind in kinds:
                yield Fault(at, path, fault.message, fault.remedy)

    return check


def _found(declared: Declared) -> Iterator[_At]:
    """Yield everything that is wrong with a mask, or with its absence, once and where it stands.

    What an element says wrongly is reported there, and not again at every use.
    """
    for element in declared.elements.values():
        for way, mask in element.masks.items():
            for fault in faults_of_mask(declared, element, mask):
                yield f"elements:{element.code}", f"masks.{way}", fault
    for one in leaving(declared):
        for fault in faults_at_exit(declared, one.code, one.element, one.mask, one.source):
            yield one.at, one.path, fault
        if one.mask is not None and one.named_by is not NamedBy.ELEMENT:
            for fault in faults_of_mask(declared, one.element, one.mask):
                yield one.at, one.path, fault


LAWS = (
    Law(
        "CAT-012",
        "离开平台的敏感信息项须有脱敏方式",
        "everything that leaves has a mask by its class, its element, the grant or the set, and "
        "level 5 never leaves in the clear",
        "六(一)",
        "name a mask for the item in the grant or open set",
        _against(MaskFaultKind.UNNAMED, MaskFaultKind.IN_THE_CLEAR),
    ),
    Law(
        "CAT-013",
        "开放数据不得包含未脱敏的受保护信息",
        "a protected item is opened neither as it is, nor to everybody as a pseudonym",
        "六(一)",
        "drop or generalise the item, or open the set by authorisation",
        _against(MaskFaultKind.OPENED_AS_IS, MaskFaultKind.TOLD_APART),
    ),
    Law(
        "CAT-023",
        "脱敏方式须与数据类型相符",
        "a mask fits the type of the values it masks",
        "",
        "choose a mask that fits",
        _against(MaskFaultKind.MISFIT),
    ),
    Law(
        "CAT-165",
        "部分遮盖须遮住足够的字符",
        "a partial mask leaves few characters of a protected value, and never those from which it "
        "can be rebuilt",
        "六(一)",
        "keep fewer characters, or use another mask",
        _against(MaskFaultKind.TOO_MUCH),
    ),
    Law(
        "CAT-166",
        "概化须有概化效果",
        "a generalisation joins values that differ",
        "六(一)",
        "generalise further, or drop the item",
        _against(MaskFaultKind.JOINS_NOTHING),
    ),
)
