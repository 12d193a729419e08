"""Governed ingest: feed → landed, judged, authoritative, against bare polars and delta-rs.

    python -m benchmarks.governed_ingest --rows 5000000 --runs 5

First the whole register into an empty table, then a 1 % change. The floor is what a script would
do without any of it: `polars.scan_csv` with the types given, then `write_deltalake`, then `merge`.
Every figure is a whole fresh process, imports included. Results go to benchmarks/results/.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.harness import Sample, measured, publish, summary, table

HERE = Path(__file__).parent
WORK = HERE / ".work"
CATALOG = HERE / "catalog"
TABLE = "registry/record"


def main() -> None:
    """Measure, or (with --step) be one of the measured processes."""
    options = _options()
    if options.step:
        print(json.dumps(STEPS[options.step](options.rows)))
        return
    from benchmarks.records import write_changes, write_records

    write_records(feed(options.rows), options.rows)
    write_changes(_change(options.rows), options.rows)
    runs: dict[str, list[Sample]] = {name: [] for name in STEPS}
    for _ in range(options.runs):
        for name in STEPS:
            prepare(name, options.rows)
            runs[name].append(measure(name, options.rows))
    figures = {name: summary(samples) for name, samples in runs.items()}
    _publish(options.rows, figures)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--step", choices=list(STEPS))
    return parser.parse_args()


def measure(step: str, rows: int) -> Sample:
    """Measure one step in a process of its own."""
    return measured(["benchmarks.governed_ingest", "--rows", str(rows), "--step", step])


def _publish(rows: int, figures: dict[str, dict[str, Any]]) -> None:
    loads = [(name, figures[name]) for name in ("floor_load", "governed_load")]
    changes = [(name, figures[name]) for name in ("floor_change", "governed_change")]
    text = "\n\n".join(
        (
            table(
                f"load: {rows:,} rows × 12 columns of CSV into an empty table", loads, "floor_load"
            ),
            table(f"change: 1 % of {rows:,} rows, scattered", changes, "floor_change"),
        )
    )
    facts = {"benchmark": "governed_ingest", "rows": rows, "figures": figures}
    publish(f"governed_ingest_{rows // 1_000_000}m", text, facts)


# ── the measured processes ──────────────────────────────────────────────────────────────────────


def feed(rows: int) -> Path:
    """Return where the generated register lies."""
    return WORK / f"records_{rows}.csv"


def _change(rows: int) -> Path:
    return WORK / f"changes_{rows}.csv"


def prepare(step: str, rows: int) -> None:
    """Put the step's input where the step expects it, outside the measured time."""
    if step == "floor_load":
        shutil.rmtree(WORK / "floor", ignore_errors=True)
    if step == "governed_load":
        shutil.rmtree(WORK / "home", ignore_errors=True)
    if step.startswith("governed"):
        inbox = WORK / "home" / "inbox" / TABLE
        inbox.mkdir(parents=True, exist_ok=True)
        source = feed(rows) if step == "governed_load" else _change(rows)
        shutil.copyfile(source, inbox / f"{step}.csv")


def typed_frame(path: Path) -> Any:  # noqa: ANN401 - polars is imported by the measured process
    """Return the register read with its types given: what a script would do."""
    import polars as pl

    types = {
        "record_id": pl.Int64,
        "birth_date": pl.Date,
        "amount": pl.Decimal(18, 2),
        "updated_at": pl.Datetime("us"),
        "score": pl.Int64,
    }
    texts = ("person_id", "person_name", "sex", "phone", "address", "county", "status")
    return pl.scan_csv(path, schema_overrides={**types, **dict.fromkeys(texts, pl.String)})


def floor_load(rows: int) -> dict[str, Any]:
    """Bare load: scan_csv, collect, write_deltalake."""
    from deltalake import write_deltalake

    write_deltalake(WORK / "floor", typed_frame(feed(rows)).collect(engine="streaming"))
    return {}


def floor_change(rows: int) -> dict[str, Any]:
    """Bare change: scan_csv, collect, merge on the key."""
    from deltalake import DeltaTable

    changes = typed_frame(_change(rows)).collect(engine="streaming").to_arrow()
    merger = DeltaTable(WORK / "floor").merge(
        changes,
        "t.record_id = s.record_id",
        source_alias="s",
        target_alias="t",
        streamed_exec=False,
    )
    merger.when_matched_update_all().when_not_matched_insert_all().execute()
    return {}


def governed(rows: int) -> dict[str, Any]:
    """Take what waits the whole way, stage by stage, as `quanshu run` does."""
    del rows
    from cli.process import lasting

    with lasting():
        from flow.stops import land_waiting, opened_gate, take_waiting
        from pipelines.settings import Settings, open_city
        from quality.loading import begin_loading, wait_until_loaded

    second = {name: said for name, said in os.environ.items() if name.startswith("QUANSHU_SPARK")}
    city = open_city(Settings.from_environment(second, home=WORK / "home", catalog=CATALOG))
    stages: dict[str, float] = {}
    with opened_gate(city) as gate:
        begin_loading()  # as a turn does in which something waits
        clocked(stages, "1 land", lambda: land_waiting(city, TABLE))
        clocked(stages, "2 wait for Great Expectations", wait_until_loaded)
        judge = gate.judge
        gate.judge = lambda delivery: clocked(stages, "3 type and judge", lambda: judge(delivery))
        outcomes = clocked(stages, "rest", lambda: take_waiting(city, gate, TABLE))
    stages["4 promote"] = stages.pop("rest") - stages["3 type and judge"]
    return {"stages": stages, **{k: outcomes[0].as_dict()[k] for k in ("accepted", "quarantined")}}


def clocked(stages: dict[str, float], stage: str, work: Callable[[], Any]) -> Any:  # noqa: ANN401
    """Do some work, and enter its seconds as a stage."""
    started = time.perf_counter()
    result = work()
    stages[stage] = time.perf_counter() - started
    return result


STEPS = {
    "floor_load": floor_load,
    "governed_load": governed,
    "floor_change": floor_change,
    "governed_change": governed,
}

if __name__ == "__main__":
    main()
