"""Differences between a stored table and the catalogue, and the meaning of each.

Belongs here: the differences as values, found from the log alone. Keep out: looking at rows and
changing anything (`evolving`), resources without a catalogue entry (`flow.upkeep.evolution`).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from catalog_specs.catalog import Catalog
from catalog_specs.errors import TableError
from catalog_specs.models.resource import Resource
from catalog_specs.rules.homes.evolution import TableDifference
from storage.delta.table_shape import Shape, authoritative_shape
from storage.delta.tables import Snapshot

__all__ = ["Difference", "differences", "require_fit"]


_SAID = {
    TableDifference.ADDED: "`{column}` is new ({wanted}); stored rows read null there",
    TableDifference.RENAMED: "`{stored}` is now called `{column}`",
    TableDifference.RETYPED: "`{column}` becomes {wanted}, and was {stored}",
    TableDifference.KEYED: "the key becomes ({wanted}), and was ({stored})",
    TableDifference.PARTITIONED: "the table is parted by {wanted}, and was by {stored}",
    TableDifference.RETIRED: "`{column}` is no longer stored here; its column goes",
    TableDifference.GONE: "`{column}` is stored, and the catalogue no longer has it",
}
_OF_WRITERS = frozenset({TableDifference.KEYED, TableDifference.PARTITIONED})
"""Differences that do not concern a reader."""


@dataclass(frozen=True)
class Difference:
    """One difference between a table and the catalogue: which column, and from what to what."""

    kind: TableDifference
    column: str
    stored: str = ""
    wanted: str = ""

    @property
    def urgent(self) -> bool:
        """Say whether the resource waits for `quanshu evolve`; a new item need not."""
        return self.kind is not TableDifference.ADDED

    @property
    def loses(self) -> bool:
        """Say whether evolving takes data away."""
        return self.kind is TableDifference.RETIRED

    def __str__(self) -> str:
        """Read as one line, without any value."""
        stored = self.stored or "not recorded"
        return _SAID[self.kind].format(column=self.column, stored=stored, wanted=self.wanted)


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
            told.append(Difference(TableDifference.ADDED, column.name, wanted=column.type))
            continue
        if was != column.name:
            told.append(Difference(TableDifference.RENAMED, column.name, was, column.name))
        if stored[was] != column.type:
            told.append(Difference(TableDifference.RETYPED, column.name, stored[was], column.type))
    told += [
        Difference(_leaving(resource, name), name)
        for name in stored
        if name not in shape.names and name not in former.values()
    ]
    return (*told, *_rekeyed(resource, found, former), *_reparted(resource, found, former))


def require_fit(
    catalog: Catalog,
    resource: Resource,
    found: Snapshot,
    items: Collection[str] | None = None,
) -> None:
    """Refuse a table that has to evolve before anything reads or writes it by today's catalogue.

    A reader of only some `items` does not depend on changes of the others.

    Raises:
        TableError: the catalogue renamed, retyped, retired or dropped a column, or changed the key.
    """
    told = [one for one in differences(catalog, resource, found) if one.urgent]
    urgent = [
        str(one)
        for one in told
        if items is None or (one.column in items and one.kind not in _OF_WRITERS)
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


def _leaving(resource: Resource, column: str) -> TableDifference:
    referred = {item.code for item in resource.referred}
    return (
        TableDifference.RETIRED
        if column in referred | resource.retired_items.keys()
        else TableDifference.GONE
    )


def _rekeyed(resource: Resource, found: Snapshot, former: dict[str, str]) -> tuple[Difference, ...]:
    recorded = {column.name for column in found.columns if column.key}
    if not recorded or recorded == {former.get(code, code) for code in resource.key}:
        return ()
    stored, wanted = ", ".join(sorted(recorded)), ", ".join(sorted(resource.key))
    return (Difference(TableDifference.KEYED, wanted, stored, wanted),)


def _reparted(
    resource: Resource, found: Snapshot, former: dict[str, str]
) -> tuple[Difference, ...]:
    asked = resource.partition
    of = "" if asked is None else asked.of
    wanted = "" if asked is None else f"{asked.by.value} of {former.get(of, of)}"
    if found.parted_by == wanted:
        return ()
    kind = TableDifference.PARTITIONED
    return (Difference(kind, of, found.parted_by or "nothing", wanted or "nothing"),)
