"""Two thousand tiny deliveries in one run: what a delivery costs beside its rows.

    python -m benchmarks.tiny_files --files 2000 --rows 20

Each file is a delivery of its own: landed, judged by Great Expectations, merged, recorded. The
floor does with polars and delta-rs what a script would: read the file, merge it, one after another.
"""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path
from typing import Any

from benchmarks.governed_ingest import CATALOG, TABLE, WORK, typed_frame
from benchmarks.harness import measured, publish, summary, table
from benchmarks.records import write_records

HOME = WORK / "tiny_home"
PIECES = WORK / "tiny"


def main() -> None:
    """Measure, or (with --step) be one of the measured processes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=2_000)
    parser.add_argument("--rows", type=int, default=20)
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--step", choices=list(STEPS))
    options = parser.parse_args()
    if options.step:
        print(json.dumps(STEPS[options.step]()))
        return
    _cut(options.files, options.rows)
    figures = {}
    for name in STEPS:
        samples = []
        for _ in range(options.runs):
            _prepare()
            samples.append(measured(["benchmarks.tiny_files", "--step", name]))
        figures[name] = summary(samples)
    title = f"tiny files: {options.files:,} deliveries of {options.rows} rows in one run"
    text = table(title, [*figures.items()], "floor")
    facts = {
        "benchmark": "tiny_files",
        "files": options.files,
        "rows_each": options.rows,
        "figures": figures,
    }
    publish("tiny_files", text, facts)


def _cut(files: int, rows: int) -> None:
    """Cut a register into files of a few rows each."""
    shutil.rmtree(PIECES, ignore_errors=True)
    PIECES.mkdir(parents=True)
    whole = write_records(WORK / f"records_{files * rows}.csv", files * rows)
    head, *lines = whole.read_text(encoding="utf-8").splitlines(keepends=True)
    for place in range(files):
        part = lines[place * rows : (place + 1) * rows]
        (PIECES / f"{place:06}.csv").write_text(head + "".join(part), encoding="utf-8")


def _prepare() -> None:
    shutil.rmtree(HOME, ignore_errors=True)
    shutil.copytree(PIECES, HOME / "inbox" / TABLE)


# ── the measured processes ──────────────────────────────────────────────────────────────────────


def floor() -> dict[str, Any]:
    """Read each file and merge it."""
    from deltalake import DeltaTable, write_deltalake

    path = HOME / "floor"
    for file in sorted(PIECES.iterdir()):
        rows = typed_frame(Path(file)).collect().to_arrow()
        if not path.exists():
            write_deltalake(path, rows)
            continue
        merger = DeltaTable(path).merge(
            rows,
            "t.record_id = s.record_id",
            source_alias="s",
            target_alias="t",
            streamed_exec=False,
        )
        merger.when_matched_update_all().when_not_matched_insert_all().execute()
    return {}


def governed() -> dict[str, Any]:
    """Take what waits the whole way, as `quanshu run` does."""
    from flow.stops import opened_gate, take_waiting
    from pipelines.settings import Settings, open_city

    city = open_city(Settings.from_environment({}, home=HOME, catalog=CATALOG))
    with opened_gate(city) as gate:
        outcomes = take_waiting(city, gate, TABLE)
    return {"deliveries": len(outcomes), "accepted": sum(one.accepted for one in outcomes)}


STEPS = {"floor": floor, "governed": governed}

if __name__ == "__main__":
    main()
