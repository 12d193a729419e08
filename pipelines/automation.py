"""When things run: the inbox sensor, the grant sensor, the daily schedules (Asia/Shanghai).

Belongs here: timing and what a tick looks at. Keep out: bodies (`assets`).
"""

from __future__ import annotations

from collections.abc import Mapping

from dagster import (
    DagsterInstance,
    DefaultScheduleStatus,
    DefaultSensorStatus,
    ResourceParam,
    RunRequest,
    ScheduleDefinition,
    ScheduleEvaluationContext,
    SensorDefinition,
    SensorEvaluationContext,
    SensorResult,
    SkipReason,
    schedule,
    sensor,
)

from assets.city import City
from assets.derived import due_shares, shared_grants
from assets.failures import Faults
from assets.shares import GRANTS
from assets.waiting import waiting_work
from catalog_specs.catalog import Catalog
from governance.shares import WITHDRAW
from pipelines.attempts import WORK, may_start, under_way, whole
from pipelines.jobs import Jobs

__all__ = ["schedules", "sensors"]

INBOX_SECONDS = 10
GRANT_SECONDS = 30
PARTITION = "dagster/partition"
"""The run tag that holds a run's partition."""
PRIORITY = "dagster/priority"
"""The run tag by which the queue is ordered: deliveries before extracts, withdrawals first."""


def sensors(catalog: Catalog, made: Jobs) -> list[SensorDefinition]:
    """Return the sensors: a delivery starts its department's run, a change refreshes its grants."""
    departments = dict.fromkeys(resource.provider for resource in catalog.resources.values())

    @sensor(
        name="inbox",
        jobs=[made["everything"], *(made[f"ingest_{department}"] for department in departments)],
        minimum_interval_seconds=INBOX_SECONDS,
        default_status=DefaultSensorStatus.RUNNING,
        description="收件箱有新交付即启动该部门的处理 / a delivery starts its department's run.",
    )
    def inbox(context: SensorEvaluationContext, city: ResourceParam[City]) -> SensorResult:
        instance, now = context.instance, city.clock()
        return SensorResult(
            run_requests=[
                RunRequest(job_name=job, tags={WORK: work, PRIORITY: "1"})
                for job, work in _jobs_for(instance, waiting_work(city)).items()
                if may_start(instance, job, work, now)
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
        fresh = [code for code in wanted if code not in known]
        return SensorResult(
            dynamic_partitions_requests=[GRANTS.build_add_request(fresh)] if fresh else [],
            run_requests=[
                RunRequest(partition_key=code, tags={WORK: work, PRIORITY: _urgency(work)})
                for code, work in due_shares(city, Faults(city.layout)).items()
                if may_start(context.instance, "shares", work, city.clock(), {PARTITION: code})
            ],
        )

    return [inbox, grants]


def _jobs_for(instance: DagsterInstance, found: Mapping[str, str]) -> dict[str, str]:
    """Return the job that takes in what was found, with its work.

    What several departments deliver at once goes through one run of `everything`, in the order of
    reference, so that nobody is judged before the source it refers to has been taken in.
    """
    if under_way(instance, "everything"):
        return {}
    jobs = {f"ingest_{department}": work for department, work in found.items()}
    free = {job: work for job, work in jobs.items() if not under_way(instance, job)}
    return {"everything": whole(free.values())} if len(free) > 1 else free


def _urgency(work: str) -> str:
    """Rank a share's run: a withdrawal comes before everything, a refresh after deliveries."""
    return "2" if work == WITHDRAW else "0"


def schedules(catalog: Catalog, made: Jobs, pull_minutes: int) -> list[ScheduleDefinition]:
    """Return the daily schedule of releases and, where there are sources to fetch from, of pulls.

    That a grant has expired is seen by the grant sensor at midnight.
    """
    timed = [_pulls(catalog, pull_minutes)] if "pull" in made else []
    return [
        *timed,
        ScheduleDefinition(
            name="daily_publish",
            job_name="publish",
            cron_schedule="30 2 * * *",
            execution_timezone=catalog.profile.timezone,
            default_status=DefaultScheduleStatus.RUNNING,
            description="每日开放数据发布 / releases, every night.",
        ),
    ]


def _pulls(catalog: Catalog, minutes: int) -> ScheduleDefinition:
    @schedule(
        name="pulls",
        job_name="pull",
        cron_schedule=f"*/{minutes} * * * *",
        execution_timezone=catalog.profile.timezone,
        default_status=DefaultScheduleStatus.RUNNING,
        description="定时主动抽取 / fetch from the departments' sources every few minutes.",
    )
    def pulls(context: ScheduleEvaluationContext) -> RunRequest | SkipReason:
        if under_way(context.instance, "pull"):
            return SkipReason("the last pull has not ended yet")
        return RunRequest()

    return pulls
