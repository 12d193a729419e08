"""Schedules of backups: every night one is made, every week all are checked or one is tried.

Belongs here: the two jobs and when they run. Keep out: what they do (`flow.backup.plans`).
Without a folder there is nothing: where a city's data are copied to is never guessed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from dagster import (
    DefaultScheduleStatus,
    Failure,
    JobDefinition,
    ResourceParam,
    ScheduleDefinition,
    job,
    op,
)

from catalog_specs.catalog import Catalog
from catalog_specs.errors import QuanshuError
from flow.backup.plans import BackupPlan, checked, made
from flow.city import City

__all__ = ["backup_jobs", "backup_schedules"]

_MADE = "每日备份 / a backup of the home, every night (八(四))."
_CHECKED = "每周核验备份，到期演练 / backups are checked, and tried when that is due (八(一))."


def backup_jobs(plan: BackupPlan | None) -> Sequence[JobDefinition]:
    """Return the jobs `backup` and `backup_check`; none without a plan."""
    return () if plan is None else (_backup(plan), _backup_check(plan))


def _backup(plan: BackupPlan) -> JobDefinition:
    @op(name="make_backup", description=_MADE)
    def make_backup(context, city: ResourceParam[City]) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
        # Dagster reads the annotation of a context as text here, and so takes none
        with _told():
            context.log.info(made(city, plan))

    @job(name="backup", description=_MADE)
    def backup() -> None:
        make_backup()

    return backup


def _backup_check(plan: BackupPlan) -> JobDefinition:
    @op(name="check_backup", description=_CHECKED)
    def check_backup(context, city: ResourceParam[City]) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
        with _told():
            context.log.info(checked(city, plan))

    @job(name="backup_check", description=_CHECKED)
    def backup_check() -> None:
        check_backup()

    return backup_check


@contextmanager
def _told() -> Iterator[None]:
    """Fail a run with an error's own words, once: trying again at once would change nothing."""
    try:
        yield
    except QuanshuError as error:
        raise Failure(str(error), allow_retries=False) from None


def backup_schedules(catalog: Catalog, plan: BackupPlan | None) -> Sequence[ScheduleDefinition]:
    """Return when they run, by the city's clock; nothing without a plan."""
    times = (
        ("daily_backup", "backup", "30 1 * * *", _MADE),
        ("weekly_backup_check", "backup_check", "30 5 * * 0", _CHECKED),
    )
    return () if plan is None else tuple(_at(catalog, *one) for one in times)


def _at(catalog: Catalog, name: str, job_name: str, cron: str, said: str) -> ScheduleDefinition:
    return ScheduleDefinition(
        name=name,
        job_name=job_name,
        cron_schedule=cron,
        execution_timezone=catalog.profile.timezone,
        default_status=DefaultScheduleStatus.RUNNING,
        description=said,
    )
