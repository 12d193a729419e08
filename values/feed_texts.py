"""Text columns of a feed: which delivered columns become texts, and which form the key.

Belongs here: those questions, for readers of typed cells. Keep out: what damage looks like
(`values.damage`, `feeds.untrusted.sheets.cells`).
"""

from __future__ import annotations

from catalog_specs.catalog import Catalog
from catalog_specs.models.resource import Resource
from values.damage import text_parts

__all__ = ["key_headers", "text_headers"]


def text_headers(catalog: Catalog, resource: Resource) -> frozenset[str]:
    """Return the headers whose cells become texts: items of that type, and parts of others."""
    texts = set(text_parts(catalog, resource))
    return frozenset(header for header, part in resource.feed.columns.items() if part in texts)


def key_headers(resource: Resource) -> frozenset[str]:
    """Return the headers whose cells become items of the key as they are."""
    return frozenset(h for h, part in resource.feed.columns.items() if part in resource.key)
