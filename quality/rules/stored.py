"""Stored values of other resources, for the rules that look there.

Belongs here: the query for some items of an authoritative table as the lake is now. Keep out: which
rule looks where (`kinds`).
"""

from __future__ import annotations

from collections.abc import Sequence

from quality.rules.kind import Lookup
from storage.delta.table_shape import authoritative_shape, empty_select
from storage.delta.tables import glance
from storage.evolution.differences import require_fit
from storage.sql import identifiers

__all__ = ["is_stored", "stored_sql"]


def is_stored(lookup: Lookup, ref: str) -> bool:
    """Say whether a resource has a table yet."""
    return glance(lookup.layout.authoritative(ref)) is not None


def stored_sql(lookup: Lookup, ref: str, items: Sequence[str]) -> str:
    """Return the query for these items of a resource; of a table that is not there it is empty.

    Raises:
        TableError: the table does not have them as the catalogue declares them.
    """
    resource = lookup.catalog.resource(ref)
    shape = authoritative_shape(lookup.catalog, resource)
    found = glance(lookup.layout.authoritative(ref))
    if found is not None:
        require_fit(lookup.catalog, resource, found, items)
    source = found.select_sql(shape.columns) if found else empty_select(shape.columns)
    return f"SELECT {identifiers(items)} FROM {source}"
