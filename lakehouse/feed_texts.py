"""Which delivered columns become texts: there a number that a spreadsheet shortened is damaged.

Belongs here: that question. Keep out: what damage looks like (`lakehouse.untrusted.cells`).
"""

from __future__ import annotations

from catalog_specs.catalog import Catalog
from catalog_specs.models.resource import Resource
from catalog_specs.vocabulary import ItemType

__all__ = ["text_headers"]


def text_headers(catalog: Catalog, resource: Resource) -> frozenset[str]:
    """Return the headers whose cells become texts: items of that type, and parts of others."""
    typed = {
        item.code for item in resource.items if catalog.element_of(item).type is not ItemType.STRING
    }
    feed = resource.feed
    return frozenset(header for header, part in feed.columns.items() if part not in typed)
