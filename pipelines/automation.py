"""Automation: the inbox sensor, the grant sensor, the daily schedules (Asia/Shanghai).

Belongs here: timing and what a tick looks at. Keep out: bodies (`assets`), how a tick begins and
ends (`ticks`).
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

from assets.shares import GRANTS
from catalog_specs.catalog import Catalog
from catalog_specs.local_time import local_moment
from flow.city import City
from flow.derived import due_shares, shared_grants
from flow.timeliness import has_news
from flow.waiting import waiting_work
from pipelines.attempts import WORK, may_start, under_way, whole
from pipelines.jobs import Jobs
from pipelines.ticks import begin
from pipelines.watching import Watched

__all__ = ["schedules", "sensors"]

INBOX_SECONDS = 10
GRANT_SECONDS = 30
PARTITION = "dagster/partition"
"""The run tag that holds a run's partition."""
PRIORITY = "dagster/priority"
"""The run tag by which the queue is ordered: deliveries before extracts."""


def sensors(watched: Watched, made: Jobs) -> list[SensorDefinition]:
    """Return the sensors: a delivery starts its department's run, a change refreshes its grants.

    Both look at the catalogue as it is at that tick, and take away first what it ends.
    """
    departments = dict.fromkeys(one.provider for one in watched.made_for.resources.values())

    @sensor(
        name="inbox",
        jobs=[made["everything"], *(made[f"ingest_{department}"] for department in departments)],
        minimum_interval_seconds=INBOX_SECONDS,
        default_status=DefaultSensorStatus.RUNNING,
        description="收件箱有新交付即启动该部门的处理 / a delivery starts its department's run.",
    )
    def inbox(context: SensorEvaluationContext, city: ResourceParam[City]) -> SensorResult:
        tick = begin(watched, city, context)
        requests: list[RunRequest] = []
        with tick.faults.apart("inbox"):
            found = _jobs_for(context.instance, waiting_work(tick.city))
            requests = [
                RunRequest(job_name=job, tags={WORK: work, PRIORITY: "1"})
                for job, work in found.items()
                if job in made and may_start(context.instance, job, work, city.clock())
            ]
        return tick.result(requests)

    @sensor(
        name="grants",
        job=made["shares"],
        minimum_interval_seconds=GRANT_SECONDS,
        default_status=DefaultSensorStatus.RUNNING,
        description="授权或来源变化即更新其共享数据 / a changed grant or source refreshes it.",
    )
    def grants(context: SensorEvaluationContext, city: ResourceParam[City]) -> SensorResult:
        tick = begin(watched, city, context)
        if watched.problem is not None:
            return tick.result([])  # the last readable catalogue may grant what the new one ends
        known = context.instance.get_dynamic_partitions("grants")
        fresh: list[str] = []
        requests: list[RunRequest] = []
        with tick.faults.apart("shares"):
            fresh = [code for code in shared_grants(tick.city) if code not in known]
            requests = [
                RunRequest(partition_key=code, tags={WORK: work, PRIORITY: "0"})
                for code, work in due_shares(tick.city, tick.faults).items()
                if may_start(context.instance, "shares", work, city.clock(), {PARTITION: code})
            ]
        return tick.result(requests, [GRANTS.build_add_request(fresh)] if fresh else [])

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


def schedules(catalog: Catalog, made: Jobs, pull_minutes: int) -> list[ScheduleDefinition]:
    """Return the schedules: of releases, upkeep, rechecks and, where there are sources, of pulls.

    That a grant has expired is seen by the grant sensor at midnight.
    """
    timed = [_pulls(catalog, pull_minutes)] if "pull" in made else []
    timed += [_clock(catalog)] if "clock" in made else []
    return [*timed, *(_at(catalog, *one) for one in _NIGHTLY)]


_NIGHTLY = (
    ("daily_publish", "publish", "30 2 * * *", "每日开放数据发布 / releases, every night."),
    ("daily_upkeep", "upkeep", "30 3 * * *", "每日维护主目录 / the home is kept up, every night."),
    (
        "weekly_recheck",
        "recheck",
        "30 4 * * 0",
        "每周定期检查已入库数据 / today's rules over stored rows, on Sundays.",
    ),
)
"""Name, job, time by the city's clock, and description of each schedule that every city has."""


def _at(catalog: Catalog, name: str, job: str, cron: str, description: str) -> ScheduleDefinition:
    """Return a schedule that runs unless somebody stops it."""
    return ScheduleDefinition(
        name=name,
        job_name=job,
        cron_schedule=cron,
        execution_timezone=catalog.profile.timezone,
        default_status=DefaultScheduleStatus.RUNNING,
        description=description,
    )


def _clock(catalog: Catalog) -> ScheduleDefinition:
    """Return the schedule that notices a silent department; a run leaves a trace, so none is idle.

    The first tick of a day always asks for one: terms of cases count in days.
    """

    @schedule(
        name="hourly_clock",
        job_name="clock",
        cron_schedule="0 * * * *",
        execution_timezone=catalog.profile.timezone,
        default_status=DefaultScheduleStatus.RUNNING,
        description="每小时检查应交时限 / due times, every hour: silence is noticed.",
    )
    def hourly_clock(
        context: ScheduleEvaluationContext, city: ResourceParam[City]
    ) -> RunRequest | SkipReason:
        begins = local_moment(catalog, context.scheduled_execution_time).hour == 0
        if begins or has_news(city):
            return RunRequest()
        return SkipReason("no due moment has passed since the last look")

    return hourly_clock


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
