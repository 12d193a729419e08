"""Namespaces of counties (一(五)、三(一)): what a county calls its own, and which facts it may own.

Belongs here: prefixes of codes, and elements that a county's resources own. Keep out: one owner
for each element (`sources.ownership`), names that read alike (`wording.names`).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations

from catalog_specs.laws.law import Fault, Law, resource_at
from catalog_specs.reading.declared import Declared

__all__ = ["LAWS"]

_NAMED = ("departments", "elements")
"""Kinds that other files and paths name. A resource is named by its department; grants, open sets
and exceptions are named by nobody: it is enough that their codes are unique, so that what a city
kept for its counties moves to them without a new code."""


def _namespaces(declared: Declared) -> Iterator[Fault]:
    for one, other in permutations(declared.counties, 2):
        if one.startswith(f"{other}_"):
            message = f"`{one}` lies in the namespace of the county `{other}`"
            yield Fault(f"counties:{one}", "catalog", message, "give the county another short name")
            return  # what lies in both namespaces would be reported over and over
    for kind in _NAMED:
        for code in getattr(declared, kind):
            at = f"{kind}:{code}"
            fault = _misnamed(declared, at, code)
            if fault is not None:
                yield Fault(at, "code", *fault)


def _misnamed(declared: Declared, at: str, code: str) -> tuple[str, str] | None:
    """Return what is wrong with a code in its folder, and what to do; None for nothing."""
    county = declared.county_of(at)
    if county is not None:
        wanted = f"`{county}` or begin with `{county}_`"
        if not _within(code, county):
            return f"`{code}` is outside the county's namespace", f"let the code be {wanted}"
        return None
    taken = next((one for one in declared.counties if _within(code, one)), None)
    if taken is None:
        return None
    message = f"`{code}` lies in the namespace of the county `{taken}`, but the city declares it"
    return message, f"move it to `counties/{taken}/`, or give it another code"


def _within(code: str, county: str) -> bool:
    return code == county or code.startswith(f"{county}_")


def _own_elements(declared: Declared) -> Iterator[Fault]:
    for resource in declared.resources.values():
        county = declared.county_of(resource_at(resource.ref))
        for index, item in enumerate(resource.items):
            at = f"elements:{item.element}"
            if item.source is not None or at not in declared.places:
                continue
            owner = declared.county_of(at)
            if owner == county:
                continue
            yield Fault(
                resource_at(resource.ref),
                f"items[{index}].element",
                _whose_fact(item.element, owner),
                "refer to its owner with `source`, deliver the county's records to the one "
                f"resource of the city, or declare an element `{county}_…` for the county's area"
                if county is not None and owner is None
                else "refer to its owner with `source`",
            )


def _whose_fact(element: str, owner: str | None) -> str:
    if owner is None:
        return f"`{element}` is a fact of the whole city: a county holds only its own area of it"
    return f"`{element}` is a fact of the county `{owner}`: only its own departments own it"


LAWS = (
    Law(
        "CAT-063",
        "县级代码须在本县命名空间内",
        "codes of a county's departments and elements are the county's short name or begin with "
        "it and `_`; no others do",
        "一(五)",
        "begin the code with the short name of the county that declares it",
        _namespaces,
    ),
    Law(
        "CAT-064",
        "县级资源只拥有本县数据元",
        "a county's resources own elements of the county alone, and nobody else owns those",
        "三(一)",
        "refer to the owner, deliver to the city's one resource, or declare an element of the "
        "county's own",
        _own_elements,
    ),
)
