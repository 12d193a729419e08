"""The composition root: everything that Dagster shows is made here from the catalogue.

Belongs here: gathering. Keep out: bodies (`assets`), timing (`pipelines.automation`). No postponed
annotations here: Dagster must see the type of `context` itself.
"""

import os

from dagster import (
    DefaultSensorStatus,
    Definitions,
    SensorEvaluationContext,
    SkipReason,
    definitions,
    in_process_executor,
    sensor,
)

from assets.authoritative import authoritative_asset
from assets.due_times import due_checks
from assets.landing import landing_asset
from assets.open_data import open_data_asset
from assets.partitions import partitions_asset
from assets.quality_gate import gate_checks
from assets.shares import shares_asset
from assets.views import views_asset
from catalog_specs.errors import CatalogError
from flow.backup.plans import BackupPlan
from flow.city import City
from pipelines.automation import schedules, sensors
from pipelines.backup.schedules import backup_jobs, backup_schedules
from pipelines.jobs import jobs, recheck_job, upkeep_job
from pipelines.settings import Settings, open_city, withdraw_ended
from pipelines.ticks import report_withdrawals
from pipelines.watching import Watched
from storage.permissions import keep_private

__all__ = ["build_definitions", "defs", "uncompiled_definitions"]

UNCOMPILED_SECONDS = 10
"""Seconds between two looks at what a catalogue that does not compile ends."""


def build_definitions(
    city: City, pull_minutes: int = Settings.pull_minutes, backups: BackupPlan | None = None
) -> Definitions:
    """Make a fresh graph for one city; tests call it with a city of their own."""
    catalog = city.catalog
    resources = catalog.in_order()
    made = jobs(catalog)
    return Definitions(
        assets=[
            *(landing_asset(resource) for resource in resources),
            *(authoritative_asset(catalog, resource) for resource in resources),
            *(
                partitions_asset(resource, catalog.profile.timezone)
                for resource in resources
                if resource.partition is not None
            ),
            shares_asset(catalog),
            *(open_data_asset(open_set) for open_set in catalog.open_sets.values()),
            views_asset(catalog),
        ],
        asset_checks=[
            *(gate_checks(catalog, resource) for resource in resources),
            *due_checks(catalog),
        ],
        jobs=[*made.values(), recheck_job(), upkeep_job(), *backup_jobs(backups)],
        schedules=[
            *schedules(catalog, made, pull_minutes),
            *backup_schedules(catalog, backups),
        ],
        sensors=sensors(Watched(catalog), made),
        resources={"city": city},
        # one process for a run: Great Expectations is imported once, not once a step
        executor=in_process_executor,
    )


@definitions
def defs() -> Definitions:
    """Make the graph of this installation, as its environment describes it."""
    keep_private()
    settings = Settings.from_environment(os.environ)
    try:
        city = open_city(settings)
    except CatalogError:
        return uncompiled_definitions(settings)
    return build_definitions(city, settings.pull_minutes, settings.backups)


def uncompiled_definitions(settings: Settings) -> Definitions:
    """Make the graph of a catalogue that does not compile: it hands out nothing, and withdraws."""

    @sensor(
        name="withdrawals",
        minimum_interval_seconds=UNCOMPILED_SECONDS,
        default_status=DefaultSensorStatus.RUNNING,
        description="目录不能编译：只收回共享 / the catalogue does not compile: withdrawals alone.",
    )
    def withdrawals(context: SensorEvaluationContext) -> SkipReason:
        withdrawn, failures = withdraw_ended(settings)
        report_withdrawals(context, withdrawn)
        said = "the catalogue does not compile: run `quanshu check`, then reload the code location"
        return SkipReason(" | ".join([said, *map(str, failures)]))

    return Definitions(sensors=[withdrawals])
