"""③ Duplicate collection by name: one fact under two elements, owned by two departments.

Two owned items of one subject, of different elements and departments, are suspected when they are
called the same somewhere: by their element, by the resource, or by the header of the feed; or when
both are the number of one system of identity. So is an undeclared header that is called like what
another department is the source of. What two counties keep is not: their areas do not overlap.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from catalog_specs.catalog import Catalog
from catalog_specs.laws.wording.names import plain_name
from catalog_specs.models.resource import Item, Resource
from catalog_specs.reading.counties import of_two_counties
from catalog_specs.rules.violations import Confidence, ViolationKind
from governance.violations.detector import Detector, Suspicion
from governance.violations.facts import Facts

__all__ = ["DETECTOR", "duplicates"]

GENERIC = frozenset(
    {"名称", "编号", "代码", "状态", "类型", "类别", "等级", "日期", "时间", "年度", "备注", "序号"}
)
"""Names that say too little: every resource has one."""


@dataclass(frozen=True)
class _Owned:
    resource: Resource
    item: Item

    @property
    def place(self) -> str:
        return f"{self.resource.ref}.{self.item.code}"


def duplicates(catalog: Catalog) -> tuple[tuple[str, str, str], ...]:
    """Return pairs of owned items that one name makes one fact, and that name, in order.

    An item is written `<department>/<resource>.<item>`; the first of two is the one declared first.
    """
    found: dict[tuple[str, str], str] = {}
    for (_, name), owners in _by_name(catalog).items():
        for place, second in enumerate(owners):
            for first in owners[:place]:
                if _apart(catalog, first, second):
                    found.setdefault((first.place, second.place), name)
    return tuple((*pair, name) for pair, name in sorted(found.items()))


def _detect(facts: Facts) -> Iterator[Suspicion]:
    for first, second, name in duplicates(facts.catalog):
        ref = second.rpartition(".")[0]
        yield Suspicion(
            ViolationKind.DUPLICATE,
            facts.department(ref),
            ref,
            f"name:{first}={second}",
            f"与 {first} 同名，可能重复采集",
            f"called like {first}: it may be collected twice",
            Confidence.MEDIUM,
            evidence={"source": first, "item": second, "name": name},
        )
    known = _by_name(facts.catalog)
    for one in facts.outside:
        resource = facts.catalog.resources[one.resource]
        owners = [
            owner
            for owner in known.get((resource.subject, plain_name(one.header)), [])
            if not _elsewhere(facts.catalog, owner.resource, resource)
        ]
        for owner in owners[:1]:
            if owner.resource.provider != resource.provider:
                yield Suspicion(
                    ViolationKind.DUPLICATE,
                    resource.provider,
                    resource.ref,
                    f"header:{one.header}",
                    f"目录外的列与 {owner.place} 同名，可通过共享获得",
                    f"an undeclared column is called like {owner.place}, which can be shared",
                    Confidence.LOW,
                    evidence={"header": one.header, "source": owner.place, "newest": one.newest},
                )


def _by_name(catalog: Catalog) -> Mapping[tuple[str, str], list[_Owned]]:
    """Return subject and name → the owned items that are called so."""
    found: dict[tuple[str, str], list[_Owned]] = defaultdict(list)
    for resource in catalog.resources.values():
        headers: dict[str, list[str]] = defaultdict(list)
        for header, code in resource.feed.columns.items():
            headers[code].append(header)
        for item in resource.items:
            if item.source is None and item.references is None:
                element = catalog.element_of(item)
                called = (element.name, item.name or "", *headers[item.code])
                plain = {plain_name(one) for one in called} - GENERIC - {""}
                if element.check is not None:
                    plain.add(f"check:{element.check.value}")  # no plain name has a colon
                for name in sorted(plain):
                    found[element.subject, name].append(_Owned(resource, item))
    return found


def _apart(catalog: Catalog, first: _Owned, second: _Owned) -> bool:
    """Say whether two items are of different departments and, so says the catalogue, facts."""
    return (
        first.resource.provider != second.resource.provider
        and first.item.element != second.item.element
        and not _elsewhere(catalog, first.resource, second.resource)
    )


def _elsewhere(catalog: Catalog, one: Resource, other: Resource) -> bool:
    """Say whether two resources are of two counties, each with its own area."""
    return of_two_counties(catalog.county_of(one.provider), catalog.county_of(other.provider))


DETECTOR = Detector(
    kind=ViolationKind.DUPLICATE,
    title="同名重复采集",
    title_en="collected twice under one name",
    detect=_detect,
)
