"""Stop 1, landing: raw bytes, numbered rows as text, and a receipt (四(三)).

Belongs here: the asset factory of this stop. Keep out: how landing works (`landing.landing`).
No postponed annotations here: Dagster must see the type of `context` itself.
"""

from dagster import (
    AssetExecutionContext,
    AssetsDefinition,
    MaterializeResult,
    ResourceParam,
    asset,
)

from assets.coded import coded
from assets.naming import key, owner
from catalog_specs.models.resource import Resource
from flow.city import City
from flow.pulling import PullFailure, pull_waiting
from flow.stops import land_waiting
from register.records import Delivery

__all__ = ["landing_asset"]


def landing_asset(resource: Resource) -> AssetsDefinition:
    """Make the asset that pulls one resource, if it is pulled, and takes what its inbox holds."""

    @asset(
        key=key("landing", resource.ref),
        group_name="landing",
        owners=[owner(resource)],
        kinds={"parquet"},
        description=f"{resource.name}:登记接收的原始数据 / deliveries as received, rows as text.",
        pool=resource.ref.replace("/", "__"),
        metadata={"engine": resource.engine.label},
    )
    def landing(
        context: AssetExecutionContext, city: ResourceParam[City]
    ) -> MaterializeResult[None]:
        with coded(city, "pull", resource.ref):
            pulled = pull_waiting(city, resource.ref)
        failed = str(pulled) if isinstance(pulled, PullFailure) else ""
        if failed:
            context.log.error(failed)
        with coded(city, "resource", resource.ref):
            dropped, recognised = land_waiting(city, resource.ref)
        landed = (pulled, *dropped) if isinstance(pulled, Delivery) else dropped
        return MaterializeResult(
            metadata={
                **({"pull_failed": failed} if failed else {}),
                "deliveries": len(landed),
                "recognised": len(recognised),
                "dagster/row_count": sum(delivery.rows for delivery in landed),
                "malformed": sum(delivery.malformed for delivery in landed),
            }
        )

    return landing
