"""The clockwork as Dagster tells it: sensors, schedules, their last ticks and runs.

Belongs here: asking Dagster's storage, without its server. Keep out: what is said of it
(`flow.upkeep.doctor`). Dagster writes a state down at the first tick: what never ticked is unknown.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from flow.upkeep.doctor.clockwork import Clockwork, Timer
from storage.layout import Layout

if TYPE_CHECKING:
    from dagster import DagsterInstance

__all__ = ["clockwork"]

SLACK = timedelta(minutes=15)
"""How late a schedule or a sensor may be: ticks wait for a busy machine."""


def clockwork(layout: Layout) -> Clockwork | None:
    """Return what Dagster knows of this home's clockwork; None where it never ran."""
    if not (layout.dagster / "dagster.yaml").is_file():
        return None
    from dagster import DagsterInstance

    with DagsterInstance.from_config(str(layout.dagster)) as instance:
        beats = [one.timestamp for one in instance.get_daemon_heartbeats().values()]
        states = instance.all_instigator_state()
        timers = [_timer(instance, one) for one in sorted(states, key=lambda one: one.name)]
        return Clockwork(tuple(timers), _moment(max(beats, default=None)))


def _timer(instance: DagsterInstance, state: Any) -> Timer:  # noqa: ANN401 - a private type
    from dagster._core.scheduler.instigation import TickStatus

    ticks = instance.get_ticks(state.instigator_origin_id, state.selector_id, limit=1)
    last = _moment(ticks[0].timestamp) if ticks else None
    return Timer(
        name=state.name,
        stopped=not state.is_running,
        last=last,
        failed=bool(ticks) and ticks[0].status is TickStatus.FAILURE,
        due=_due(state, last),
        run_failed=_run_failed(instance, state.name),
    )


def _due(state: Any, last: datetime | None) -> datetime | None:  # noqa: ANN401 - a private type
    """Return when it should have gone off after the last time, and some minutes more."""
    # private, because Dagster has no public question for the next tick
    from dagster._utils.schedules import cron_string_iterator

    data = state.instigator_data
    if last is None or data is None:
        return None
    cron = getattr(data, "cron_schedule", None)
    if isinstance(cron, str):
        # by the clock of UTC: a time zone moves a day's schedule by less than the day added here
        ticks = cron_string_iterator(last.timestamp() + 1, cron, None)
        return next(ticks) + timedelta(days=1) + SLACK
    return last + timedelta(seconds=getattr(data, "min_interval", None) or 0) + SLACK


def _run_failed(instance: DagsterInstance, name: str) -> bool:
    from dagster import DagsterRunStatus, RunsFilter

    newest = instance.get_runs(RunsFilter(tags={"dagster/schedule_name": name}), limit=1)
    return bool(newest) and newest[0].status is DagsterRunStatus.FAILURE


def _moment(stamp: float | None) -> datetime | None:
    return None if stamp is None else datetime.fromtimestamp(stamp, UTC)
