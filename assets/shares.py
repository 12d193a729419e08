"""Stop 4, shares: one masked extract on disk for every grant that hands out rows (五(四)).

Belongs here: the asset of this stop, one dynamic partition a grant. Keep out: decisions and masks
(`governance`). No postponed annotations here: Dagster must see the type of `context` itself.
"""

from dagster import (
    AssetExecutionContext,
    AssetMaterialization,
    AssetsDefinition,
    DynamicPartitionsDefinition,
    MaterializeResult,
    ResourceParam,
    asset,
)

from assets.coded import raise_first
from assets.naming import key
from catalog_specs.catalog import Catalog
from flow.city import City
from flow.derived import refresh_or_withdraw
from flow.failures import Faults
from outlets.shares.project import Projection, Withdrawal

__all__ = ["GRANTS", "shares_asset"]

GRANTS = DynamicPartitionsDefinition(name="grants")


def shares_asset(catalog: Catalog) -> AssetsDefinition:
    """Make the asset whose partitions are the grants; a grant that lapsed loses its extract."""
    sources = dict.fromkeys(
        granted.resource
        for grant in catalog.grants.values()
        if grant.method.materialised
        for granted in grant.resources
    )

    @asset(
        key=key("shares", "extract"),
        deps=[key("authoritative", ref) for ref in sources],
        partitions_def=GRANTS,
        group_name="shares",
        owners=[f"team:{catalog.city.authority}"],
        kinds={"deltalake", "duckdb"},
        description="按授权脱敏的共享数据 / masked extract and views, one partition a grant.",
        pool="shares",
    )
    def shares(
        context: AssetExecutionContext, city: ResourceParam[City]
    ) -> MaterializeResult[None]:
        faults = Faults(city.layout)
        result = refresh_or_withdraw(city, context.partition_key, faults)
        gone = {"withdrawn": result.reason} if isinstance(result, Withdrawal) else None
        if faults.found and gone:  # a failed step shows no result, so the withdrawal is an event
            grant = context.partition_key
            context.log_event(
                AssetMaterialization(context.asset_key, partition=grant, metadata=gone)
            )
        raise_first(faults)
        if not isinstance(result, Projection):
            return MaterializeResult(metadata=gone)
        return MaterializeResult(
            metadata={
                "refreshed": result.refreshed,
                "resources": len(result.resources),
                "missing": len(result.missing),
                "dagster/row_count": result.rows,
            }
        )

    return shares
