"""When things run: the inbox sensor, the grant sensor, the daily schedules (Asia/Shanghai).

Belongs here: timing and what a tick looks at. Keep out: bodies (`assets`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from dagster import (
    DefaultScheduleStatus,
    DefaultSensorStatus,
    ResourceParam,
    RunRequest,
    ScheduleDefinition,
    SensorDefinition,
    SensorEvaluationContext,
    SensorResult,
    sensor,
)

from assets.city import City
from assets.derived import due_shares, shared_grants
from assets.shares import GRANTS
from catalog_specs.catalog import Catalog
from lakehouse.landing import waiting
from pipelines.jobs import Jobs

__all__ = ["schedules", "sensors"]

INBOX_SECONDS = 15
GRANT_SECONDS = 30


def sensors(catalog: Catalog, made: Jobs) -> list[SensorDefinition]:
    """Return the sensors: a delivery starts its department's run, a change refreshes its grants."""
    departments = dict.fromkeys(resource.provider for resource in catalog.resources.values())

    @sensor(
        name="inbox",
        jobs=[made[f"ingest_{department}"] for department in departments],
        minimum_interval_seconds=INBOX_SECONDS,
        default_status=DefaultSensorStatus.RUNNING,
        description="收件箱有新交付即启动该部门的处理 / a delivery starts its department's run.",
    )
    def inbox(context: SensorEvaluationContext, city: ResourceParam[City]) -> SensorResult:
        del context
        found = {department: _waiting(city, department) for department in departments}
        return SensorResult(
            run_requests=[
                RunRequest(job_name=f"ingest_{department}", run_key=_digest(department, files))
                for department, files in found.items()
                if files
            ]
        )

    @sensor(
        name="grants",
        job=made["shares"],
        minimum_interval_seconds=GRANT_SECONDS,
        default_status=DefaultSensorStatus.RUNNING,
        description="授权或来源变化即更新其共享数据 / a changed grant or source refreshes it.",
    )
    def grants(context: SensorEvaluationContext, city: ResourceParam[City]) -> SensorResult:
        known = context.instance.get_dynamic_partitions("grants")
        wanted = shared_grants(city)
        due = due_shares(city)
        return SensorResult(
            dynamic_partitions_requests=[
                GRANTS.build_add_request([code for code in wanted if code not in known])
            ],
            run_requests=[
                RunRequest(partition_key=code, run_key=f"{code}:{digest}")
                for code, digest in due.items()
            ],
        )

    return [inbox, grants]


def schedules(catalog: Catalog) -> list[ScheduleDefinition]:
    """Return the daily schedule of releases; expiry is seen by the grant sensor at midnight."""
    return [
        ScheduleDefinition(
            name="daily_publish",
            job_name="publish",
            cron_schedule="30 2 * * *",
            execution_timezone=catalog.profile.timezone,
            default_status=DefaultScheduleStatus.RUNNING,
            description="每日开放数据发布 / releases, every night.",
        )
    ]


def _waiting(city: City, department: str) -> Sequence[Path]:
    return [
        path
        for ref, resource in city.catalog.resources.items()
        if resource.provider == department
        for path in waiting(city.layout, ref, city.clock())
    ]


def _digest(department: str, files: Sequence[Path]) -> str:
    """Name exactly these files, so that one drop starts one run however often the sensor looks."""
    parts = [department]
    for path in files:
        stat = path.stat()
        parts.append(f"{path}:{stat.st_size}:{stat.st_mtime_ns}")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
