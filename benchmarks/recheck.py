"""Stored rows asked today's rules again, and referred values compared with their source again.

    python -m benchmarks.recheck --rows 1000000 --runs 5

The ingest benchmark's register lies in a home, and beside it a second resource of as many records
that refer to its names and counties. `recheck` asks every rule that can be asked of the register's
stored rows; `compare` compares what stands of the second with the first, as a run does when its
source has changed. Their floors count a few nulls of the same table, and join the same two files.
Every figure is a whole fresh process, imports included.
"""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path
from typing import Any

import duckdb
import yaml

from benchmarks.governed_ingest import CATALOG, TABLE, WORK, clocked, feed
from benchmarks.harness import Sample, measured, publish, summary, table
from benchmarks.records import write_records

HERE = WORK / "recheck"
SECOND = "registry/visitor"
HOME = "home"
"""The step that is not measured."""
STALE = 100
"""One record in as many has another name than its source."""


def main() -> None:
    """Measure, or (with --step) be one of the measured processes."""
    options = _options()
    if options.step:
        print(json.dumps(STEPS[options.step](options.rows)))
        return
    write_records(feed(options.rows), options.rows)
    _step(HOME, options.rows)  # apart: a child's peak is never below what its parent holds
    runs: dict[str, list[Sample]] = {name: [] for name in STEPS if name != HOME}
    for _ in range(options.runs):
        for name, some in runs.items():
            some.append(_step(name, options.rows))
    figures = {name: summary(some) for name, some in runs.items()}
    parts = [(name, figures[name]) for name in ("floor_recheck", "recheck")]
    others = [(name, figures[name]) for name in ("floor_compare", "compare")]
    rows, rules = options.rows, figures["recheck"]["printed"]["rules"]
    text = "\n\n".join(
        (
            table(f"recheck: {rules} rules of {rows:,} stored rows", parts, "floor_recheck"),
            table(f"compare: {rows:,} records with their source", others, "floor_compare"),
        )
    )
    publish("recheck", text, {"benchmark": "recheck", "rows": rows, "figures": figures})


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--step", choices=STEPS)
    return parser.parse_args()


def _step(name: str, rows: int) -> Sample:
    return measured(["benchmarks.recheck", "--rows", str(rows), "--step", name])


def make_home(rows: int) -> dict[str, Any]:
    """Take in the register, then a second resource that refers to it."""
    from flow.run import run

    shutil.rmtree(HERE, ignore_errors=True)
    _catalogue()
    _put(TABLE, feed(rows))
    visitors = HERE / "visitors.csv"
    stale = f"CASE WHEN record_id % {STALE} = 0 THEN '旧名' ELSE person_name END AS person_name"
    with duckdb.connect() as con:
        con.execute(
            f"COPY (SELECT record_id, {stale}, county FROM {_csv(feed(rows))}) TO '{visitors}'"
        )
    _put(SECOND, visitors)
    done = run(_city())
    if done.failures or [one.accepted for one in done.outcomes] != [rows, rows]:
        raise SystemExit(f"the home could not be made: {done.failures}")
    return {}


def _catalogue() -> None:
    root = HERE / "catalog"
    shutil.copytree(CATALOG, root)
    of_first = root / "resources" / f"{TABLE}.yaml"
    document = yaml.safe_load(of_first.read_text(encoding="utf-8"))
    referred = ("record_id", "person_name", "county")
    document |= {
        "code": "900-350500-0002",
        "resource": SECOND.rpartition("/")[2],
        "name": "来访记录",
        "items": [
            {"code": c, "element": c, "source": f"{TABLE}.{c}", "required": True} for c in referred
        ],
    }
    document["feed"]["columns"] = {c: c for c in referred}
    second = root / "resources" / f"{SECOND}.yaml"
    second.write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")


def _put(ref: str, file: Path) -> None:
    inbox = HERE / "home" / "inbox" / ref
    inbox.mkdir(parents=True)
    shutil.copyfile(file, inbox / "records.csv")


def _city() -> Any:  # noqa: ANN401 - imported by the measured process alone
    from pipelines.settings import Settings, open_city

    return open_city(Settings.from_environment({}, home=HERE / "home", catalog=HERE / "catalog"))


def _csv(file: Path) -> str:
    return f"read_csv('{file}', header = true, types = {{'county': 'VARCHAR'}})"


# ── the measured processes ──────────────────────────────────────────────────────────────────────


def recheck(rows: int) -> dict[str, Any]:
    """Ask today's rules of the register as `quanshu recheck` does."""
    del rows
    from flow.upkeep.rechecks import recheck as ask_again
    from quality.engine import load_vendor

    stages: dict[str, float] = {}
    clocked(stages, "1 import Great Expectations", load_vendor)
    found = clocked(stages, "2 recheck", lambda: ask_again(_city(), [TABLE]))
    (one,) = found.done
    return {"stages": stages, "rules": len(one.results), "failing": len(one.failing)}


def floor_recheck(rows: int) -> dict[str, Any]:
    """Count the nulls of every column of the same table."""
    from deltalake import DeltaTable

    del rows
    lake = DeltaTable(str(_city().layout.authoritative(TABLE)))
    files = lake.file_uris()
    counts = ", ".join(f'count("{one.name}")' for one in lake.schema().fields)
    with duckdb.connect() as con:
        con.execute(f"SELECT {counts} FROM read_parquet({files})").fetchone()
    return {}


def compare(rows: int) -> dict[str, Any]:
    """Compare what stands of the second resource with its source."""
    from quality.reconciliation.standing import compare_standing

    city = _city()
    stages: dict[str, float] = {}
    found = clocked(
        stages,
        "1 compare",
        lambda: compare_standing(
            city.layout, city.catalog, SECOND, city.clock(), city.limits, city.bounds
        ),
    )
    names = next(one for one in found.comparisons if one.item == "person_name")
    if names.mismatched < rows // STALE * 9 // 10:
        raise SystemExit(f"the comparison found {names.mismatched} other names")
    return {"stages": stages, "mismatched": names.mismatched}


def floor_compare(rows: int) -> dict[str, Any]:
    """Join both files on the key, and count what differs."""
    with duckdb.connect() as con:
        (found,) = (
            con.execute(
                "SELECT count(*) FROM "
                f"{_csv(HERE / 'visitors.csv')} a JOIN {_csv(feed(rows))} b USING (record_id) "
                "WHERE a.person_name <> b.person_name"
            ).fetchone()
            or ()
        )
    return {"mismatched": found}


STEPS = {
    HOME: make_home,
    "floor_recheck": floor_recheck,
    "recheck": recheck,
    "floor_compare": floor_compare,
    "compare": compare,
}

if __name__ == "__main__":
    main()
