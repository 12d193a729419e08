"""The compiled catalogue: everything a city declared, indexed, with the questions asked of it.

Belongs here: look-ups over already validated models. Keep out: validation (`laws`), file reading
(`loader`), anything about where bytes live or how rules run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from catalog_specs.errors import CatalogLookupError
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
from catalog_specs.suggestion import did_you_mean

__all__ = ["Catalog"]


@dataclass(frozen=True)
class Catalog:
    """A city's catalogue that passed every law; all mappings keep file order.

    `resources` is keyed by `<department>/<resource>`, everything else by its code.
    `digest` is the SHA-256 of all catalogue files, so that a stored verdict can name its rules.
    """

    root: Path
    city: CatalogFile
    profile: Profile
    departments: Mapping[str, Department]
    subjects: Mapping[str, Subject]
    elements: Mapping[str, Element]
    code_lists: Mapping[str, CodeList]
    sensitivities: Mapping[str, Sensitivity]
    resources: Mapping[str, Resource]
    grants: Mapping[str, Grant]
    open_sets: Mapping[str, OpenSet]
    files: Mapping[str, str]
    """`<kind>:<key>` → file relative to root, e.g. `resources:civil_affairs/region`."""
    digest: str
    exceptions: Mapping[str, CollectionException] = field(default_factory=dict)
    """Undeclared columns that may be stored for a while (三(二))."""
    legacy: Mapping[str, LegacyExchange] = field(default_factory=dict)
    """Systems that exchange beside the platform, and how far their migration is (一(五))."""
    counties: Mapping[str, CountyFile] = field(default_factory=dict)
    """The counties whose catalogues extend this one, by short name (三(一))."""
    calendar_years: Mapping[str, CalendarYear] = field(default_factory=dict)
    """The operator's calendar by year; asked through `working_days`."""
    retired: Mapping[str, Resource] = field(default_factory=dict)
    """Resources that were retired, by `<department>/<resource>`; not among `resources`."""

    def resource(self, ref: str) -> Resource:
        """Return a resource by `<department>/<resource>`; CatalogLookupError when unknown."""
        try:
            return self.resources[ref]
        except KeyError:
            raise CatalogLookupError(
                f"no resource {ref!r}",
                where=str(self.root / "resources"),
                remedy="use <department>/<resource> as the catalogue declares it",
            ) from None

    def grant(self, code: str) -> Grant:
        """Return a grant by its code; CatalogLookupError, with the likeliest, when unknown."""
        try:
            return self.grants[code]
        except KeyError:
            raise CatalogLookupError(
                f"no grant {code!r}",
                where=str(self.root),
                remedy=did_you_mean(code, self.grants, "see `quanshu list grants`"),
            ) from None

    def county_of(self, department: str) -> str | None:
        """Return the short name of the county that declares a department; None for the city."""
        return county_in(self.files.get(f"departments:{department}", ""))

    def units_of(self, region: str) -> frozenset[str]:
        """Return the departments of a county or zone, by its division code."""
        return frozenset(one.code for one in self.departments.values() if one.region == region)

    def element_of(self, item: Item) -> Element:
        """Return the element an item is about."""
        return self.elements[item.element]

    def name_of(self, item: Item) -> str:
        """Return an item's Chinese name: its own, or its element's."""
        return item.name or self.element_of(item).name

    def owner_of(self, element: str) -> tuple[Resource, Item] | None:
        """Return the one resource and item that own an element, or None when nobody does."""
        for resource in self.resources.values():
            for item in resource.items:
                if item.element == element and item.source is None:
                    return resource, item
        return None

    def target(self, reference: str) -> tuple[Resource, Item]:
        """Resolve `<department>/<resource>.<item>` (a `source` or `references` value)."""
        ref, _, code = reference.rpartition(".")
        resource = self.resource(ref)
        return resource, resource.item(code)

    def in_order(self) -> tuple[Resource, ...]:
        """Return the resources so that each comes after those it refers to or references.

        A cycle cannot occur here: the laws refuse it (CAT code for cycles).
        """
        order: dict[str, Resource] = {}

        def visit(resource: Resource) -> None:
            if resource.ref in order:
                return
            for ref in self.upstream(resource):
                visit(self.resources[ref])
            order[resource.ref] = resource

        for resource in self.resources.values():
            visit(resource)
        return tuple(order.values())

    @staticmethod
    def upstream(resource: Resource) -> tuple[str, ...]:
        """Return the resources whose authoritative tables this one's gate and comparison read."""
        links = (link for item in resource.items for link in (item.source, item.references) if link)
        found = dict.fromkeys(link.rpartition(".")[0] for link in links)
        found |= dict.fromkeys(ref for rule in resource.quality for ref in rule.others)
        found.pop(resource.ref, None)
        return tuple(found)
