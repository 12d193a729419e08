"""The clockwork as Dagster tells it, from a real instance without a server."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from dagster import DagsterInstance
from dagster._core.scheduler.instigation import (
    InstigatorState,
    InstigatorStatus,
    InstigatorType,
    ScheduleInstigatorData,
    SensorInstigatorData,
    TickData,
    TickStatus,
)
from dagster._daemon.types import DaemonHeartbeat
from dagster._utils.error import SerializableErrorInfo

from pipelines.clockwork import SLACK, clockwork
from pipelines.instance import dagster_home
from storage.layout import Layout
from tests.unit.pipelines.origins import origin

THEN = datetime(2026, 3, 2, 3, 30, tzinfo=UTC)


def ticked(
    instance: DagsterInstance, name: str, kind: InstigatorType, data: Any, *, ok: bool
) -> None:
    """Let a sensor or schedule have gone off once."""
    told = origin(name)
    status = InstigatorStatus.RUNNING if ok else InstigatorStatus.STOPPED
    state = InstigatorState(told, kind, status, data)
    instance.add_instigator_state(state)
    tick = TickData(
        instigator_origin_id=state.instigator_origin_id,
        instigator_name=name,
        instigator_type=kind,
        status=TickStatus.SUCCESS if ok else TickStatus.FAILURE,
        timestamp=THEN.timestamp(),
        selector_id=state.selector_id,
        run_ids=[],
        error=None if ok else SerializableErrorInfo("it failed", [], None),
    )
    instance.create_tick(tick)


def test_the_last_ticks_and_the_beat_are_told(tmp_path: Path) -> None:
    """A schedule is due by its cron, a sensor by its pause, both with some slack."""
    layout = Layout(tmp_path)
    assert clockwork(layout) is None
    with DagsterInstance.from_config(str(dagster_home(tmp_path))) as instance:
        assert clockwork(layout) is not None
        nightly = ScheduleInstigatorData("30 3 * * *")
        ticked(instance, "nightly", InstigatorType.SCHEDULE, nightly, ok=False)
        ticked(
            instance, "inbox", InstigatorType.SENSOR, SensorInstigatorData(min_interval=10), ok=True
        )
        beat = time.time()
        instance.add_daemon_heartbeat(DaemonHeartbeat(beat, "SENSOR", "x"))

    told = clockwork(layout)

    assert told is not None
    assert told.beat is not None
    assert abs(told.beat.timestamp() - beat) < 1
    inbox, night = told.timers
    assert (inbox.name, inbox.stopped, inbox.failed, inbox.last) == ("inbox", False, False, THEN)
    assert inbox.due == THEN + timedelta(seconds=10) + SLACK
    assert (night.name, night.stopped, night.failed) == ("nightly", True, True)
    assert night.due == THEN + timedelta(days=2) + SLACK
    assert not inbox.late(THEN)
    assert inbox.late(THEN + timedelta(hours=1))
    assert not night.late(THEN + timedelta(days=9))  # somebody stopped it
