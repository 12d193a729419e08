"""Memory of a governed load as the feed grows: it must follow the limits and not the table.

    python -m benchmarks.memory_growth --rows 5000000 20000000 100000000

One fresh process for each size, peak resident memory by the kernel's own count. What a row costs is
told in processor time as well, which other work on the machine changes little. Results go to
benchmarks/results/memory_growth.json.
"""

from __future__ import annotations

import argparse
from itertools import pairwise
from typing import Any

from benchmarks.governed_ingest import feed, measure, prepare
from benchmarks.harness import publish
from benchmarks.records import write_records

STEP = "governed_load"


def main() -> None:
    """Measure each size once, print and keep the peaks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[5_000_000, 20_000_000, 100_000_000])
    sizes = parser.parse_args().rows
    figures: list[dict[str, Any]] = []
    lines = [f"{'rows':>13}{'peak MiB':>10}{'s':>8}{'s/million':>11}{'cpu s/million':>15}"]
    for rows in sizes:
        write_records(feed(rows), rows)
        prepare(STEP, rows)
        sample = measure(STEP, rows)
        of_each = {
            "rows": rows,
            "peak_mib": round(sample.peak_mib),
            "seconds": round(sample.seconds, 1),
            "seconds_a_million": round(sample.seconds / rows * 1e6, 3),
            "processor_a_million": round(sample.processor / rows * 1e6, 3),
        }
        figures.append({**of_each, **sample.printed})
        lines.append("{:>13,}{:>10,}{:>8.1f}{:>11.2f}{:>15.2f}".format(*of_each.values()))
    for small, large in pairwise(figures):
        memory, wall, processor = (
            large[name] / small[name]
            for name in ("peak_mib", "seconds_a_million", "processor_a_million")
        )
        lines.append(
            f"from {small['rows']:,} to {large['rows']:,}: {memory:.2f} times the memory, "
            f"{wall:.2f} times the seconds a row, {processor:.2f} times the processor time a row"
        )
    publish("memory_growth", "\n".join(lines), {"benchmark": "memory_growth", "figures": figures})


if __name__ == "__main__":
    main()
