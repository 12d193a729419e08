"""The source of a fact: from the name of a data element to the table and column that own it.

Belongs here: that one question, asked of the catalogue. Keep out: opening any table.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from catalog_specs.catalog import Catalog
from catalog_specs.errors import CatalogLookupError
from catalog_specs.reading.counties import COUNTIES, county_in
from catalog_specs.suggestion import one_of

__all__ = ["Source", "where"]


@dataclass(frozen=True)
class Source:
    """The one source of a fact: the element, who owns it, and where to read it."""

    element: str
    name: str
    resource: str
    """`<department>/<resource>`."""
    resource_name: str
    item: str
    """Item code, which is the column's name in every table and view."""
    department: str
    """The department's Chinese name."""
    view: str
    """View in views/city.duckdb, as `<schema>.<view>`."""

    def as_dict(self) -> dict[str, str]:
        """Return the JSON shape."""
        return asdict(self)


def where(catalog: Catalog, name: str) -> Source:
    """Answer which table and column own a fact (一数一源).

    Args:
        catalog: the city's catalogue.
        name: an element's code or Chinese name, the name its owner gives the item, or the column
            of a view: `department.resource.item`, `resource.item`, or the item's code alone where
            only one resource has it.

    Raises:
        CatalogLookupError: nothing is called so (the remedy names what is called alike), several
            counties have such a fact (the remedy names each), or no resource owns the element.
    """
    wanted = name.strip()
    code = _names(catalog).get(wanted) or _names(catalog).get(wanted.lower())
    if code is None:
        raise CatalogLookupError(
            f"no data element is called {wanted!r}",
            where=str(catalog.root / "elements"),
            remedy=_suggestion(wanted, _names(catalog)),
        )
    _refuse_counties(catalog, wanted)
    owner = catalog.owner_of(code)
    if owner is None:
        raise CatalogLookupError(
            f"no resource owns the element {code!r}",
            where=str(catalog.root / "resources"),
            remedy="let exactly one resource have an item of this element without `source`",
        )
    resource, item = owner
    return Source(
        element=code,
        name=catalog.elements[code].name,
        resource=resource.ref,
        resource_name=resource.name,
        item=item.code,
        department=catalog.departments[resource.provider].name,
        view=f"{resource.provider}.{resource.resource}",
    )


def _refuse_counties(catalog: Catalog, wanted: str) -> None:
    """Refuse a name that several counties gave to a fact, each about its own area."""
    called = [code for code, one in catalog.elements.items() if one.name == wanted]
    whose = {code: county_in(catalog.files.get(f"elements:{code}", "")) for code in called}
    if len(called) > 1 and all(whose.values()):
        raise CatalogLookupError(
            f"{len(called)} counties have a fact called {wanted!r}, each for its own area",
            where=str(catalog.root / COUNTIES),
            remedy=f"ask by its code: {one_of(called)}",
        )


def _names(catalog: Catalog) -> dict[str, str]:
    """Return every name an element goes by → its code; a code wins over a name."""
    names = _columns(catalog)
    for resource in catalog.resources.values():
        for item in resource.items:
            if item.source is None and item.name:
                names[item.name] = item.element
    names |= {element.name: code for code, element in catalog.elements.items()}
    return names | {code: code for code in catalog.elements}


def _columns(catalog: Catalog) -> dict[str, str]:
    """Return every column as views show it → its element; the short ones where they are alone."""
    names: dict[str, str] = {}
    short: dict[str, set[str]] = {}
    for resource in catalog.resources.values():
        view = f"{resource.provider}.{resource.resource}"
        for item in resource.items:
            names |= {f"{at}.{item.code}": item.element for at in (view, resource.ref)}
            for way in (
                item.code,
                f"{resource.resource}.{item.code}",
                f"{resource.resource}_{item.code}",
                f"{resource.provider}_{resource.resource}_{item.code}",
            ):
                short.setdefault(way, set()).add(item.element)
    return names | {way: min(found) for way, found in short.items() if len(found) == 1}


def _suggestion(wanted: str, names: Iterable[str]) -> str:
    known = list(names)
    alike = difflib.get_close_matches(wanted, known, n=3, cutoff=0.5)
    within = [name for name in known if wanted and (wanted in name or name in wanted)]
    found = list(dict.fromkeys((*alike, *within)))[:3]
    if found:
        return f"did you mean {', '.join(found)}?"
    return "use an element's code or Chinese name as elements/ declares it"
