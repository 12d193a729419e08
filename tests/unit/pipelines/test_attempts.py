"""Attempts: no run twice at once, none without a pause for work that failed before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from dagster import DagsterInstance, job

from pipelines.attempts import WORK, may_start, pause, under_way, whole


@job
def ingest() -> None:
    """Stand for any job."""


@pytest.fixture
def instance() -> Iterator[DagsterInstance]:
    """Yield an instance that remembers runs."""
    with DagsterInstance.ephemeral() as made:
        yield made


def begun(instance: DagsterInstance, work: str) -> None:
    """Begin a run for some work."""
    instance.create_run_for_job(ingest, tags={WORK: work})


def failed(instance: DagsterInstance, work: str) -> None:
    """Begin a run for some work, and let it fail."""
    begun(instance, work)
    instance.report_run_failed(instance.get_runs(limit=1)[0])


def in_seconds(seconds: float) -> datetime:
    """Return a moment counted from now, by the clock by which runs end."""
    return datetime.now(tz=UTC) + timedelta(seconds=seconds)


def test_new_work_starts_at_once(instance: DagsterInstance) -> None:
    """Nothing was tried for it yet."""
    assert not under_way(instance, "ingest")
    assert may_start(instance, "ingest", "a", in_seconds(0))


def test_never_two_at_once(instance: DagsterInstance) -> None:
    """While a run is queued or under way none starts, whatever the work; other jobs do."""
    begun(instance, "a")

    assert under_way(instance, "ingest")
    assert not may_start(instance, "ingest", "b", in_seconds(10_000))
    assert may_start(instance, "another", "b", in_seconds(0))


def test_the_same_work_waits_for_its_pause(instance: DagsterInstance) -> None:
    """Half a minute after the first failure, twice that after the second; other work does not."""
    failed(instance, "a")
    assert not under_way(instance, "ingest")
    assert not may_start(instance, "ingest", "a", in_seconds(0))
    assert may_start(instance, "ingest", "a", in_seconds(31))
    assert may_start(instance, "ingest", "b", in_seconds(0))

    failed(instance, "a")
    assert not may_start(instance, "ingest", "a", in_seconds(31))
    assert may_start(instance, "ingest", "a", in_seconds(61))


def test_pauses_double_up_to_a_quarter_of_an_hour() -> None:
    """However often work has failed, it is tried again."""
    assert [pause(n).total_seconds() for n in (1, 2, 3, 8)] == [30, 60, 120, 900]


def test_work_is_the_same_in_any_order() -> None:
    """And another as soon as anything joins."""
    assert whole(["a", "b"]) == whole(["b", "a"]) != whole(["a", "b", "c"])
