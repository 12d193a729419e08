"""Names of departments, counties and resources on the command line, in full or in short.

Belongs here: these look-ups. Keep out: options (`options`), printing (`console`).
"""

from __future__ import annotations

from typing import Annotated

import typer

from catalog_specs.catalog import Catalog
from catalog_specs.errors import CatalogLookupError
from catalog_specs.suggestion import did_you_mean

__all__ = [
    "RegionOption",
    "ResourceArgument",
    "meant_departments",
    "require_department",
    "resource_ref",
]

ResourceArgument = Annotated[
    str, typer.Argument(help="DEPARTMENT/RESOURCE, or RESOURCE where only one is called so.")
]
RegionOption = Annotated[
    str | None,
    typer.Option("--region", help="Only of the units of this county or zone: its division code."),
]


def meant_departments(
    catalog: Catalog, department: str | None, region: str | None
) -> frozenset[str]:
    """Return the departments that are meant by both options together: all, where none is given.

    CatalogLookupError for a department that is not there, and for a division without any.
    """
    if department is not None:
        require_department(catalog, department)
    if region is not None and not catalog.units_of(region):
        known = {one.region for one in catalog.departments.values() if one.region}
        raise CatalogLookupError(
            f"no department is in the division {region!r}",
            where=str(catalog.root),
            remedy=did_you_mean(region, known, "see `quanshu list departments --wide`"),
        )
    within = catalog.departments if region is None else catalog.units_of(region)
    return frozenset(one for one in within if department in {None, one})


def require_department(catalog: Catalog, code: str) -> None:
    """Refuse a department that is not in the catalogue: CatalogLookupError names the likeliest."""
    if code not in catalog.departments:
        raise CatalogLookupError(
            f"no department {code!r}",
            where=str(catalog.root),
            remedy=did_you_mean(code, catalog.departments, "see `quanshu list departments`"),
        )


def resource_ref(catalog: Catalog, name: str) -> str:
    """Return the one resource meant; CatalogLookupError when there is none, or several."""
    plain = name.replace(".", "/")  # as views name them
    found = [ref for ref in catalog.resources if plain in (ref, ref.partition("/")[2])]
    if len(found) == 1:
        return found[0]
    known = [word for ref in catalog.resources for word in (ref, ref.partition("/")[2])]
    raise CatalogLookupError(
        f"{len(found) or 'no'} resources are called {name!r}",
        where=str(catalog.root),
        remedy=f"use one of {', '.join(found)}"
        if found
        else did_you_mean(plain, known, "`quanshu list resources` names them all"),
    )
