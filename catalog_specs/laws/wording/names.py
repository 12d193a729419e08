"""Ambiguous names: elements, view schemas, regions.

Belongs here: names that must differ as people and DuckDB read them, and division codes that must
exist. Keep out: unknown mentions (`references`), keys and resource codes (`keys`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from catalog_specs.laws.law import Fault, Law
from catalog_specs.reading.counties import of_two_counties
from catalog_specs.reading.declared import Declared
from catalog_specs.suggestion import did_you_mean

__all__ = ["LAWS", "plain_name"]

RESERVED_SCHEMAS = frozenset(
    {"subjects", "quality", "code_lists", "_meta", "main", "temp", "system", "pg_catalog"}
    | {"information_schema"}
)
"""Schemas of the analysts' file that are not a department's, and those that DuckDB keeps."""
WHOLE_COUNTRY = "100000"
# The first two digits of a division's code are its province; they are numbered by region.
_GROUPS = ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71), (81, 82))
_PROVINCES = frozenset(str(n) for first, last in _GROUPS for n in range(first, last + 1))
_DIVISIONS = "GB/T 2260"


@lru_cache(maxsize=4096)  # the same few names stand in many registers
def plain_name(name: str) -> str:
    """Return a name as people compare it: without width, case, white space and punctuation."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return re.sub(r"[\W_]", "", folded)


def _one_name(declared: Declared) -> Iterator[Fault]:
    seen: dict[tuple[str, str], list[str]] = {}
    for element in declared.elements.values():
        alike = seen.setdefault((element.subject, plain_name(element.name)), [])
        first = next((one for one in alike if not _apart(declared, one, element.code)), None)
        alike.append(element.code)
        if first is None:
            continue
        place = declared.places[f"elements:{first}"]
        yield Fault(
            f"elements:{element.code}",
            "name",
            f"`{element.code}` and `{first}` (`{place.file}`{place.prefix}) are both called "
            f"{element.name}: one fact about `{element.subject}` would have two sources",
            f"use the element `{first}` and refer to its owner with `source`, or name the "
            "difference if it is another fact",
        )


def _apart(declared: Declared, one: str, other: str) -> bool:
    """Say whether two elements are facts of two counties, each about its own area."""
    return of_two_counties(*(declared.county_of(f"elements:{code}") for code in (one, other)))


def _schemas(declared: Declared) -> Iterator[Fault]:
    for department in declared.departments.values():
        if department.code.casefold() in RESERVED_SCHEMAS:
            yield Fault(
                f"departments:{department.code}",
                "code",
                f"`{department.code}` is the name of a schema that the views keep for themselves",
                "give the department another code",
            )


def _regions(declared: Declared) -> Iterator[Fault]:
    city = declared.city
    if city is not None and not _is_division(city.region):
        yield Fault(
            "catalog:city",
            "region",
            f"`{city.region}` is no division code of {_DIVISIONS}",
            "write the six digits of the city's division",
        )
    known = _listed(declared)
    below = "" if city is None or city.region == WHOLE_COUNTRY else _stem(city.region)
    for at, region in _placed(declared):
        if not _is_division(region) or not region.startswith(below):
            message = f"`{region}` is no division of {_DIVISIONS} within the city's region"
            yield Fault(at, "region", message, "write the division code of the county or zone")
        elif known and region not in known:
            message = f"`{region}` is in no code list of {_DIVISIONS} that the catalogue declares"
            remedy = did_you_mean(region, tuple(sorted(known)), "write a code of that list")
            yield Fault(at, "region", message, remedy)


def _placed(declared: Declared) -> Iterator[tuple[str, str]]:
    """Yield where a county or zone is named, and its division code."""
    for county in declared.counties.values():
        yield f"counties:{county.catalog}", county.region
    for department in declared.departments.values():
        if department.region is not None:
            yield f"departments:{department.code}", department.region


def _is_division(region: str) -> bool:
    if region == WHOLE_COUNTRY:
        return True
    return re.fullmatch(r"[0-9]{6}", region) is not None and region[:2] in _PROVINCES


def _stem(region: str) -> str:
    """Return the digits that every division below a division begins with."""
    while region.endswith("00"):
        region = region.removesuffix("00")
    return region


def _listed(declared: Declared) -> frozenset[str]:
    """Return every division code that the catalogue's own lists of the standard hold."""
    lists = declared.code_lists.values()
    of_standard = (one for one in lists if (one.standard or "").startswith(_DIVISIONS))
    return frozenset(code for one in of_standard for code in one.values)


LAWS = (
    Law(
        "CAT-032",
        "同一主体的数据元不得同名",
        "two elements of one subject have different names, read without width and punctuation; "
        "two counties may each have one of the same name, for its own area",
        "三(一)",
        "use the one element and refer to its owner, or name the difference",
        _one_name,
    ),
    Law(
        "CAT-033",
        "部门代码不得占用视图保留名称",
        "a department's code is no schema that the analysts' file keeps for itself",
        "",
        "give the department another code",
        _schemas,
    ),
    Law(
        "CAT-034",
        "行政区划代码必须存在",
        "the city's, every county's and every department's region is a division of GB/T 2260, "
        "within the city, and in the catalogue's own list where it declares one",
        "一(四)",
        "write the six digits of the division",
        _regions,
    ),
)
