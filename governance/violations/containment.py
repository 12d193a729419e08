"""Containment of values: how much of one item's values another department's item holds as well.

Belongs here: sampling, comparing, counting, all inside the engine. Keep out: what follows from it
(`governance.violations.detectors.duplicate_values`), when it is done (`flow`).
Of each item at most `SAMPLE` different values are drawn, by a keyed hash that has nothing to do
with their order; then every other department's items are looked through for just these. Values
become keyed hashes in the engine's own working folder, and of those only counts come back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from catalog_specs.catalog import Catalog
from catalog_specs.models.resource import Item, Resource
from catalog_specs.vocabulary import ItemType
from governance.keys import KeyRing
from governance.violations.facts import Overlap
from storage.delta.tables import Snapshot, glance
from storage.engines.connection import Connection
from storage.layout import Layout
from storage.sql import identifier, literal

__all__ = ["SAMPLE", "comparable", "overlaps"]

SAMPLE = 1_024
"""Different values that are drawn of one item."""
_DRAWN_FROM = 64 * SAMPLE
"""Rows from which on only a part of them is looked at: sorting all would need memory for all."""
_AT_A_TIME = 16
"""Items that one query reads: each may have to sort what is drawn from, within the memory given."""
_MOST = 2**64 - 1


@dataclass(frozen=True)
class _Held:
    """One item's column, as it is stored."""

    number: int
    resource: Resource
    item: Item
    found: Snapshot

    @property
    def sql(self) -> str:
        """Return a query of the item's number and department, what is looked at, and its values."""
        name = identifier(self.item.code)
        return (
            f"SELECT {self.number} AS n, {literal(self.resource.provider)} AS department, "
            f"{self._most}::UBIGINT AS most, trim({name}) AS v "
            f"FROM {self.found.scan_sql()} WHERE trim({name}) <> ''"
        )

    @property
    def _most(self) -> int:
        """The hash up to which values may be drawn, so that few enough are sorted."""
        rows = self.found.rows()
        return _MOST if rows <= _DRAWN_FROM else _MOST * _DRAWN_FROM // rows


def comparable(layout: Layout, catalog: Catalog) -> bool:
    """Say whether two departments at least have values enough to be compared."""
    return len({one.resource.provider for one in _held(layout, catalog)}) > 1


def overlaps(
    con: Connection, layout: Layout, catalog: Catalog, keys: KeyRing
) -> tuple[Overlap, ...]:
    """Return every pair of items of two departments whose sampled values meet, in order.

    Texts alone take part that are owned, closed by no code list, and no key of another resource:
    of any other values many are alike by their nature.

    Raises:
        SettingsError: there is no master key.
    """
    key = keys.derive("violations:containment").secret
    secret, seed = key.hex(), int.from_bytes(key[:8], "big")
    held = tuple(_held(layout, catalog))
    con.execute(
        "CREATE OR REPLACE TEMP TABLE _drawn (n INTEGER, department VARCHAR, r UBIGINT, h VARCHAR)"
    )
    con.execute("CREATE OR REPLACE TEMP TABLE _met (n INTEGER, other INTEGER, r UBIGINT)")
    for values in _together(held):
        con.execute(_DRAW.format(values=values), [secret, seed, SAMPLE])
    for values in _together(held):
        con.execute(_MEET.format(values=values), [seed, secret])
    counted = con.execute(_COUNT).fetchall()
    for name in ("_drawn", "_met"):
        con.execute(f"DROP TABLE {name}")
    return tuple(_overlaps(held, counted))


def _together(held: Sequence[_Held]) -> Iterator[str]:
    """Yield the values of several items at a time as one query, which all cores share."""
    for first in range(0, len(held), _AT_A_TIME):
        yield " UNION ALL ".join(one.sql for one in held[first : first + _AT_A_TIME])


_DRAW = """
    INSERT INTO _drawn
    SELECT n, department, r, sha256(? || v) FROM (
        SELECT DISTINCT n, department, v, r
        FROM (SELECT *, hash(v, CAST(? AS UBIGINT)) AS r FROM ({values})) WHERE r <= most)
    QUALIFY row_number() OVER (PARTITION BY n ORDER BY r) <= ?"""
# of millions of values the engine's own hash finds the few that may be meant; only of these, which
# are kept apart first so that nothing is hashed twice, the keyed one is worked out
_MEET = """
    INSERT INTO _met
    WITH near AS MATERIALIZED (
        SELECT DISTINCT d.n, theirs.n AS other, r, h, v
        FROM (SELECT *, hash(v, CAST(? AS UBIGINT)) AS mine FROM ({values})) theirs
        JOIN _drawn d ON mine = r AND d.department <> theirs.department)
    SELECT DISTINCT n, other, r FROM near WHERE sha256(? || v) = h"""
_COUNT = """
    SELECT n, other, (SELECT count(*) FROM _drawn d WHERE d.n = m.n), count(*)
    FROM _met m GROUP BY n, other ORDER BY n, other"""


def _held(layout: Layout, catalog: Catalog) -> Iterator[_Held]:
    number = 0
    for resource in catalog.resources.values():
        items = [one for one in resource.stored if _takes_part(catalog, one)]
        found = glance(layout.authoritative(resource.ref)) if items else None
        if found is not None and found.rows() < catalog.profile.supervision.least_values.value:
            continue  # so few values say nothing
        stored = {column.name: column.type for column in found.columns} if found else {}
        for item in items:
            # a column that waits for `quanshu evolve` may be missing, or of another type
            if found and stored.get(item.code) == "VARCHAR":
                yield _Held(number, resource, item, found)
                number += 1


def _takes_part(catalog: Catalog, item: Item) -> bool:
    element = catalog.element_of(item)
    return (
        item.source is None
        and item.references is None
        and element.type is ItemType.STRING
        and element.code_list is None
    )


def _overlaps(
    held: tuple[_Held, ...], counted: Iterable[tuple[int, int, int, int]]
) -> Iterator[Overlap]:
    for n, other, sampled, shared in counted:
        mine, theirs = held[n], held[other]
        yield Overlap(
            mine.resource.ref,
            mine.item.code,
            theirs.resource.ref,
            theirs.item.code,
            sampled,
            shared,
            (mine.found.version, theirs.found.version),
        )
