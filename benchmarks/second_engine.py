"""A governed load by DuckDB, and by Apache Spark with two workers, as feeds grow.

    export SPARK_HOME=$(bash .ci/spark .venv-spark)
    python -m benchmarks.second_engine --rows 5000000 20000000

Both do what `quanshu run` does with a register that comes for the first time, in one process of
ours. With Spark there are a master, two workers of one core each and a Connect server beside it:
they are up before the clock begins, and what they take of memory and processors counts as well.
Results go to benchmarks/results/second_engine.json.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from threading import Event, Thread
from typing import Any
from unittest.mock import patch

from benchmarks.governed_ingest import feed, measure, prepare
from benchmarks.harness import publish
from benchmarks.records import write_records
from tests.harness.cluster import cluster

STEP = "governed_load"
JVM = "-XX:+UseSerialGC -XX:-DontCompileHugeMethods"
SETTINGS = {
    "spark.executor.extraJavaOptions": JVM,
    "spark.driver.extraJavaOptions": JVM,
}
"""The tests' cluster compiles in haste, which does not pay for a query of minutes."""
EVERY = 0.5
"""Seconds between two looks at the memory."""
TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
ENGINES = ("duckdb", "spark")


def main() -> None:
    """Measure each size once with each engine, print and keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[5_000_000, 20_000_000])
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=ENGINES)
    options = parser.parse_args()
    figures: list[dict[str, Any]] = []
    for rows in options.rows:
        write_records(feed(rows), rows)
    for engine in options.engines:
        with _address(engine) as asked:
            figures += [_measured(engine, rows, asked) for rows in options.rows]
    facts = {"benchmark": "second_engine", "figures": figures}
    publish("second_engine", "\n".join(_lines(figures)), facts)


@contextmanager
def _address(engine: str) -> Iterator[dict[str, str]]:
    """Yield what a process is told of an engine, which is up until left."""
    if engine == "duckdb":
        yield {}
        return
    with cluster(SETTINGS) as found:
        yield {"QUANSHU_SPARK": found.address.url, "QUANSHU_SPARK_ROWS": "1"}


def _measured(engine: str, rows: int, environment: dict[str, str]) -> dict[str, Any]:
    prepare(STEP, rows)
    with patch.dict(os.environ, environment), _watched() as seen:
        sample = measure(STEP, rows)
    return {
        "engine": engine,
        "rows": rows,
        "seconds": round(sample.seconds, 1),
        "processor": round(sample.processor + seen["processor"], 1),
        "peak_mib": round(seen["peak"] / (1 << 20)),
        "ours_mib": round(sample.peak_mib),
        **sample.printed,
    }


def _lines(figures: list[dict[str, Any]]) -> Iterator[str]:
    yield (
        f"{'':8}{'rows':>13}{'s':>9}{'cpu s':>9}{'s/million':>11}{'cpu/million':>13}"
        f"{'peak MiB':>10}{'of it ours':>12}"
    )
    for one in figures:
        each = one["rows"] / 1_000_000
        yield (
            f"{one['engine']:8}{one['rows']:>13,}{one['seconds']:>9.1f}{one['processor']:>9.1f}"
            f"{one['seconds'] / each:>11.2f}{one['processor'] / each:>13.2f}"
            f"{one['peak_mib']:>10,}{one['ours_mib']:>12,}"
        )
    by = {(one["engine"], one["rows"]): one for one in figures}
    for (engine, rows), one in by.items():
        if engine == "spark" and ("duckdb", rows) in by:
            here = by["duckdb", rows]
            yield (
                f"{rows:,} rows: Spark takes {one['seconds'] / here['seconds']:.1f} times the "
                f"seconds, {one['peak_mib'] / here['peak_mib']:.1f} times the memory"
            )
    for engine in dict.fromkeys(one["engine"] for one in figures):
        for small, large in pairwise(one for one in figures if one["engine"] == engine):
            grown = large["seconds"] / large["rows"] / (small["seconds"] / small["rows"])
            yield (
                f"{engine}, from {small['rows']:,} to {large['rows']:,}: {grown:.2f} times the "
                f"seconds a row, {large['peak_mib'] / small['peak_mib']:.2f} times the memory"
            )


# ── what all processes below this one take ──────────────────────────────────────────────────────


@contextmanager
def _watched() -> Iterator[dict[str, float]]:
    """Yield the peak of resident bytes of all processes below this one, known at the end.

    `processor` are the seconds of those that were there before and still are.
    """
    seen, over = {"peak": 0.0, "processor": 0.0}, Event()

    def look() -> None:
        while not over.wait(EVERY):
            seen["peak"] = max(seen["peak"], sum(map(_resident, _below(os.getpid()))))

    before = {pid: _processor(pid) for pid in _below(os.getpid())}
    watching = Thread(target=look)
    watching.start()
    try:
        yield seen
    finally:
        over.set()
        watching.join()
        seen["processor"] = sum(_processor(pid) - then for pid, then in before.items())


def _below(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    children = [int(child) for one in tasks for child in _read(one).split()]
    return children + [below for child in children for below in _below(child)]


def _resident(pid: int) -> int:
    parts = _read(Path(f"/proc/{pid}/statm")).split()
    return int(parts[1]) * PAGE if parts else 0


def _processor(pid: int) -> float:
    parts = _read(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
    return (int(parts[11]) + int(parts[12])) / TICKS if parts else 0.0


def _read(file: Path) -> str:
    """Return what a file of a process says; nothing when the process has ended."""
    try:
        return file.read_text(encoding="utf-8")
    except OSError:
        return ""


if __name__ == "__main__":
    main()
