"""Links: which item a referred item repeats, and how a record finds its row in the source.

Belongs here: that, from the catalogue alone. Keep out: comparing (`comparing`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from catalog_specs.catalog import Catalog
from catalog_specs.models.resource import Item, Resource
from quality.rules.divisions.successions import successions
from storage.delta.table_shape import LINEAGE, Column, authoritative_shape

__all__ = ["Link", "links", "referring"]


@dataclass(frozen=True)
class Link:
    """A referred item, the item it refers to, and how a record finds its row in the source."""

    item: Item
    source: Item
    owner: Resource
    on: tuple[tuple[str, str], ...]
    """Pairs of (this resource's item, the source's key item); empty when it cannot be found."""
    columns: tuple[Column, ...]
    """What is read of the source's table."""
    type: str
    """The type both values are kept in."""
    divisions: bool = False
    """Whether the values are codes of administrative divisions, which follow one another."""

    @property
    def existence_only(self) -> bool:
        """Say whether finding the row already compares the value: it is part of the join."""
        return (self.item.code, self.source.code) in self.on


def links(catalog: Catalog, resource: Resource) -> Iterator[Link]:
    """Yield the link of every referred item of a resource, in the catalogue's order."""
    for item in resource.items:
        if item.source is not None:
            yield _link(catalog, resource, item)


def referring(catalog: Catalog) -> Iterator[Resource]:
    """Yield the resources that have referred items, in the order in which data travels."""
    for resource in catalog.in_order():
        if any(item.source is not None for item in resource.items):
            yield resource


def _link(catalog: Catalog, resource: Resource, item: Item) -> Link:
    owner, source = catalog.target(item.source or "")
    pairs = [(_carrier(resource, item, owner.item(code)), code) for code in owner.key]
    wanted = {*owner.key, source.code}
    shape = {column.name: column for column in authoritative_shape(catalog, owner).columns}
    comparable = wanted <= shape.keys() and all(mine for mine, _ in pairs)
    on = tuple((mine.code, code) for mine, code in pairs if mine) if comparable else ()
    columns = tuple(one for name, one in shape.items() if name in {*wanted, *LINEAGE})
    kept = shape[source.code].type if source.code in shape else ""
    return Link(item, source, owner, on, columns, kept, _of_divisions(catalog, item))


def _of_divisions(catalog: Catalog, item: Item) -> bool:
    """Say whether the list of an item's codes has one that ever followed another division's."""
    listed = catalog.code_lists.get(catalog.element_of(item).code_list or "")
    known = {code for pair in successions() for code in pair} if listed else set()
    return listed is not None and any(code[:6] in known for code in listed.values)


def _carrier(resource: Resource, item: Item, key: Item) -> Item | None:
    """Return the item of the resource that holds the element of a source's key item."""
    if item.element == key.element:
        return item
    same = [one for one in resource.items if one.element == key.element]
    return next((one for one in same if one.code in resource.key), same[0] if same else None)
