"""Causes: what stands that differs, by item and pattern, and what once did and no longer does.

Belongs here: those figures from the ledger of comparisons. Keep out: the matrix, cases.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from catalog_specs.rules.mismatches import MismatchPattern, Uncompared
from register.comparisons import COMPARISONS, Scope, recent_sql
from storage.delta.tables import scan_sql
from storage.engines.connection import on_values
from storage.layout import Layout
from storage.sql import literal

__all__ = ["Cause", "causes"]


@dataclass(frozen=True)
class Cause:
    """One way in which one item differs from its source; none do when it is over."""

    resource: str
    item: str
    element: str
    source: str
    pattern: MismatchPattern
    records: int
    compared: int
    delivery: str
    """The newest delivery that was compared."""
    source_version: int
    compared_at: str

    @property
    def owner(self) -> str:
        """Return the department that is the source."""
        return self.source.partition("/")[0]


def causes(layout: Layout) -> Iterator[Cause]:
    """Yield every pattern that an item ever had, as its last comparison found it.

    An item whose last comparison had no source to look at says nothing: that is no evidence.
    """
    rows = scan_sql(COMPARISONS.path(layout), COMPARISONS.shape.columns)
    unmade = [Uncompared.NO_SOURCE.stored, Uncompared.NO_KEY.stored]
    query = f"""
        SELECT resource, item, element, source, pattern,
               coalesce(pattern_rows[list_position(patterns, pattern)], 0), compared, delivery,
               source_version, compared_at
        FROM {recent_sql(rows)} JOIN (
            SELECT DISTINCT resource, item, unnest(patterns) AS pattern
            FROM {rows} WHERE scope = {literal(Scope.STANDING.value)}
        ) USING (resource, item)
        WHERE reason IS NULL OR reason NOT IN ({", ".join(map(literal, unmade))})
        ORDER BY ALL"""
    with on_values() as con:
        found = con.execute(query).fetchall()
    for ref, item, element, source, pattern, *figures in found:
        yield Cause(ref, item, element, source, MismatchPattern(pattern), *figures)
