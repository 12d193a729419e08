"""Stop 5, open data: masked, risk-checked, packaged, immutable releases (六(一)).

Belongs here: the asset factory of this stop. Keep out: disclosure control and packaging
(`governance`).
"""

from __future__ import annotations

from dagster import AssetsDefinition, Failure, MaterializeResult, ResourceParam, asset

from assets.coded import coded
from assets.naming import key
from catalog_specs.models.sharing import OpenSet
from flow.city import City
from flow.derived import release_set
from outlets.open_data.release import Refusal

__all__ = ["open_data_asset"]


def open_data_asset(open_set: OpenSet) -> AssetsDefinition:
    """Make the asset that releases one open-data set when its source or its terms changed."""

    @asset(
        key=key("open_data", open_set.code),
        deps=[key("authoritative", open_set.resource)],
        group_name="open_data",
        owners=[f"team:{open_set.resource.split('/')[0]}"],
        kinds={"parquet", "csv"},
        description=f"{open_set.name}:{open_set.summary}",
        pool="open_data",
    )
    def open_data(city: ResourceParam[City]) -> MaterializeResult[None]:
        with coded(city, "open_data", open_set.code):
            result = release_set(city, open_set.code)
        if isinstance(result, Refusal):
            raise Failure(description=str(result), allow_retries=False)
        return MaterializeResult(
            metadata={
                "release": result.release,
                "created": result.created,
                "dagster/row_count": result.rows,
                "suppressed": result.suppressed,
            }
        )

    return open_data
