"""What the audit log costs a run: the same run with it, and with one that only numbers acts.

    python -m benchmarks.audit_cost --people 100000 --runs 5

The demo city's three rounds are taken the whole way, each time in a fresh process. The floor's log
gives every act its number, writes nothing, and seals no commit. The two take turns, and every turn
is compared with the floor beside it, for a machine is not as quick in each minute. Beside that the
calls into the log are counted: the processor time of their threads, and how often one waits for the
disk.
"""

from __future__ import annotations

import argparse
import itertools
import json
import shutil
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock, local
from typing import Any

from audit.acts import Act, Entry
from audit.log import AuditLog
from benchmarks.governed_ingest import WORK
from benchmarks.harness import measured, publish

HOME = WORK / "audit_cost"
LOGS = ("numbered", "whole")
"""The floor, and what is measured."""


def main() -> None:
    """Measure, or (with --step) be the measured process."""
    options = _options()
    if options.step:
        print(json.dumps(taken(options.home / "home", options.people, options.step)))
        return
    command = ["benchmarks.audit_cost", "--people", str(options.people)]
    command += ["--home", str(options.home)]
    turns = [
        {log: measured([*command, "--step", log]).printed for log in LOGS}
        for _ in range(options.runs)
    ]
    facts = {"benchmark": "audit_cost", "people": options.people, "turns": turns}
    publish("audit_cost", _text(turns, options.people), facts)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--home", type=Path, default=HOME)
    parser.add_argument("--step", choices=LOGS)
    return parser.parse_args()


@dataclass
class Meter:
    """Adds up what calls into the audit log take; a call within a call is part of it."""

    processor: float = 0.0
    calls: int = 0
    syncs: int = 0
    _inside: local = field(default_factory=local)
    _lock: Lock = field(default_factory=Lock)

    def metered(self, inner: Callable[..., Any]) -> Callable[..., Any]:
        """Return the same function, whose calls are counted."""

        def outer(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - any function's
            if getattr(self._inside, "at", False):
                return inner(*arguments, **named)
            self._inside.at = True
            began = time.thread_time()
            try:
                return inner(*arguments, **named)
            finally:
                self._inside.at = False
                with self._lock:
                    self.calls += 1
                    self.processor += time.thread_time() - began

        return outer

    def waited(self, inner: Callable[..., None]) -> Callable[..., None]:
        """Return the same wait for the disk, counted where the audit log makes it."""

        def outer(*arguments: Any) -> None:  # noqa: ANN401 - any function's
            self.syncs += getattr(self._inside, "at", False)
            inner(*arguments)

        return outer


def taken(home: Path, people: int, log: str) -> dict[str, Any]:
    """Take the demo's rounds the whole way with the audit log metered, or without it."""
    from cli.commands import demo
    from demo_city.officials import decide_all, put_on_record
    from governance.key_files import create_master_key
    from pipelines.settings import Settings, open_city
    from storage.layout import Layout

    meter = Meter()
    _measure(meter) if log == "whole" else _only_number()
    shutil.rmtree(home, ignore_errors=True)
    create_master_key(Layout(home).master_key, demo.DAY.date())
    city = open_city(Settings.from_environment({}, home=home))
    city = replace(city, clock=demo._now)  # noqa: SLF001 - the day of the demo
    put_on_record(city)
    decide_all(city)
    began, processor = time.perf_counter(), time.process_time()
    before = replace(meter)
    demo._rounds(city, people, demo.SEED)  # noqa: SLF001 - exactly what the demo does
    last = AuditLog(city.layout).checkpoint
    return {
        "wall": time.perf_counter() - began,
        "processor": time.process_time() - processor,
        "audit_processor": meter.processor - before.processor,
        "calls": meter.calls - before.calls,
        "syncs": meter.syncs - before.syncs,
        "entries": last.size if last else 0,
    }


def _measure(meter: Meter) -> None:
    from flow.upkeep import sealing
    from storage import swaps

    AuditLog.append = meter.metered(AuditLog.append)  # type: ignore[method-assign]
    sealing.seal = meter.metered(sealing.seal)  # type: ignore[attr-defined]
    swaps.settle = meter.waited(swaps.settle)


def _only_number() -> None:
    from flow.upkeep import sealing

    numbers = itertools.count()

    def number(log: AuditLog, acts: Sequence[Act]) -> tuple[Entry, ...]:
        del log
        return tuple(Entry(next(numbers), act) for act in acts)

    AuditLog.append = number  # type: ignore[method-assign]
    sealing.seal = lambda *_: ()  # type: ignore[attr-defined]


def _text(turns: Sequence[dict[str, Any]], people: int) -> str:
    floor, whole = LOGS
    lines = [
        f"the demo city of {people:,} people, three rounds, {len(turns)} turns",
        f"{'':12}{'floor s':>10}{'with the log s':>17}{'more':>8}{'min–max of a turn':>21}",
    ]
    for name in ("wall", "processor"):
        more = [turn[whole][name] / turn[floor][name] - 1 for turn in turns]
        lines.append(
            f"{name:12}{statistics.median(turn[floor][name] for turn in turns):>10.1f}"
            f"{statistics.median(turn[whole][name] for turn in turns):>17.1f}"
            f"{statistics.median(more):>8.1%}{f'{min(more):.1%} – {max(more):.1%}':>21}"
        )
    said = turns[-1][whole]
    spent = statistics.median(turn[whole]["audit_processor"] for turn in turns)
    lines.append(f"{said['calls']:,} calls that enter or seal, {spent:.2f} processor s")
    lines.append(f"{said['syncs']:,} waits for files and folders; {said['entries']:,} entries")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
