"""Declarations: everything that a catalogue's files declare, valid or not.

Belongs here: look-ups that stay honest when some files failed. A law that reports an *absence*
asks `lacks` or `complete`, so that one broken file does not make every mention of it look wrong.
Keep out: reading (`files`), judging (`laws`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from pydantic import BaseModel

from catalog_specs.models.city import CatalogFile, CountyFile, Profile
from catalog_specs.models.element import CodeList, Element
from catalog_specs.models.exceptions import CollectionException
from catalog_specs.models.legacy import LegacyExchange
from catalog_specs.models.organisation import Department, Subject
from catalog_specs.models.resource import Item, Resource
from catalog_specs.models.sensitivity import Sensitivity
from catalog_specs.models.sharing import Grant, OpenSet
from catalog_specs.models.timing.calendar import CalendarYear
from catalog_specs.reading.counties import county_in

__all__ = ["Declared", "Place"]


class Place(NamedTuple):
    """Where something is declared: the file, and the path inside it ("" or `[3]`)."""

    file: str
    prefix: str = ""


@dataclass(frozen=True)
class Declared:
    """Valid models by kind and key, where they stand, and what is known to have failed.

    `places` and `failed` use `<kind>:<key>`; `clouded` names kinds of which a file could not be
    read at all, so that nothing may be said to be missing among them.
    """

    city: CatalogFile | None
    counties: Mapping[str, CountyFile]
    profiles: Mapping[str, Profile]
    departments: Mapping[str, Department]
    subjects: Mapping[str, Subject]
    elements: Mapping[str, Element]
    code_lists: Mapping[str, CodeList]
    sensitivities: Mapping[str, Sensitivity]
    resources: Mapping[str, Resource]
    grants: Mapping[str, Grant]
    open_sets: Mapping[str, OpenSet]
    exceptions: Mapping[str, CollectionException]
    legacy: Mapping[str, LegacyExchange]
    calendar_years: Mapping[str, CalendarYear]
    places: Mapping[str, Place]
    failed: frozenset[str] = frozenset()
    clouded: frozenset[str] = frozenset()
    retired: Mapping[str, Resource] = field(default_factory=dict)
    """Resources that were retired: no law asks anything of them, and nothing may name them."""

    def names(self, kind: str) -> tuple[str, ...]:
        """Return every known key of a kind, also of files that failed."""
        valid: Mapping[str, BaseModel] = getattr(self, kind)
        broken = (key.partition(":")[2] for key in self.failed if key.startswith(f"{kind}:"))
        return (*valid, *broken)

    def lacks(self, kind: str, key: str) -> bool:
        """Say whether a key is certainly not declared."""
        valid: Mapping[str, BaseModel] = getattr(self, kind)
        known = key in valid or f"{kind}:{key}" in self.failed
        return not known and kind not in self.clouded

    def complete(self, kind: str) -> bool:
        """Say whether every declaration of a kind is valid, so that absence means absence."""
        return kind not in self.clouded and not any(f.startswith(f"{kind}:") for f in self.failed)

    def item_at(self, reference: str) -> tuple[Resource, Item] | None:
        """Resolve `<department>/<resource>.<item>` among the valid resources, or None."""
        ref, _, code = reference.rpartition(".")
        resource = self.resources.get(ref)
        if resource is None:
            return None
        return next(((resource, item) for item in resource.items if item.code == code), None)

    def county_of(self, at: str) -> str | None:
        """Return the county that declares something (`<kind>:<key>`); None for the city."""
        place = self.places.get(at)
        return None if place is None else county_in(place.file)

    def element_of(self, item: Item) -> Element | None:
        """Return the element of an item, or None when it is unknown or failed."""
        return self.elements.get(item.element)

    @cached_property
    def owners(self) -> Mapping[str, tuple[tuple[Resource, Item], ...]]:
        """Element → the resources and items that own it; one each in a lawful catalogue."""
        found: dict[str, list[tuple[Resource, Item]]] = {}
        for resource in self.resources.values():
            for item in resource.items:
                if item.source is None:
                    found.setdefault(item.element, []).append((resource, item))
        return {element: tuple(owners) for element, owners in found.items()}
