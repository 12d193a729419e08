"""Both sides of a mismatch: record and row of the source, where each is from, and its value.

Belongs here: reading both from landing again. Keep out: finding mismatches
(`quality.reconciliation`), who may see them and what is entered first (`cli.access`), printing.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from authoritative.lineage import Place, place_of
from catalog_specs.catalog import Catalog
from register.bundles import landed_file
from register.mismatches import Mismatch
from register.receipts import read_receipt
from storage.engines.connection import Connection
from storage.engines.workbench import Limits, open_workbench
from storage.layout import Layout
from storage.sql import identifier
from values.typed import feed_sql

__all__ = ["BothSides", "Side", "both_sides"]


@dataclass(frozen=True)
class Side:
    """One side: what was delivered, by whom, where, and the value that it has."""

    department: str
    resource: str
    item: str
    name: str
    place: Place
    value: str | None


@dataclass(frozen=True)
class BothSides:
    """One mismatch with both its sides; the source's is None where it has no such row."""

    mismatch: Mismatch
    mine: Side
    theirs: Side | None

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        return asdict(self)


def both_sides(layout: Layout, catalog: Catalog, one: Mismatch, limits: Limits) -> BothSides:
    """Read both sides of a mismatch from landing, as today's catalogue types them.

    It returns values: whoever calls it has entered the access before.
    """
    owner, source = catalog.target(one.source)
    with open_workbench(layout.work, limits) as con:
        reader = _Reader(con, layout, catalog)
        mine = reader.side(one.resource, one.item, one.delivery, one.row)
        theirs = None
        if one.source_delivery is not None and one.source_row is not None:
            theirs = reader.side(owner.ref, source.code, one.source_delivery, one.source_row)
    return BothSides(one, mine, theirs)


@dataclass(frozen=True)
class _Reader:
    con: Connection
    layout: Layout
    catalog: Catalog

    def side(self, ref: str, item: str, name: str, row: int) -> Side:
        """Read one record's value."""
        resource = self.catalog.resource(ref)
        delivery = read_receipt(self.layout.receipt(ref, name))
        rows = landed_file(self.layout, delivery)
        typed = feed_sql(self.catalog, resource, rows, delivery.read_as)
        query = f"SELECT CAST({identifier(item)} AS VARCHAR) FROM ({typed}) WHERE _row = ?"
        (value,) = self.con.execute(query, [row]).fetchone() or (None,)
        return Side(
            resource.provider,
            ref,
            item,
            self.catalog.name_of(resource.item(item)),
            place_of(self.con, self.layout, delivery, row),
            value,
        )
