"""Names in Dagster: module = key prefix = group = folder in the lake.

Belongs here: keys, check names, owners and schemas derived from the catalogue. Keep out: bodies.
"""

from __future__ import annotations

from dagster import AssetKey, TableColumn, TableColumnConstraints, TableSchema

from catalog_specs.catalog import Catalog
from catalog_specs.models.resource import Resource

__all__ = ["check_name", "column_schema", "key", "owner"]


def key(stop: str, *parts: str) -> AssetKey:
    """Return the asset key of a stop's product, e.g. `landing/<department>/<resource>`."""
    return AssetKey([stop, *(piece for part in parts for piece in part.split("/"))])


def check_name(rule: str) -> str:
    """Return a rule code as Dagster allows it: `key:unique` → `key__unique`."""
    return rule.replace(":", "__")


def owner(resource: Resource) -> str:
    """Return the producing department as the asset's owner."""
    return f"team:{resource.provider}"


def column_schema(catalog: Catalog, resource: Resource) -> TableSchema:
    """Return the authoritative columns with their Chinese names, types and key constraints."""
    return TableSchema(
        columns=[
            TableColumn(
                name=item.code,
                type=catalog.element_of(item).type.value,
                description=catalog.name_of(item),
                constraints=TableColumnConstraints(
                    nullable=item.code not in resource.key,
                    unique=resource.key == (item.code,),
                ),
            )
            for item in resource.stored
        ]
    )
