"""Check of the clockwork: sensors and schedules that are late, stopped or fail, or stand still."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from catalog_specs.rules.homes.home_findings import HomeFinding
from flow.upkeep.doctor.check import Check, Finding, Patient, found

__all__ = ["CHECK"]

SILENCE = timedelta(minutes=10)
"""How long the process behind the clockwork may be silent: it speaks twice a minute."""


def _look(patient: Patient) -> Iterator[Finding]:
    work, now = patient.clockwork, patient.city.clock()
    if work is None or work.beat is None:
        return
    if now - work.beat > SILENCE:
        zh, what = f"最后一次心跳 {_at(work.beat)}", f"it was last alive at {_at(work.beat)}"
        yield found(HomeFinding.STANDSTILL, "dagster", zh, what)
    for one in work.timers:
        last = _at(one.last)
        if one.stopped:
            yield found(HomeFinding.STOPPED, one.name)
        elif one.failed:
            yield found(HomeFinding.TICK_FAILED, one.name, f"时间 {last}", f"it was at {last}")
        elif one.late(now) and now - work.beat <= SILENCE:
            yield found(HomeFinding.LATE, one.name, f"上次 {last}", f"the last time was {last}")
        if one.run_failed:
            yield found(HomeFinding.RUN_FAILED, one.name)


def _at(moment: datetime | None) -> str:
    return "-" if moment is None else moment.isoformat(sep=" ", timespec="minutes")


CHECK = Check(
    (
        HomeFinding.STANDSTILL,
        HomeFinding.TICK_FAILED,
        HomeFinding.STOPPED,
        HomeFinding.RUN_FAILED,
        HomeFinding.LATE,
    ),
    _look,
)
