"""A governed load against `dlt` merging the same rows into Delta, each in its own way.

    python -m benchmarks.against_dlt --rows 5000000 --runs 3
    python -m benchmarks.against_dlt --rows 5000000 --runs 1 --reader plain

First the register into an empty table; then the whole register again, every hundredth record
changed, which is where a merge has something to merge with (on the first load `dlt` appends).
`dlt` lives in an environment of its own below benchmarks/.work (made on the first run, which needs
a package index). By default it reads the quickest way it has: Arrow batches with the types
declared, normalisation of names only. With `--reader plain` it reads by its own reader of CSV
files, which hands on records as dictionaries. Either way it writes to the filesystem destination,
as Delta tables, by upsert on the key. Ours does what `quanshu run` does: raw bytes kept, every
record judged by Great Expectations, ledgers written. Every figure is a whole fresh process, imports
included.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.governed_ingest import HERE, TABLE, WORK, feed, measure, prepare
from benchmarks.harness import Sample, machine, publish, summary, table
from benchmarks.records import write_again, write_records

VERSION = "1.31.0"
ENVIRONMENT = WORK / f"dlt-{VERSION}"
TARGET = WORK / "dlt_home"
LOADS = ("dlt", "governed")
AGAIN = ("dlt_again", "governed_again")


def main() -> None:
    """Measure both in turn, print and keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--reader", choices=["arrow", "plain"], default="arrow")
    options = parser.parse_args()
    rows: int = options.rows
    first = write_records(feed(rows), rows)
    again = write_again(WORK / f"again_{rows}.csv", rows)
    _make_environment()
    runs: dict[str, list[Sample]] = {name: [] for name in (*LOADS, *AGAIN)}
    for _ in range(options.runs):
        shutil.rmtree(TARGET, ignore_errors=True)
        TARGET.mkdir(parents=True)
        runs["dlt"].append(_dlt(options.reader, first, rows))
        runs["dlt_again"].append(_dlt(options.reader, again, rows))
        prepare("governed_load", rows)
        runs["governed"].append(measure("governed_load", rows))
        shutil.copyfile(again, WORK / "home" / "inbox" / TABLE / "again.csv")
        runs["governed_again"].append(measure("governed_change", rows))
    _publish(options, {name: summary(samples) for name, samples in runs.items()})


def _publish(options: argparse.Namespace, figures: dict[str, dict[str, Any]]) -> None:
    of = f"{options.rows:,} rows of CSV into Delta by upsert, dlt reading {options.reader}"
    text = "\n\n".join(
        table(f"{of}: {what}", [(name, figures[name]) for name in names], names[0])
        for what, names in (("a first load", LOADS), ("again, 1 % changed", AGAIN))
    )
    facts = {
        "benchmark": "against_dlt",
        "reader": options.reader,
        "rows": options.rows,
        "figures": figures,
        "machine": machine() | {"dlt": VERSION},
    }
    publish(f"against_dlt_{options.reader}", text, facts)


def _make_environment() -> None:
    python = ENVIRONMENT / "bin" / "python"
    if python.exists():
        return
    subprocess.run([sys.executable, "-m", "venv", ENVIRONMENT], check=True)
    wanted = [f"dlt[deltalake]=={VERSION}", "pandas", "pyarrow"]
    subprocess.run([python, "-m", "pip", "install", "--quiet", *wanted], check=True)


def _dlt(reader: str, source: Path, rows: int) -> Sample:
    environment = {
        **os.environ,
        "RUNTIME__DLTHUB_TELEMETRY": "false",
        "DESTINATION__FILESYSTEM__BUCKET_URL": f"file://{TARGET / 'lake'}",
        "PYTHONWARNINGS": "ignore",
    }
    started = time.perf_counter()
    process = subprocess.Popen(
        [
            ENVIRONMENT / "bin" / "python",
            HERE / "dlt_load.py",
            reader,
            source,
            TARGET / "pipelines",
        ],
        stdout=subprocess.PIPE,
        env=environment,
    )
    assert process.stdout is not None  # noqa: S101 - asked for above
    printed = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"dlt failed with {process.returncode}")
    seconds = time.perf_counter() - started
    loaded: dict[str, Any] = json.loads(printed.decode().strip().splitlines()[-1])
    if loaded["rows"] != rows:
        raise SystemExit(f"dlt loaded {loaded['rows']} of {rows} rows")
    return Sample(seconds, usage.ru_maxrss / 1024, loaded, usage.ru_utime + usage.ru_stime)


if __name__ == "__main__":
    main()
