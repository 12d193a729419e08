"""What the audit log costs a run: the time inside of it, beside the time of all the rest.

    python -m benchmarks.audit_cost --people 100000 --runs 3

The demo city's three rounds are taken the whole way in one process. Every call into the audit log
is counted: its wall time, the processor time of its thread, and how often it waits for the disk.
The floor is the same run without the time of those calls.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock, local
from typing import Any

from benchmarks.governed_ingest import WORK
from benchmarks.harness import Sample, measured, publish

HOME = WORK / "audit_cost"


def main() -> None:
    """Measure, or (with --step) be the measured process."""
    options = _options()
    home = options.home / "home"
    if options.step:
        print(json.dumps(taken(home, options.people)))
        return
    command = ["benchmarks.audit_cost", "--step", "--people", str(options.people)]
    command += ["--home", str(options.home)]
    samples = [measured(command) for _ in range(options.runs)]
    figures = [one.printed for one in samples]
    facts = {"benchmark": "audit_cost", "people": options.people, "figures": figures}
    publish("audit_cost", _text(samples, options.people), facts)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--home", type=Path, default=HOME)
    parser.add_argument("--step", action="store_true")
    return parser.parse_args()


@dataclass
class Meter:
    """Adds up the time of calls into the audit log; a call within a call is part of it."""

    wall: float = 0.0
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
            began = time.perf_counter(), time.thread_time()
            try:
                return inner(*arguments, **named)
            finally:
                self._inside.at = False
                with self._lock:
                    self.calls += 1
                    self.wall += time.perf_counter() - began[0]
                    self.processor += time.thread_time() - began[1]

        return outer

    def synced(self, inner: Callable[[int], None]) -> Callable[[int], None]:
        """Return the same call to the disk, counted where the audit log makes it."""

        def outer(descriptor: int) -> None:
            self.syncs += getattr(self._inside, "at", False)
            inner(descriptor)

        return outer


def taken(home: Path, people: int) -> dict[str, Any]:
    """Take the demo's rounds the whole way with the audit log metered."""
    from audit.log import AuditLog
    from cli.commands import demo
    from demo_city.officials import decide_all, put_on_record
    from flow.upkeep import sealing
    from governance.key_files import create_master_key
    from pipelines.settings import Settings, open_city
    from storage.layout import Layout

    meter = Meter()
    AuditLog.append = meter.metered(AuditLog.append)  # type: ignore[method-assign]
    sealing.seal = meter.metered(sealing.seal)  # type: ignore[attr-defined]
    os.fsync, os.fdatasync = meter.synced(os.fsync), meter.synced(os.fdatasync)  # type: ignore[assignment]
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
    assert last is not None  # noqa: S101 - a run enters what it does
    return {
        "wall": time.perf_counter() - began,
        "processor": time.process_time() - processor,
        "audit_wall": meter.wall - before.wall,
        "audit_processor": meter.processor - before.processor,
        "calls": meter.calls - before.calls,
        "syncs": meter.syncs - before.syncs,
        "entries": last.size,
    }


def _text(samples: list[Sample], people: int) -> str:
    lines = [
        f"the demo city of {people:,} people, three rounds",
        f"{'':12}{'run s':>10}{'audit log s':>14}{'share':>9}",
    ]
    for name in ("wall", "processor"):
        whole = statistics.median(one.printed[name] for one in samples)
        part = statistics.median(one.printed[f"audit_{name}"] for one in samples)
        lines.append(f"{name:12}{whole:>10.1f}{part:>14.2f}{part / (whole - part):>9.1%}")
    said = samples[-1].printed
    told = "calls that enter or seal; {syncs:,} waits for files; {entries:,} entries in all"
    lines.append(f"{said['calls']:,} " + told.format(**said))
    return "\n".join(lines)


if __name__ == "__main__":
    main()
