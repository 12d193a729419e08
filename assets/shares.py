"""Stop 4, shares: one masked physical extract for every grant that hands out rows (五(四)).

Belongs here: the asset of this stop, one dynamic partition a grant. Keep out: decisions and masks
(`governance`). No postponed annotations here: Dagster must see the type of `context` itself.
"""

from dagster import (
    AssetExecutionContext,
    AssetsDefinition,
    DynamicPartitionsDefinition,
    MaterializeResult,
    ResourceParam,
    asset,
)

from assets.city import City
from assets.coded import coded
from assets.derived import refresh_share
from assets.naming import key
from catalog_specs.catalog import Catalog
from governance.shares import Withdrawal

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
        with coded(city, "shares", context.partition_key):
            result = refresh_share(city, context.partition_key)
        if isinstance(result, Withdrawal):
            return MaterializeResult(metadata={"withdrawn": result.reason})
        return MaterializeResult(
            metadata={
                "refreshed": result.refreshed,
                "resources": len(result.resources),
                "missing": len(result.missing),
                "dagster/row_count": result.rows,
            }
        )

    return shares
