"""Progress of a run on standard error: bars on a terminal, plain lines anywhere else.

Belongs here: showing what a listener is told. Keep out: what is printed at the end.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from cli.console import err

if TYPE_CHECKING:
    from flow.derived import Listener

__all__ = ["progress"]

_STOPS = {"gate": "质量门禁与权威库", "shares": "共享", "open_data": "开放", "move": "迁移"}
_LONGEST = 48
"""Characters of the text beside a bar: file names may be long."""
_QUIET = 5.0
"""Seconds between two lines of one stop, so that a log does not grow with every file."""


@contextmanager
def progress() -> Iterator[Listener]:
    """Show how far a run is; yields the listener that is told."""
    if err.is_terminal:
        with _bars() as listener:
            yield listener
    else:
        yield _lines()


def _lines() -> Listener:
    """Return a listener that prints a line when a stop begins or ends, or lasts."""
    told: dict[str, float] = {}

    def listener(stop: str, what: str, done: int, total: int) -> None:
        now = time.monotonic()
        ended = done == total and not what
        if not total or (stop in told and not ended and now - told[stop] < _QUIET):
            return
        told[stop] = now
        line = f"{_STOPS.get(stop, stop)} {done:,}/{total:,} {what}"
        err.print(line.rstrip(), markup=False, highlight=False)

    return listener


@contextmanager
def _bars() -> Iterator[Listener]:
    from rich.markup import escape
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[what]}"),
    )
    with Progress(*columns, console=err) as bars:
        tasks: dict[str, object] = {}

        def listener(stop: str, what: str, done: int, total: int) -> None:
            if stop not in tasks:
                tasks[stop] = bars.add_task(_STOPS.get(stop, stop), total=total, what="")
            shown = escape(what[:_LONGEST])
            bars.update(tasks[stop], completed=done, total=total, what=shown)  # type: ignore[arg-type]

        yield listener
