"""Measuring whole processes fairly: several runs in turn, medians, ratios, peak memory.

Belongs here: running and counting. Keep out: what is measured (the modules beside this one).
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

__all__ = ["Sample", "machine", "measured", "publish", "summary", "table"]

ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "benchmarks" / "results"


@dataclass(frozen=True)
class Sample:
    """One run of one command: wall seconds, peak resident memory in MiB, its printed JSON.

    `processor` are the seconds of all its cores together, which other work changes little.
    """

    seconds: float
    peak_mib: float
    printed: dict[str, Any]
    processor: float


def measured(arguments: Sequence[str]) -> Sample:
    """Run `python -m <arguments>` in a fresh process and count it with the kernel's own figures."""
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONWARNINGS": "ignore"},
    )
    assert process.stdout is not None  # noqa: S101 - asked for above
    printed = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(arguments)} failed with {process.returncode}")
    seconds = time.perf_counter() - started
    last = printed.decode().strip().splitlines()[-1] if printed.strip() else "{}"
    used = usage.ru_utime + usage.ru_stime
    return Sample(seconds, usage.ru_maxrss / 1024, json.loads(last), used)


def summary(samples: Sequence[Sample]) -> dict[str, Any]:
    """Return median, least and greatest seconds, and medians of processor, peak and stages."""
    seconds = [sample.seconds for sample in samples]
    stages = {name for sample in samples for name in sample.printed.get("stages", {})}
    return {
        "runs": len(samples),
        "seconds": round(statistics.median(seconds), 2),
        "seconds_min": round(min(seconds), 2),
        "seconds_max": round(max(seconds), 2),
        "processor": round(statistics.median(sample.processor for sample in samples), 2),
        "peak_mib": round(statistics.median(sample.peak_mib for sample in samples)),
        "stages": {
            name: round(
                statistics.median(s.printed.get("stages", {}).get(name, 0.0) for s in samples), 2
            )
            for name in sorted(stages)
        },
        "printed": {k: v for k, v in samples[-1].printed.items() if k != "stages"},
    }


def machine() -> dict[str, Any]:
    """Say on what and with which versions this was measured."""
    from importlib.metadata import version

    names = ("duckdb", "deltalake", "polars", "pyarrow", "great-expectations")
    return {
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "system": platform.system(),
        "versions": {name: version(name) for name in names},
    }


def publish(name: str, text: str, facts: Mapping[str, Any]) -> None:
    """Print what was measured, and keep it in results/ with the day and the machine."""
    print(text)
    measured_on = {"measured_on": datetime.now(tz=UTC).date().isoformat(), "machine": machine()}
    document = json.dumps({**measured_on, **facts}, indent=2, ensure_ascii=False)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.json").write_text(document + "\n", encoding="utf-8")
    (RESULTS / f"{name}.txt").write_text(text + "\n", encoding="utf-8")


def table(title: str, rows: Sequence[tuple[str, dict[str, Any]]], floor: str) -> str:
    """Return a plain-text table with ratios against the named floor."""
    base = dict(rows)[floor]
    lines = [
        title,
        f"{'':28}{'median s':>10}{'min–max':>16}{'× floor':>9}{'peak MiB':>10}{'× floor':>9}",
    ]
    for name, figures in rows:
        spread = f"{figures['seconds_min']}–{figures['seconds_max']}"
        lines.append(
            f"{name:28}{figures['seconds']:>10.2f}{spread:>16}"
            f"{figures['seconds'] / base['seconds']:>9.2f}{figures['peak_mib']:>10}"
            f"{figures['peak_mib'] / base['peak_mib']:>9.2f}"
        )
        for stage, seconds in figures["stages"].items():
            lines.append(f"  · {stage:24}{seconds:>10.2f}")
    return "\n".join(lines)
