"""Stop 6, views: the authority's DuckDB file over the tables, and the report.

Belongs here: the asset of this stop. Keep out: view text (`outlets.views.city_file`),
pages (`outlets.reports`).
"""

from __future__ import annotations

from dagster import AssetsDefinition, MaterializeResult, ResourceParam, asset

from assets.coded import raise_first
from assets.naming import key
from catalog_specs.catalog import Catalog
from flow.city import City
from flow.derived import refresh_report, refresh_views
from flow.failures import Faults
from flow.upkeep.sealing import seal_lake

__all__ = ["views_asset"]


def views_asset(catalog: Catalog) -> AssetsDefinition:
    """Make the asset that rebuilds `views/city.duckdb` aside and swaps it in."""

    @asset(
        key=key("views", "city"),
        deps=[key("authoritative", ref) for ref in catalog.resources],
        group_name="views",
        owners=[f"team:{catalog.city.authority}"],
        kinds={"duckdb"},
        description="全市一数一源视图和质量报告 / the city's tables as views, and the report.",
        pool="views",
    )
    def views(city: ResourceParam[City]) -> MaterializeResult[None]:
        faults = Faults(city.layout)
        rebuilt = refresh_views(city, faults)
        report = refresh_report(city, faults)
        seal_lake(city, faults)
        raise_first(faults)
        written = report.written if report else 0
        return MaterializeResult(metadata={"rebuilt": rebuilt, "pages written": written})

    return views
