"""The clockwork of a home: what its sensors and schedules did last, as the orchestrator tells it.

Belongs here: these values, and what is late. Keep out: asking the orchestrator
(`pipelines.clockwork`), what is said of it (`checks`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

__all__ = ["Clockwork", "Timer"]


@dataclass(frozen=True)
class Timer:
    """A sensor or a schedule: when it went off last, and when it should have next."""

    name: str
    stopped: bool
    last: datetime | None
    failed: bool
    """Whether the last time ended in an error."""
    due: datetime | None
    """The first moment after the last at which it should have gone off, with its slack."""
    run_failed: bool = False
    """Whether the newest run that it started ended in an error."""

    def late(self, now: datetime) -> bool:
        """Say whether it should have gone off by now."""
        return not self.stopped and self.due is not None and self.due < now


@dataclass(frozen=True)
class Clockwork:
    """What keeps the time in a home: its sensors and schedules, and the process behind them."""

    timers: tuple[Timer, ...] = ()
    beat: datetime | None = None
    """When that process last said that it is alive."""
