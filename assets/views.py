"""Stop 6, views: the authority's own DuckDB file over the authoritative tables.

Belongs here: the asset of this stop. Keep out: view text (`outlets.views.city_file`).
"""

from __future__ import annotations

from dagster import AssetsDefinition, MaterializeResult, ResourceParam, asset

from assets.coded import raise_first
from assets.naming import key
from catalog_specs.catalog import Catalog
from flow.city import City
from flow.derived import refresh_views
from flow.failures import Faults

__all__ = ["views_asset"]


def views_asset(catalog: Catalog) -> AssetsDefinition:
    """Make the asset that rebuilds `views/city.duckdb` aside and swaps it in."""

    @asset(
        key=key("views", "city"),
        deps=[key("authoritative", ref) for ref in catalog.resources],
        group_name="views",
        owners=[f"team:{catalog.city.authority}"],
        kinds={"duckdb"},
        description="全市一数一源视图 / the city's authoritative tables as DuckDB views.",
        pool="views",
    )
    def views(city: ResourceParam[City]) -> MaterializeResult[None]:
        faults = Faults(city.layout)
        rebuilt = refresh_views(city, faults)
        raise_first(faults)
        return MaterializeResult(metadata={"rebuilt": rebuilt})

    return views
