"""The composition root: everything Dagster shows is made here from the catalogue.

Belongs here: gathering. Keep out: bodies (`assets`), timing (`pipelines.automation`).
"""

from __future__ import annotations

import os

from dagster import Definitions, definitions, in_process_executor

from assets.authoritative import authoritative_asset
from assets.city import City
from assets.landing import landing_asset
from assets.open_data import open_data_asset
from assets.quality_gate import gate_checks
from assets.shares import shares_asset
from assets.views import views_asset
from pipelines.automation import schedules, sensors
from pipelines.jobs import jobs
from pipelines.settings import Settings, open_city

__all__ = ["build_definitions", "defs"]


def build_definitions(city: City, pull_minutes: int = Settings.pull_minutes) -> Definitions:
    """Make a fresh graph for one city; tests call it with a city of their own."""
    catalog = city.catalog
    resources = catalog.in_order()
    made = jobs(catalog)
    return Definitions(
        assets=[
            *(landing_asset(resource) for resource in resources),
            *(authoritative_asset(catalog, resource) for resource in resources),
            shares_asset(catalog),
            *(open_data_asset(open_set) for open_set in catalog.open_sets.values()),
            views_asset(catalog),
        ],
        asset_checks=[gate_checks(catalog, resource) for resource in resources],
        jobs=list(made.values()),
        schedules=schedules(catalog, made, pull_minutes),
        sensors=sensors(catalog, made),
        resources={"city": city},
        # one process for a run: Great Expectations is imported once, not once a step
        executor=in_process_executor,
    )


@definitions
def defs() -> Definitions:
    """Make the graph of this installation, as its environment describes it."""
    settings = Settings.from_environment(os.environ)
    return build_definitions(open_city(settings), settings.pull_minutes)
