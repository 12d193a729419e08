"""A governed load against `dlt` loading the same rows into Delta with merge, each in its own way.

    python -m benchmarks.against_dlt --rows 5000000 --runs 3

`dlt` lives in an environment of its own below benchmarks/.work (made on the first run, which needs
a package index). It is given the quickest way it has: Arrow batches with the types declared,
normalisation of names only, the filesystem destination, Delta tables, upsert on the key. Ours does
what `quanshu run` does: raw bytes kept, every record judged by Great Expectations, ledgers written.
Every figure is a whole fresh process, imports included.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime
from typing import Any

from benchmarks.governed_ingest import HERE, WORK, feed, measure, prepare
from benchmarks.harness import Sample, machine, summary, table
from benchmarks.records import write_records

VERSION = "1.31.0"
ENVIRONMENT = WORK / f"dlt-{VERSION}"
TARGET = WORK / "dlt_home"


def main() -> None:
    """Measure both in turn, print and keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    write_records(feed(options.rows), options.rows)
    _make_environment()
    runs: dict[str, list[Sample]] = {"dlt": [], "governed": []}
    for _ in range(options.runs):
        runs["dlt"].append(_load_with_dlt(options.rows))
        prepare("governed_load", options.rows)
        runs["governed"].append(measure("governed_load", options.rows))
    figures = {name: summary(samples) for name, samples in runs.items()}
    title = f"{options.rows:,} rows × 12 columns of CSV into Delta, merged on the key"
    text = table(title, [*figures.items()], "dlt")
    print(text)
    document = {
        "benchmark": "against_dlt",
        "rows": options.rows,
        "measured_on": datetime.now(tz=UTC).date().isoformat(),
        "machine": machine() | {"dlt": VERSION},
        "figures": figures,
    }
    (HERE / "results" / "against_dlt.json").write_text(json.dumps(document, indent=2) + "\n")
    (HERE / "results" / "against_dlt.txt").write_text(text + "\n")


def _make_environment() -> None:
    python = ENVIRONMENT / "bin" / "python"
    if python.exists():
        return
    subprocess.run([sys.executable, "-m", "venv", ENVIRONMENT], check=True)
    wanted = [f"dlt[deltalake]=={VERSION}", "pyarrow"]
    subprocess.run([python, "-m", "pip", "install", "--quiet", *wanted], check=True)


def _load_with_dlt(rows: int) -> Sample:
    shutil.rmtree(TARGET, ignore_errors=True)
    TARGET.mkdir(parents=True)
    environment = {
        **os.environ,
        "RUNTIME__DLTHUB_TELEMETRY": "false",
        "DESTINATION__FILESYSTEM__BUCKET_URL": f"file://{TARGET / 'lake'}",
        "PYTHONWARNINGS": "ignore",
    }
    started = time.perf_counter()
    process = subprocess.Popen(
        [ENVIRONMENT / "bin" / "python", HERE / "dlt_load.py", feed(rows), TARGET / "pipelines"],
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
    return Sample(seconds, usage.ru_maxrss / 1024, loaded)


if __name__ == "__main__":
    main()
