"""The queries of a comparison: one join for each source, and what it leaves.

Belongs here: SQL as text, and the records it is about. Keep out: running it (`comparing`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from catalog_specs.rules.mismatches import MismatchPattern
from quality.reconciliation.links import Link
from quality.reconciliation.patterns import pattern_sql
from register.comparisons import Scope
from storage.delta.tables import Snapshot
from storage.engines.connection import Connection
from storage.sql import identifier, literal

__all__ = [
    "DIFFERING",
    "FOUND",
    "FOUND_COLUMNS",
    "Records",
    "Span",
    "counting",
    "counts",
    "joined",
    "parted",
]

FOUND = "_mismatches"
"""The relation of all that differs."""
FOUND_COLUMNS = (
    "_place BIGINT, _record BIGINT, _delivery VARCHAR, _row BIGINT, item VARCHAR, pattern VARCHAR"
)
"""The record by its place and number, the source's row by its delivery and number, and how."""
DIFFERING = "_differing"
"""The relation of the records of which any item differs."""


@dataclass(frozen=True)
class Span:
    """The deliveries of one comparison, and the place that its records count in."""

    place: int
    newest: str
    oldest: str


@dataclass(frozen=True)
class Records:
    """Records to compare: `sql` has `_place`, `_record`, and the items that links ask for.

    `places` are the deliveries by `_place`; each has a comparison of its own, or one is of all.
    """

    con: Connection
    sql: str
    places: tuple[str, ...]
    scope: Scope
    together: bool = False

    @property
    def group(self) -> str:
        """Return the SQL of the place whose comparison a record counts in."""
        return str(len(self.places) - 1) if self.together else "_place"

    @property
    def spans(self) -> tuple[Span, ...]:
        """Return which deliveries each comparison is of."""
        if self.together:
            return (Span(len(self.places) - 1, self.places[-1], self.places[0]),)
        return tuple(Span(place, name, name) for place, name in enumerate(self.places))


def counting(alike: Sequence[Link], records: Records) -> str:
    """Count by place the records that take part, one column for each item."""
    given = ", ".join(f"count({identifier(one.item.code)})" for one in alike)
    return f"SELECT {records.group}, {given} FROM {records.sql} n WHERE {_keyed(alike)} GROUP BY 1"


def joined(alike: Sequence[Link], source: Snapshot, records: Records) -> str:
    """Select the records of which any item differs, with a pattern for each that does."""
    columns = {column.name: column for one in alike for column in one.columns}
    rows = f"(SELECT *, TRUE AS _here FROM {source.select_sql(tuple(columns.values()))})"
    on = " AND ".join(f"n.{identifier(a)} = o.{identifier(b)}" for a, b in alike[0].on)
    patterns = ", ".join(f"{_pattern(one)} AS p{n}" for n, one in enumerate(alike))
    some = " OR ".join(_differs(one) for one in alike)
    return (
        f"SELECT n._place, n._record, o._delivery, o._row, {patterns} "
        f"FROM {records.sql} n LEFT JOIN {rows} o ON {on} WHERE {_keyed(alike)} AND ({some})"
    )


def parted(alike: Sequence[Link]) -> str:
    """Select what differs of each item for itself."""
    return " UNION ALL ".join(
        f"SELECT _place, _record, _delivery, _row, {literal(one.item.code)}, p{n} "
        f"FROM {DIFFERING} WHERE p{n} IS NOT NULL"
        for n, one in enumerate(alike)
    )


def counts(records: Records) -> str:
    """Count what differs by place, item and pattern."""
    return f"SELECT {records.group}, item, pattern, count(*) FROM {FOUND} GROUP BY ALL"


def _keyed(alike: Sequence[Link]) -> str:
    return " AND ".join(f"n.{identifier(mine)} IS NOT NULL" for mine, _ in alike[0].on)


def _values(one: Link) -> tuple[str, str]:
    return f"n.{identifier(one.item.code)}", f"o.{identifier(one.source.code)}"


def _differs(one: Link) -> str:
    mine, theirs = _values(one)
    if one.existence_only:
        return "o._here IS NULL"
    return f"({mine} IS NOT NULL AND {mine} IS DISTINCT FROM {theirs})"


def _pattern(one: Link) -> str:
    """Return the SQL of an item's pattern, null where it agrees or says nothing.

    A row that the source does not have is null in every column, so that any value differs from it.
    """
    mine, theirs = _values(one)
    missing = f"WHEN o._here IS NULL THEN {literal(MismatchPattern.NO_SOURCE_ROW.stored)}"
    if one.existence_only:
        return f"CASE {missing} END"
    told = pattern_sql(mine, theirs, one.type, divisions=one.divisions)
    agrees = f"WHEN {mine} IS NULL OR {mine} IS NOT DISTINCT FROM {theirs} THEN NULL"
    return f"CASE {agrees} {missing} ELSE {told} END"
