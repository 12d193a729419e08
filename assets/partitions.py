"""Partitions as Dagster shows them: which days, months or years a table holds, and which it lacks.

Belongs here: the asset of a partitioned resource and its events. Keep out: which partitions were
changed (`authoritative.partitions`). It stands beside the authoritative asset: a run takes what
waits, whatever its partitions are, and Dagster lets a job have partitions of one kind alone. To
materialise one by hand asks today's rules of its rows; with `rebuild` it is made anew from landing
before. No postponed annotations here: Dagster must
see the type of `context` itself.
"""

from collections.abc import Collection, Iterator

from dagster import (
    AssetExecutionContext,
    AssetMaterialization,
    AssetsDefinition,
    Config,
    MaterializeResult,
    ResourceParam,
    TimeWindowPartitionsDefinition,
    asset,
)

from assets.coded import coded
from assets.naming import key, owner
from authoritative.partitions import changed_partitions
from catalog_specs.models.resource import Resource
from catalog_specs.models.timing.partition import Grain
from flow.city import City
from flow.upkeep.rebuilding import rebuild_partition
from flow.upkeep.rechecks import recheck_partition

__all__ = ["GROUP", "partition_events", "partition_metadata", "partitions_asset"]

GROUP = "partitions"
_SHOWN = 60
"""Partitions that one event of a table names; a first delivery may have thousands."""
_ABOUT = (
    "各分区是否已有数据。物化或回填一个分区：按现行规则检查其已入库的行，不改动任何行；"
    "配置 `rebuild: true` 时，先依据接收存档重建该分区，内容不变则不写入。"
    "迟到的更正无需回填，交付即可。"
    " / Which partitions there are. To materialise or backfill one asks today's rules of its stored"
    " rows and changes none; with `rebuild: true` in the run's configuration it is made anew from"
    " landing before, and nothing is written where that gives the same rows. What is delivered late"
    " needs no backfill."
)
_CYCLES = {Grain.DAY: "0 0 * * *", Grain.MONTH: "0 0 1 * *", Grain.YEAR: "0 0 1 1 *"}


class Backfill(Config):
    """How a partition is materialised by hand."""

    rebuild: bool = False
    """Whether it is made anew from landing before its rows are asked."""


def partitions_asset(resource: Resource, timezone: str) -> AssetsDefinition:
    """Make the asset whose partitions are those of one resource's table."""

    @asset(
        key=key(GROUP, resource.ref),
        deps=[key("authoritative", resource.ref)],
        partitions_def=_window(resource, timezone),
        group_name=GROUP,
        owners=[owner(resource)],
        kinds={"deltalake"},
        description=f"{resource.name}:{_ABOUT}",
        pool=resource.ref.replace("/", "__"),
    )
    def partitions(
        context: AssetExecutionContext, config: Backfill, city: ResourceParam[City]
    ) -> MaterializeResult[None]:
        name, told = context.partition_key, {}
        with coded(city, "recheck", resource.ref):
            if config.rebuild:
                told = {"rebuilt": rebuild_partition(city, resource.ref, name).changed}
            done = recheck_partition(city, resource.ref, name)
        failing = {one.rule: one.failing for one in done.failing}
        return MaterializeResult(
            metadata={"dagster/row_count": done.rows, "failing": failing, **told}
        )

    return partitions


def partition_events(
    city: City, resource: Resource, deliveries: Collection[str]
) -> Iterator[AssetMaterialization]:
    """Show the partitions that deliveries changed, but those before the first that is expected."""
    if resource.partition is None:
        return
    shown = _window(resource, city.catalog.profile.timezone)
    for name, rows in changed_partitions(city.layout, resource.ref, deliveries).items():
        if shown.has_partition_key(name):
            place, told = key(GROUP, resource.ref), {"dagster/row_count": rows}
            yield AssetMaterialization(asset_key=place, partition=name, metadata=told)


def partition_metadata(
    city: City, resource: Resource, deliveries: Collection[str]
) -> dict[str, int | dict[str, int]]:
    """Say on the table's own asset which partitions deliveries changed: how many, and the newest.

    The asset itself has none in Dagster: it could not be part of a run that takes what waits.
    """
    if resource.partition is None:
        return {}
    changed = changed_partitions(city.layout, resource.ref, deliveries)
    newest = sorted(changed.items(), reverse=True)[:_SHOWN]
    return {"partitions_changed": len(changed), "changed_partitions": dict(newest)}


def _window(resource: Resource, timezone: str) -> TimeWindowPartitionsDefinition:
    """Return the partitions that are expected: since something is owed, to the present one."""
    if resource.partition is None:
        raise ValueError("the resource has no partitions")
    grain = resource.partition.by
    since = resource.due.since or resource.published_on
    return TimeWindowPartitionsDefinition(
        start=since.strftime(grain.pattern),
        fmt=grain.pattern,
        cron_schedule=_CYCLES[grain],
        timezone=timezone,
        end_offset=1,  # the present day, month or year has records too
    )
