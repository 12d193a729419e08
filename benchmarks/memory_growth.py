"""Memory of a governed load as the feed grows: it must follow the limits and not the table.

    python -m benchmarks.memory_growth --rows 5000000 20000000

One fresh process for each size, peak resident memory by the kernel's own count. Results go to
benchmarks/results/memory_growth.json.
"""

from __future__ import annotations

import argparse
import json
from datetime import UTC, datetime

from benchmarks.governed_ingest import HERE, feed, measure, prepare
from benchmarks.harness import machine
from benchmarks.records import write_records

STEP = "governed_load"


def main() -> None:
    """Measure each size once, print and keep the peaks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[5_000_000, 20_000_000])
    sizes = parser.parse_args().rows
    figures = []
    for rows in sizes:
        write_records(feed(rows), rows)
        prepare(STEP, rows)
        sample = measure(STEP, rows)
        figures.append(
            {
                "rows": rows,
                "peak_mib": round(sample.peak_mib),
                "seconds": round(sample.seconds, 1),
                **sample.printed,
            }
        )
        print(f"{rows:>12,} rows  {sample.peak_mib:>7.0f} MiB  {sample.seconds:>7.1f} s")
    growth = figures[-1]["peak_mib"] / figures[0]["peak_mib"]
    print(f"{sizes[-1] / sizes[0]:.0f} times the rows, {growth:.2f} times the memory")
    document = {
        "benchmark": "memory_growth",
        "measured_on": datetime.now(tz=UTC).date().isoformat(),
        "machine": machine(),
        "figures": figures,
    }
    (HERE / "results").mkdir(exist_ok=True)
    (HERE / "results" / "memory_growth.json").write_text(json.dumps(document, indent=2) + "\n")


if __name__ == "__main__":
    main()
