"""Which delivered columns become texts: there a number that a spreadsheet shortened is damaged.

Belongs here: that question, for readers of typed cells. Keep out: what damage looks like
(`lakehouse.damage`, `lakehouse.untrusted.cells`).
"""

from __future__ import annotations

from catalog_specs.catalog import Catalog
from catalog_specs.models.resource import Resource
from lakehouse.damage import text_parts

__all__ = ["text_headers"]


def text_headers(catalog: Catalog, resource: Resource) -> frozenset[str]:
    """Return the headers whose cells become texts: items of that type, and parts of others."""
    texts = set(text_parts(catalog, resource))
    return frozenset(header for header, part in resource.feed.columns.items() if part in texts)
