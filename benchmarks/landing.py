"""Landing: text → landed and typed, against bare `polars.scan_csv(...).sink_parquet(...)`.

    python -m benchmarks.landing --rows 5000000 --runs 5

The floor reads the same CSV with the types given and writes Parquet. Ours keeps the raw bytes,
finds every record with its line, writes the texts as rows.parquet, hashes the file, gives a receipt
and makes the typed feed the gate judges. Every figure is a whole fresh process, imports included.
The GB 18030 file has the same content; the floor cannot read it, so its floor is the UTF-8 one.
"""

from __future__ import annotations

import argparse
import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.governed_ingest import CATALOG, TABLE, WORK, feed
from benchmarks.harness import Sample, measured, publish, summary, table

HOME = WORK / "landing_home"


def main() -> None:
    """Measure, or (with --step) be one of the measured processes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--step", choices=list(STEPS))
    options = parser.parse_args()
    if options.step:
        print(json.dumps(STEPS[options.step](options.rows)))
        return
    from benchmarks.records import write_records

    write_records(feed(options.rows), options.rows)
    _write_gb18030(options.rows)
    runs: dict[str, list[Sample]] = {name: [] for name in STEPS}
    for _ in range(options.runs):
        for name in STEPS:
            _prepare(name, options.rows)
            step = ["benchmarks.landing", "--rows", str(options.rows), "--step", name]
            runs[name].append(measured(step))
    _publish(options.rows, {name: summary(samples) for name, samples in runs.items()})


def _publish(rows: int, figures: dict[str, dict[str, Any]]) -> None:
    text = table(
        f"landing: {rows:,} rows × 12 columns of CSV, landed and typed", [*figures.items()], "floor"
    )
    facts = {"benchmark": "landing", "rows": rows, "figures": figures}
    publish(f"landing_{rows // 1_000_000}m", text, facts)


def _gb18030(rows: int) -> Path:
    return WORK / f"records_{rows}_gb18030.csv"


def _write_gb18030(rows: int) -> None:
    path = _gb18030(rows)
    if not path.exists():
        with feed(rows).open(encoding="utf-8") as source, path.open("w", encoding="gb18030") as out:
            shutil.copyfileobj(source, out, 1 << 22)


def _prepare(step: str, rows: int) -> None:
    """Put the step's input where the step expects it, outside the measured time."""
    shutil.rmtree(HOME, ignore_errors=True)
    inbox = HOME / "inbox" / TABLE
    inbox.mkdir(parents=True)
    if step != "floor":
        shutil.copyfile(_gb18030(rows) if step == "gb18030" else feed(rows), inbox / "feed.csv")


# ── the measured processes ──────────────────────────────────────────────────────────────────────


def floor(rows: int) -> dict[str, Any]:
    """Read with the types given, write Parquet."""
    from benchmarks.governed_ingest import typed_frame

    typed_frame(feed(rows)).sink_parquet(HOME / "floor.parquet")
    return {}


def _landed(encoding: str) -> dict[str, Any]:
    import time

    from cli.process import lasting

    with lasting():
        from catalog_specs.loader import load
        from landing.landing import land, waiting
        from register.bundles import landed_file
        from storage.delta.written_files import Target
        from storage.engines.workbench import open_workbench
        from storage.layout import Layout
        from storage.working_folders import working_folder
        from values.typed import Landed, typed_rows

    layout, catalog, now = Layout(HOME), load(CATALOG), datetime.now(tz=UTC)
    resource = catalog.resource(TABLE)
    fed = resource.model_copy(
        update={"feed": resource.feed.model_copy(update={"encoding": encoding})}
    )
    (path,) = waiting(layout, TABLE, now)
    started = time.perf_counter()
    delivery = land(layout, catalog, fed, path, now)
    landed = time.perf_counter()
    with open_workbench(layout.work) as con, working_folder(layout.work, "typed-") as folder:
        target = Target(folder)
        typed_rows(con, catalog, fed, Landed(landed_file(layout, delivery)), target=target)
    typed = time.perf_counter()
    return {"stages": {"1 land": landed - started, "2 type": typed - landed}}


def utf_8(rows: int) -> dict[str, Any]:
    """Land and type UTF-8."""
    del rows
    return _landed("utf-8")


def gb18030(rows: int) -> dict[str, Any]:
    """Land and type GB 18030."""
    del rows
    return _landed("gb18030")


STEPS = {"floor": floor, "utf_8": utf_8, "gb18030": gb18030}

if __name__ == "__main__":
    main()
