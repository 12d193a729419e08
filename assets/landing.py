"""Stop 1, landing: raw bytes kept, rows as numbered text, a receipt (四(三)).

Belongs here: the asset factory of this stop. Keep out: how landing works (`lakehouse.landing`).
"""

from __future__ import annotations

from dagster import AssetsDefinition, MaterializeResult, ResourceParam, asset

from assets.city import City
from assets.naming import key, owner
from assets.stops import land_waiting
from catalog_specs.models.resource import Resource

__all__ = ["landing_asset"]


def landing_asset(resource: Resource) -> AssetsDefinition:
    """Make the asset that takes whatever waits in one resource's inbox."""

    @asset(
        key=key("landing", resource.ref),
        group_name="landing",
        owners=[owner(resource)],
        kinds={"parquet"},
        description=f"{resource.name}:登记接收的原始数据 / deliveries as received, rows as text.",
        pool=resource.ref.replace("/", "__"),
    )
    def landing(city: ResourceParam[City]) -> MaterializeResult[None]:
        landed, recognised = land_waiting(city, resource.ref)
        return MaterializeResult(
            metadata={
                "deliveries": len(landed),
                "recognised": len(recognised),
                "dagster/row_count": sum(delivery.rows for delivery in landed),
                "malformed": sum(delivery.malformed for delivery in landed),
            }
        )

    return landing
