"""Differences between a stored table and the catalogue, and the meaning of each.

Belongs here: the differences as values, told from the log alone. Keep out: looking at rows and
doing anything (`evolving`), resources without a catalogue entry (`flow.evolution`).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from catalog_specs.catalog import Catalog
from catalog_specs.errors import TableError
from catalog_specs.models.resource import Resource
from storage.delta.table_shape import Shape, authoritative_shape
from storage.delta.tables import Snapshot

__all__ = ["Difference", "Kind", "differences", "require_fit"]


class Kind(StrEnum):
    """What differs; the value is its stable code."""

    ADDED = "EVO-101"
    """The catalogue has an item more; stored rows read null there, and nothing has to be done."""
    RENAMED = "EVO-102"
    """An item has another code than its column."""
    RETYPED = "EVO-103"
    """An item has another type than its column; every stored value must fit it unchanged."""
    KEYED = "EVO-104"
    """Another key identifies a row; stored rows must be told apart by it."""
    RETIRED = "EVO-105"
    """An item is retired, or owned elsewhere by now: its column goes, on a document's authority."""
    GONE = "EVO-201"
    """A column is an item no longer, and the catalogue does not say why: refused."""


@dataclass(frozen=True)
class Difference:
    """One difference between a table and the catalogue: which column, and from what to what."""

    kind: Kind
    column: str
    stored: str = ""
    wanted: str = ""

    @property
    def urgent(self) -> bool:
        """Say whether the resource waits for `quanshu evolve`; an item more can wait itself."""
        return self.kind is not Kind.ADDED

    @property
    def loses(self) -> bool:
        """Say whether evolving takes data away."""
        return self.kind is Kind.RETIRED

    def __str__(self) -> str:
        """Read as one line, without any value."""
        match self.kind:
            case Kind.ADDED:
                return f"`{self.column}` is new ({self.wanted}); stored rows read null there"
            case Kind.RENAMED:
                return f"`{self.stored}` is called `{self.column}` by now"
            case Kind.RETYPED:
                return f"`{self.column}` becomes {self.wanted}, and was {self.stored}"
            case Kind.KEYED:
                return f"the key becomes ({self.wanted}), and was ({self.stored or 'not recorded'})"
            case Kind.RETIRED:
                return f"`{self.column}` is no longer stored here; its column goes"
            case Kind.GONE:
                return f"`{self.column}` is stored, and the catalogue no longer has it"


def differences(catalog: Catalog, resource: Resource, found: Snapshot) -> tuple[Difference, ...]:
    """Return how a resource's authoritative table differs from the catalogue; no row is read.

    A table of an earlier version has no key on record; that alone is no difference.
    """
    shape = authoritative_shape(catalog, resource)
    stored = {column.name: column.type for column in found.columns}
    former = _former(resource, stored, shape)
    told: list[Difference] = []
    for column in shape.columns:
        was = former.get(column.name, column.name)
        if was not in stored:
            told.append(Difference(Kind.ADDED, column.name, wanted=column.type))
            continue
        if was != column.name:
            told.append(Difference(Kind.RENAMED, column.name, was, column.name))
        if stored[was] != column.type:
            told.append(Difference(Kind.RETYPED, column.name, stored[was], column.type))
    told += [
        Difference(_leaving(resource, name), name)
        for name in stored
        if name not in shape.names and name not in former.values()
    ]
    return (*told, *_rekeyed(resource, found, former))


def require_fit(
    catalog: Catalog,
    resource: Resource,
    found: Snapshot,
    items: Collection[str] | None = None,
) -> None:
    """Refuse a table that has to evolve before anything reads or writes it by today's catalogue.

    Whoever reads only some `items` is not concerned by what became of the others.

    Raises:
        TableError: the catalogue renamed, retyped, retired or dropped a column, or changed the key.
    """
    told = [one for one in differences(catalog, resource, found) if one.urgent]
    urgent = [
        str(one)
        for one in told
        if items is None or (one.column in items and one.kind is not Kind.KEYED)
    ]
    if urgent:
        raise TableError(
            f"the table is as an earlier catalogue asked: {'; '.join(urgent)}",
            where=resource.ref,
            remedy="look at it with `quanshu check --against HOME`, then run `quanshu evolve`; "
            "until then this resource waits, and nothing is lost",
        )


def _former(resource: Resource, stored: dict[str, str], shape: Shape) -> dict[str, str]:
    """Return item → the column that holds it under the code it had before."""
    return {
        item.code: item.formerly
        for item in resource.stored
        if item.formerly in stored and item.code not in stored and item.formerly not in shape.names
    }


def _leaving(resource: Resource, column: str) -> Kind:
    referred = {item.code for item in resource.referred}
    return Kind.RETIRED if column in referred | resource.retired_items.keys() else Kind.GONE


def _rekeyed(resource: Resource, found: Snapshot, former: dict[str, str]) -> tuple[Difference, ...]:
    recorded = {column.name for column in found.columns if column.key}
    if not recorded or recorded == {former.get(code, code) for code in resource.key}:
        return ()
    stored, wanted = ", ".join(sorted(recorded)), ", ".join(sorted(resource.key))
    return (Difference(Kind.KEYED, wanted, stored, wanted),)
