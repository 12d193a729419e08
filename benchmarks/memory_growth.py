"""Memory of a governed load as the feed grows: it must follow the limits and not the table.

    python -m benchmarks.memory_growth --rows 5000000 20000000

One fresh process for each size, peak resident memory by the kernel's own count. Results go to
benchmarks/results/memory_growth.json.
"""

from __future__ import annotations

import argparse
from typing import Any

from benchmarks.governed_ingest import feed, measure, prepare
from benchmarks.harness import publish
from benchmarks.records import write_records

STEP = "governed_load"


def main() -> None:
    """Measure each size once, print and keep the peaks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[5_000_000, 20_000_000])
    sizes = parser.parse_args().rows
    figures: list[dict[str, Any]] = []
    lines = []
    for rows in sizes:
        write_records(feed(rows), rows)
        prepare(STEP, rows)
        sample = measure(STEP, rows)
        peak, seconds = round(sample.peak_mib), round(sample.seconds, 1)
        figures.append({"rows": rows, "peak_mib": peak, "seconds": seconds, **sample.printed})
        lines.append(f"{rows:>12,} rows  {peak:>7} MiB  {seconds:>7.1f} s")
    growth = figures[-1]["peak_mib"] / figures[0]["peak_mib"]
    lines.append(f"{sizes[-1] / sizes[0]:.0f} times the rows, {growth:.2f} times the memory")
    publish("memory_growth", "\n".join(lines), {"benchmark": "memory_growth", "figures": figures})


if __name__ == "__main__":
    main()
