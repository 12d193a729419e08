"""Attempts: whether a sensor may start a run, never twice at once, never without a pause.

Belongs here: that one decision. Keep out: what the work is (`assets`), the sensors themselves.
Dagster's own run keys start a run only once: a failed run would never be tried again, and the same
work that comes back later would be ignored. Instead, each run carries its work as a tag, and the
newest runs show how often this work was tried already.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import takewhile

from dagster import DagsterInstance, DagsterRunStatus, RunRecord, RunsFilter

from storage.digests import sha256_of_lines

__all__ = ["WORK", "may_start", "pause", "under_way", "whole"]

ENDED = (DagsterRunStatus.SUCCESS, DagsterRunStatus.FAILURE, DagsterRunStatus.CANCELED)

WORK = "quanshu/work"
"""The run tag with the digest of the work a run was started for."""
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(minutes=15)
LOOKED_AT = 8
"""Newest runs that are looked at; by then the longest pause is reached."""


def may_start(
    instance: DagsterInstance,
    job: str,
    work: str,
    now: datetime,
    tags: Mapping[str, str] | None = None,
) -> bool:
    """Say whether a run of `job` (of those with these tags) may be started for this work now.

    Not while one is queued or under way. New work starts at once; work that the last runs were
    started for already, and that is still there, waits half a minute, then twice as long each time.
    """
    # newest first, as Dagster returns them
    records = instance.get_run_records(
        RunsFilter(job_name=job, tags=dict(tags or {})), limit=LOOKED_AT
    )
    if any(not record.dagster_run.is_finished for record in records):
        return False
    tried = list(takewhile(lambda record: record.dagster_run.tags.get(WORK) == work, records))
    return not tried or now >= _ended(tried) + pause(len(tried))


def under_way(instance: DagsterInstance, job: str) -> bool:
    """Say whether a run of a job is queued or not ended yet."""
    statuses = [status for status in DagsterRunStatus if status not in ENDED]
    return instance.get_runs_count(RunsFilter(job_name=job, statuses=statuses)) > 0


def whole(work: Iterable[str]) -> str:
    """Return the digest of several pieces of work taken as one, whatever their order."""
    return sha256_of_lines(sorted(work))[:32]


def pause(attempts: int) -> timedelta:
    """Return how long to wait after this many attempts at the same work, at most 15 minutes."""
    return min(FIRST_PAUSE * (1 << (attempts - 1)), LONGEST_PAUSE)


def _ended(records: Sequence[RunRecord]) -> datetime:
    record = records[0]
    return datetime.fromtimestamp(record.end_time or record.update_timestamp.timestamp(), tz=UTC)
