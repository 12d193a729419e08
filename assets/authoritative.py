"""Stop 3, authoritative: the one trusted copy of every fact that a resource owns (三(一)).

Belongs here: the asset factory of this stop. Keep out: diff and merge (`authoritative.promotion`).
No postponed annotations here: Dagster must see the type of `context` itself.
"""

from typing import Any

from dagster import (
    AssetExecutionContext,
    AssetsDefinition,
    MaterializeResult,
    MetadataValue,
    ResourceParam,
    asset,
)

from assets.coded import coded
from assets.naming import column_schema, key, owner
from assets.partitions import GROUP as PARTITIONS
from assets.partitions import partition_events, partition_metadata
from catalog_specs.catalog import Catalog
from catalog_specs.models.resource import Resource
from flow.city import City
from flow.comparing import compare_again, figures, touched
from flow.failures import Faults
from flow.stops import promote_waiting, row_count
from register.records import VerdictKind

__all__ = ["authoritative_asset"]


def authoritative_asset(catalog: Catalog, resource: Resource) -> AssetsDefinition:
    """Make the asset that applies every passed delivery of one resource, in order."""

    @asset(
        key=key("authoritative", resource.ref),
        deps=[key("landing", resource.ref)]
        + [key("authoritative", ref) for ref in catalog.upstream(resource)],
        group_name="authoritative",
        owners=[owner(resource)],
        kinds={"deltalake"},
        description=f"{resource.name}:{resource.summary}",
        metadata={"dagster/column_schema": column_schema(catalog, resource), **_apart(resource)},
        pool=resource.ref.replace("/", "__"),
    )
    def authoritative(
        context: AssetExecutionContext, city: ResourceParam[City]
    ) -> MaterializeResult[None]:
        with coded(city, "resource", resource.ref):
            outcomes = promote_waiting(city, resource.ref)
            rows = row_count(city, resource.ref)
            names = [one.delivery for one in outcomes]
            for event in partition_events(city, resource, names):
                context.log_event(event)
        # outside: what cannot be compared again must not fail what was applied
        faults = Faults(city.layout)
        compare_again(city, faults, touched(city, resource.ref))
        return MaterializeResult(
            metadata={
                "dagster/row_count": rows,
                "held": sum(outcome.verdict is VerdictKind.HELD for outcome in outcomes),
                **{
                    change: sum(getattr(outcome, change) for outcome in outcomes)
                    for change in ("accepted", "quarantined", "inserted", "updated", "deleted")
                },
                **figures(city, resource.ref),
                "comparisons_failed": len(faults.found),
                **partition_metadata(city, resource, names),
            }
        )

    return authoritative


def _apart(resource: Resource) -> dict[str, MetadataValue[Any]]:
    """Lead to the asset that shows the partitions of the table, where it has any."""
    if resource.partition is None:
        return {}
    return {"partitions": MetadataValue.asset(key(PARTITIONS, resource.ref))}
