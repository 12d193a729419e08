"""Persons in data: the natural persons behind a row, and the columns that describe them (六(一)).

Belongs here: the questions that the laws and a release both ask, over declared models alone. Keep
out: what follows from the answers (`laws`, `governance`). What is not declared otherwise counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from catalog_specs.masks.mask import Mask, Remains
from catalog_specs.models.element import Element
from catalog_specs.models.organisation import Subject
from catalog_specs.models.resource import Item, Resource
from catalog_specs.rules.leaving.known import Known
from catalog_specs.vocabulary import BaseClass, IdentityCheck, ItemType, PersonLink

__all__ = [
    "Leaver",
    "counted",
    "firms_of",
    "identifies_person",
    "is_free_text",
    "is_protected",
    "may_be_harmless",
    "persons_of",
    "speaks_of_persons",
    "tells_of_person",
    "units_of",
]

_FIRMS = frozenset({BaseClass.LEGAL_ENTITY, BaseClass.CREDIT})


class Leaver(NamedTuple):
    """An item that leaves, its element, and what is laid over its values."""

    code: str
    element: Element
    mask: Mask | None

    @property
    def remains(self) -> Remains:
        """Return what may be seen of it: all, where nobody names a mask."""
        return self.mask.remains if self.mask is not None else Remains.AS_IS


def identifies_person(known: Known, element: Element) -> bool:
    """Say whether a value names one natural person."""
    if element.check is IdentityCheck.RESIDENT_ID or element.person is PersonLink.IDENTIFIER:
        return True
    return any(element.code in one.key for one in known.subjects.values() if _is_population(one))


def tells_of_person(known: Known, element: Element) -> bool:
    """Say whether a value is a fact about a natural person."""
    if element.person is not None or identifies_person(known, element):
        return True
    subject = known.subjects.get(element.subject)
    return subject is not None and _is_personal(known, subject)


def persons_of(known: Known, resource: Resource) -> tuple[str, ...]:
    """Return the stored items whose values name the natural persons behind a row."""
    return tuple(code for code, e in _stored(known, resource) if identifies_person(known, e))


def firms_of(known: Known, resource: Resource) -> tuple[str, ...]:
    """Return the stored items that hold a unified social credit code."""
    return tuple(
        code for code, e in _stored(known, resource) if e.check is IdentityCheck.CREDIT_CODE
    )


def speaks_of_persons(known: Known, resource: Resource, leaving: Iterable[Leaver]) -> bool:
    """Say whether what leaves are attributes of natural persons.

    So it is where the rows are about persons, where a person's number is stored beside them, and
    where a single column tells of one. The office holders of a firm are the exception: their
    numbers make the firm's own register no register of persons as long as no column names them.
    """
    subject = known.subjects.get(resource.subject)
    if subject is not None and _is_personal(known, subject):
        return True
    office = subject is not None and subject.base_class in _FIRMS
    if persons_of(known, resource) and not office:
        return True
    return any(
        tells_of_person(known, one.element) and not _declared_harmless(known, one.element)
        for one in leaving
        if not one.remains.hidden
    )


def units_of(known: Known, resource: Resource, leaving: Iterable[Leaver]) -> tuple[str, ...]:
    """Return the items by which k is counted: persons, else firms; none when nobody can be."""
    found = persons_of(known, resource)
    if found or speaks_of_persons(known, resource, leaving):
        return found
    return firms_of(known, resource)


def counted(
    known: Known, resource: Resource, leaving: Iterable[Leaver], declared: Iterable[str] = ()
) -> tuple[str, ...]:
    """Return the items that count as quasi-identifiers, in the order in which they leave.

    All that can be seen of a person counts, unless its element says why it singles nobody out; of
    anything else only what its class protects. `declared` counts in any case.
    """
    seen = tuple(leaving)
    personal = speaks_of_persons(known, resource, seen)
    wanted = frozenset(declared)
    return tuple(
        one.code
        for one in seen
        if _visible(known, one)
        and (
            one.code in wanted
            or (
                (personal or is_protected(known, one.element))
                and not _declared_harmless(known, one.element)
            )
        )
    )


def is_free_text(element: Element) -> bool:
    """Say whether a value may hold any words: text whose form no code list or check decides."""
    return element.type is ItemType.STRING and not (element.code_list or element.check)


def is_protected(known: Known, element: Element) -> bool:
    """Say whether an element's class is protected; a class that is not known counts as such."""
    kind = known.sensitivities.get(element.sensitivity)
    return kind is None or kind.protected


def may_be_harmless(known: Known, element: Element) -> bool:
    """Say whether `not_identifying` can be true of an element at all."""
    return not is_protected(known, element) and not identifies_person(known, element)


def _visible(known: Known, one: Leaver) -> bool:
    """Say whether values can be told apart; a pseudonym of a number tells nothing known."""
    if one.remains is Remains.LINK:
        named = one.element.check is not None or identifies_person(known, one.element)
        return not named
    return not one.remains.hidden


def _declared_harmless(known: Known, element: Element) -> bool:
    return element.not_identifying is not None and may_be_harmless(known, element)


def _is_personal(known: Known, subject: Subject) -> bool:
    keys = (known.elements.get(code) for code in subject.key)
    return _is_population(subject) or any(
        key is not None and key.check is IdentityCheck.RESIDENT_ID for key in keys
    )


def _is_population(subject: Subject) -> bool:
    return subject.base_class is BaseClass.POPULATION


def _stored(known: Known, resource: Resource) -> Iterable[tuple[str, Element]]:
    items: Iterable[Item] = resource.stored
    for item in items:
        element = known.elements.get(item.element)
        if element is not None:
            yield item.code, element
