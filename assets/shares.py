"""Stop 4, shares: one masked physical extract for every grant that hands out rows (五(四)).

Belongs here: the asset of this stop, one dynamic partition a grant. Keep out: decisions and masks
(`governance`).
"""

from dagster import (
    AssetExecutionContext,
    AssetsDefinition,
    BackfillPolicy,
    DynamicPartitionsDefinition,
    MaterializeResult,
    ResourceParam,
    asset,
)

from assets.city import City
from assets.derived import refresh_share
from assets.naming import key
from catalog_specs.catalog import Catalog
from governance.shares import Projection

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
        backfill_policy=BackfillPolicy.single_run(),
        group_name="shares",
        owners=[f"team:{catalog.city.authority}"],
        kinds={"deltalake", "duckdb"},
        description="按授权脱敏的共享数据 / masked extract and views, one partition a grant.",
        pool="shares",
    )
    def shares(
        context: AssetExecutionContext, city: ResourceParam[City]
    ) -> MaterializeResult[None]:
        results = [refresh_share(city, grant) for grant in context.partition_keys]
        extracts = [result for result in results if isinstance(result, Projection)]
        return MaterializeResult(
            metadata={
                "extracts": len(extracts),
                "refreshed": sum(extract.refreshed for extract in extracts),
                "withdrawn": len(results) - len(extracts),
                "dagster/row_count": sum(extract.rows for extract in extracts),
            }
        )

    return shares
