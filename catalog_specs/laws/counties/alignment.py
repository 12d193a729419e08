"""Alignment of county catalogues with the city's (三(一)): what they extend, regions, codes.

Belongs here: whether a county's catalogue fits its city and its own division. Keep out: what its
codes may be called (`namespaces`), whether a division exists (`wording.names`).
"""

from __future__ import annotations

from collections.abc import Iterator

from catalog_specs.laws.law import Fault, Law, resource_at
from catalog_specs.models.city import CountyFile
from catalog_specs.reading.declared import Declared
from catalog_specs.vocabulary import OrgLevel

__all__ = ["LAWS"]


def _extends(declared: Declared) -> Iterator[Fault]:
    seen: dict[str, str] = {}
    for county in declared.counties.values():
        at = f"counties:{county.catalog}"
        city = declared.city
        if city is not None and county.extends != city.catalog:
            message = f"it extends `{county.extends}`, but lies in the catalogue `{city.catalog}`"
            yield Fault(at, "extends", message, f"write `extends: {city.catalog}`")
        first = seen.setdefault(county.region, county.catalog)
        if first != county.catalog:
            message = f"the division `{county.region}` already has the catalogue `{first}`"
            yield Fault(at, "region", message, "keep one catalogue for a county or zone")
        elsewhere = declared.county_of(f"departments:{county.authority}") != county.catalog
        if county.authority in declared.departments and elsewhere:
            yield Fault(
                at,
                "authority",
                f"`{county.authority}` is no department of this county",
                f"name the department in `counties/{county.catalog}/departments/` that manages "
                "the county's data",
            )


def _own_division(declared: Declared) -> Iterator[Fault]:
    for department in declared.departments.values():
        at = f"departments:{department.code}"
        county = _county(declared, at)
        if county is not None and department.region != county.region:
            message = f"a department of `{county.catalog}` is in the division `{county.region}`"
            yield Fault(at, "region", message, f'write `region: "{county.region}"`')
        elif county is not None and department.level is OrgLevel.CITY:
            message = f"a department of `{county.catalog}` is no department of the city"
            yield Fault(at, "level", message, "write `level: county`, or `level: zone`")
    for resource in declared.resources.values():
        at = resource_at(resource.ref)
        county = _county(declared, at)
        if county is not None and county.region not in resource.code.split("-"):
            yield Fault(
                at,
                "code",
                f"the 信息资源代码 `{resource.code}` does not carry the county's division code",
                f"write it as `<unit>-{county.region}-<number>`",
            )


def _own_folder(declared: Declared) -> Iterator[Fault]:
    with_catalogue = {one.region: one.catalog for one in declared.counties.values()}
    for department in declared.departments.values():
        at = f"departments:{department.code}"
        county = with_catalogue.get(department.region or "")
        if county is not None and declared.county_of(at) is None:
            yield Fault(
                at,
                "region",
                f"the county `{county}` has a catalogue of its own, and this department is outside",
                f"move the file to `counties/{county}/departments/`",
            )
    for at, path, code in _declared_for(declared):
        if code not in declared.departments:
            continue
        here, there = declared.county_of(at), declared.county_of(f"departments:{code}")
        if here != there:
            yield Fault(
                at,
                path,
                f"`{code}` is a department of {_whose(there)}, this file lies with {_whose(here)}",
                f"move the file to the folder of its kind in {_folder(there)}",
            )


def _declared_for(declared: Declared) -> Iterator[tuple[str, str, str]]:
    """Yield where something is declared, the path of its department, and the department."""
    for resource in declared.resources.values():
        yield resource_at(resource.ref), "provider", resource.provider
    for grant in declared.grants.values():
        yield f"grants:{grant.code}", "consumer", grant.consumer
    for opened in declared.open_sets.values():
        yield f"open_sets:{opened.code}", "resource", opened.resource.partition("/")[0]
    for legacy in declared.legacy.values():
        yield f"legacy:{legacy.code}", "owner", legacy.owner
    for one in declared.exceptions.values():
        yield f"exceptions:{one.code}", "resource", one.resource.partition("/")[0]


def _county(declared: Declared, at: str) -> CountyFile | None:
    return declared.counties.get(declared.county_of(at) or "")


def _whose(county: str | None) -> str:
    return "the city" if county is None else f"the county `{county}`"


def _folder(county: str | None) -> str:
    return "the city's catalogue" if county is None else f"`counties/{county}/`"


LAWS = (
    Law(
        "CAT-060",
        "县级目录须扩展本市目录",
        "a county's catalogue extends the city's that it lies in; a division has one, and one of "
        "its own departments manages its data",
        "一(五)",
        "name the city's catalogue, the county's own division and its own department",
        _extends,
    ),
    Law(
        "CAT-061",
        "县级目录的代码须与市级目录衔接",
        "departments and resource codes of a county carry its division code",
        "三(一)",
        "write the county's division code",
        _own_division,
    ),
    Law(
        "CAT-062",
        "县级单位的声明须在本县目录中",
        "what a county's department provides, asks for, opens or migrates is declared in the "
        "county's own catalogue, and nothing of others is",
        "三(一)",
        "move the file to the catalogue of its department",
        _own_folder,
    ),
)
