"""Masks of items: the one that applies, and the faults that speak against it (六(一)).

Belongs here: the order of precedence, and every reason against a mask that needs no data. Keep out:
the kinds of masks (`catalog_specs.masks`), what only rows can tell (`governance.masks.effect`).
Laws report these faults with their place; the runtime refuses on the first of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from catalog_specs.masks.mask import Domain, Mask, Remains
from catalog_specs.masks.registry import mask_kinds
from catalog_specs.models.element import Element
from catalog_specs.models.sensitivity import Sensitivity
from catalog_specs.models.sharing import Exit
from catalog_specs.rules.leaving.known import Known
from catalog_specs.rules.leaving.persons import identifies_person, is_protected
from catalog_specs.vocabulary import ItemType

__all__ = [
    "NEVER_CLEAR",
    "Applied",
    "MaskFault",
    "MaskFaultKind",
    "NamedBy",
    "applied",
    "faults_at_exit",
    "faults_of_mask",
    "fitting",
]

NEVER_CLEAR = 5
"""The level of a sensitivity class of which no value leaves in the clear, by whichever way."""


class NamedBy(StrEnum):
    """Who names the mask of an item."""

    EXIT = "exit"
    """The grant or open set itself."""
    ELEMENT = "element"
    CLASS = "class"
    """The sensitivity class of the element."""


@dataclass(frozen=True)
class Applied:
    """The mask that applies to an item, and who names it; both None when nobody names one."""

    mask: Mask | None
    by: NamedBy | None


class MaskFaultKind(StrEnum):
    """What is wrong with a mask, or with its absence."""

    UNKNOWN_CLASS = "unknown_class"
    UNNAMED = "unnamed"
    IN_THE_CLEAR = "in_the_clear"
    OPENED_AS_IS = "opened_as_is"
    TOLD_APART = "told_apart"
    MISFIT = "misfit"
    TOO_MUCH = "too_much"
    JOINS_NOTHING = "joins_nothing"


@dataclass(frozen=True)
class MaskFault:
    """One reason against a mask; it names items, elements and classes, never a value."""

    kind: MaskFaultKind
    message: str
    remedy: str


def applied(code: str, element: Element, sensitivity: Sensitivity | None, source: Exit) -> Applied:
    """Return the mask of an item: the exit's own, else the element's, else its class's."""
    named = (
        (source.masks.get(code), NamedBy.EXIT),
        (element.masks.get(source.way), NamedBy.ELEMENT),
        (sensitivity.default(source.way) if sensitivity else None, NamedBy.CLASS),
    )
    return next((Applied(mask, by) for mask, by in named if mask is not None), Applied(None, None))


def faults_at_exit(
    known: Known, code: str, element: Element, mask: Mask | None, source: Exit
) -> Iterator[MaskFault]:
    """Yield what is wrong with how much of an item leaves by this exit."""
    kind = known.sensitivities.get(element.sensitivity)
    if kind is None:
        yield MaskFault(
            MaskFaultKind.UNKNOWN_CLASS,
            f"the sensitivity class of `{code}` is unknown",
            "declare the class, or give the element another",
        )
    elif mask is None:
        yield MaskFault(
            MaskFaultKind.UNNAMED,
            f"`{code}` is {kind.name} and leaves without a mask: neither its class nor its "
            f"element has one for this way ({source.way})",
            f"name one: `masks: {{{code}: {{mask: …}}}}`; fitting are {fitting(element.type)}",
        )
    elif source.way == "open" and kind.protected:
        yield from _opened(code, element, kind, (mask, source))
    elif kind.level >= NEVER_CLEAR and mask.remains is Remains.AS_IS:
        yield MaskFault(
            MaskFaultKind.IN_THE_CLEAR,
            f"`{code}` is {kind.name} (level {kind.level}) and would leave in the clear",
            f"mask it: fitting are {fitting(element.type)}",
        )


def _opened(
    code: str, element: Element, kind: Sensitivity, leaving: tuple[Mask, Exit]
) -> Iterator[MaskFault]:
    """Yield what is wrong with opening an item of a protected class."""
    mask, source = leaving
    if mask.remains is Remains.AS_IS:
        yield MaskFault(
            MaskFaultKind.OPENED_AS_IS,
            f"`{code}` is {kind.name} and would be opened as it is",
            f"mask it: fitting are {fitting(element.type)}",
        )
    if mask.remains is Remains.LINK and source.to_everybody:
        yield MaskFault(
            MaskFaultKind.TOLD_APART,
            f"`{code}` would be opened to everybody as a pseudonym, which still tells "
            "one person's records from another's",
            "drop or generalise it, or open the set by authorisation (授权开放)",
        )


def faults_of_mask(known: Known, element: Element, mask: Mask) -> Iterator[MaskFault]:
    """Yield what is wrong with a mask over an element, whichever way it leaves."""
    if element.type not in mask.fits:
        wanted = " or ".join(sorted(one.value for one in mask.fits))
        yield MaskFault(
            MaskFaultKind.MISFIT,
            f"the mask `{mask.mask}` needs {wanted}, `{element.code}` is {element.type.value}",
            f"choose another mask: fitting are {fitting(element.type)}",
        )
        return
    domain = _domain(known, element)
    guarded = is_protected(known, element) or identifies_person(known, element)
    why = mask.too_much(domain) if guarded else None
    if why is not None:
        yield MaskFault(
            MaskFaultKind.TOO_MUCH,
            f"`{element.code}`: {why}",
            "keep fewer characters, or use `pseudonym`",
        )
    if mask.joins_nothing(domain):
        yield MaskFault(
            MaskFaultKind.JOINS_NOTHING,
            f"`{mask.mask}` leaves every value of `{element.code}` as it is: it masks nothing",
            "generalise further, or drop the item; if it may leave as it is, say `keep`",
        )


def fitting(kind: ItemType) -> str:
    """Return the masks that fit a type and hide its values, those made for it first."""
    hiding = (one for one in mask_kinds() if kind in one.fits and one.remains is not Remains.AS_IS)
    names = [f"`{one.name()}`" for one in sorted(hiding, key=lambda one: len(one.fits))]
    return f"{', '.join(names[:-1])} or {names[-1]}"


def _domain(known: Known, element: Element) -> Domain:
    codes = known.code_lists.get(element.code_list or "")
    return Domain(
        type=element.type,
        scale=element.scale,
        longest=element.length.max if element.length else None,
        check=element.check,
        remain=element.remain,
        codes=tuple(codes.values) if codes else (),
    )
