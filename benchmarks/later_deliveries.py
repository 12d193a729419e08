"""What the second and every later delivery of a resource costs in one process, stage by stage.

    python -m benchmarks.later_deliveries --deliveries 10

A small register with 23 rules: each file holds a few new records, so that what is measured is what
a delivery costs beside its rows. Each is taken the whole way as a warm process does it, on a gate
of its own. The floor is what a script would do of it in the same process: `polars.scan_csv` with
the types given, then `merge` into a table with as many rows and commits. The first delivery of
both pays for imports and is left out.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from benchmarks.governed_ingest import CATALOG, TABLE, WORK, typed_frame
from benchmarks.harness import publish
from benchmarks.many_deliveries import ROWS, cut_files, deliver
from flow.city import City
from flow.stops import opened_gate, take_waiting
from pipelines.settings import Settings, open_city

MOST = 0.3
"""Seconds of the processor that a later delivery may cost."""
STAGES = {
    "1 land": "flow.stops.land_waiting",
    "2 type and judge": "flow.stops.judge",
    "3 promote": "flow.stops.promote_pending",
}
"""What is done of a turn in which function; the rest is the register, the gate and the locks."""


def main() -> None:
    """Take deliveries one after another, print and store the medians and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--deliveries", type=int, default=10)
    count = parser.parse_args().deliveries
    files = cut_files(count)
    home = WORK / "later"
    shutil.rmtree(home, ignore_errors=True)
    city = open_city(Settings.from_environment({}, home=home, catalog=CATALOG))
    taken, bare = [], []
    for file in files:
        deliver(city, file)
        taken.append(_taken(city))
        bare.append(_spent(lambda file=file: _merged(file, home / "floor")))  # type: ignore[misc]
    figures = _figures(taken[1:], bare[1:])
    text = "\n".join(_lines(count, figures))
    facts = {"benchmark": "later_deliveries", "deliveries": count, "figures": figures}
    publish("later_deliveries", text, facts)


def _figures(taken: Sequence[dict[str, float]], bare: Sequence[float]) -> dict[str, Any]:
    """Return medians and the most that any later delivery cost."""
    whole = [one["whole"] for one in taken]
    medians = {name: statistics.median(one[name] for one in taken) for name in taken[0]}
    floor = statistics.median(bare)
    return {
        "floor_cpu": round(floor, 3),
        "taken_cpu": round(medians.pop("whole"), 3),
        "taken_cpu_max": round(max(whole), 3),
        "ratio": round(statistics.median(whole) / floor, 2),
        "stages": {name: round(seconds, 3) for name, seconds in sorted(medians.items())},
    }


def _lines(count: int, figures: dict[str, Any]) -> list[str]:
    floor, taken, most = (figures[name] for name in ("floor_cpu", "taken_cpu", "taken_cpu_max"))
    governed = f"governed (at most {MOST})"
    return [
        f"deliveries 2 to {count} of {ROWS} rows in one process, CPU seconds of each",
        f"{'':28}{'median s':>10}{'most s':>10}{'× floor':>10}",
        f"{'floor: scan_csv, merge':28}{floor:>10.3f}{'':>10}{1:>10.2f}",
        f"{governed:28}{taken:>10.3f}{most:>10.3f}{figures['ratio']:>10.2f}",
        *(f"  · {name:24}{seconds:>10.3f}" for name, seconds in figures["stages"].items()),
    ]


def _spent(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def _taken(city: City) -> dict[str, float]:
    """Take what waits; return the seconds of the processor of each stage, and of all."""
    stages = dict.fromkeys(STAGES, 0.0)
    started = time.process_time()
    with _clocked(stages), opened_gate(city) as gate:
        outcomes = take_waiting(city, gate, TABLE)
    whole = time.process_time() - started
    if [one.accepted for one in outcomes] != [ROWS]:
        raise SystemExit(f"not taken: {outcomes}")
    return {**stages, "4 register, gate, locks": whole - sum(stages.values()), "whole": whole}


@contextmanager
def _clocked(stages: dict[str, float]) -> Iterator[None]:
    """Add up what the functions of each stage spend while the block runs."""
    from importlib import import_module

    patches = []
    for stage, place in STAGES.items():
        module, _, name = place.rpartition(".")
        plain = getattr(import_module(module), name)

        def clocked(*given: Any, stage: str = stage, plain: Any = plain) -> Any:  # noqa: ANN401
            started = time.process_time()
            try:
                return plain(*given)
            finally:
                stages[stage] += time.process_time() - started

        patches.append(patch(place, clocked))
    for one in patches:
        one.start()
    try:
        yield
    finally:
        for one in patches:
            one.stop()


def _merged(file: Path, target: Path) -> None:
    """Do what a script would: read with the types given, merge on the key."""
    from deltalake import DeltaTable, write_deltalake

    changes = typed_frame(file).collect(engine="streaming").to_arrow()
    if not target.exists():
        write_deltalake(target, changes)
        return
    merger = DeltaTable(target).merge(
        changes,
        "t.record_id = s.record_id",
        source_alias="s",
        target_alias="t",
        streamed_exec=False,
    )
    merger.when_matched_update_all().when_not_matched_insert_all().execute()


if __name__ == "__main__":
    main()
