"""The gate with twenty rules against Great Expectations on pandas, and against one bare query.

    python -m benchmarks.gate_peers --rows 5000000 --runs 3

All read the same CSV file, of which the gate's copy was landed before, type it, and count the
records that fail the same twenty rules; the counts must agree. `gx_pandas` reads by pyarrow and
asks for counts alone; `query` is what somebody would write by hand who wants nothing but counts.
`trial` is what `quanshu try` does: it reads the file first as landing does, and names the first
failing records of each rule. The gate also answers the rules that its catalogue implies, makes the
files of the table, names the records that stay back and enters every result into a ledger. Every
figure is a whole fresh process, imports included. Each but pandas does a few records first: what it
takes after that is what a process takes that is up, as one is that serves a city.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import yaml

from benchmarks.governed_ingest import CATALOG, TABLE, WORK, clocked, feed
from benchmarks.harness import Sample, measured, publish, summary, table
from benchmarks.records import write_records

HERE = WORK / "peers"
FEW, HOME, FIRST, UP = 200, "home_{}", "1 a few records first", "2 once it is up"
OLDEST, NEWEST, SEEN = "1900-01-01", "2016-12-31", "2020-06-01"
Rule = tuple[dict[str, Any], str]
"""A rule as the catalogue names it, and as the condition of a failing record."""


def _there(column: str) -> Rule:
    return _rule("values_to_not_be_null", column), f"{column} IS NULL"


def _long(column: str, size: int) -> Rule:
    return _rule("value_lengths_to_equal", column, value=size), f"length({column}) <> {size}"


def _sized(column: str, low: int, high: int) -> Rule:
    asked = _rule("value_lengths_to_be_between", column, min_value=low, max_value=high)
    return asked, f"length({column}) NOT BETWEEN {low} AND {high}"


def _formed(column: str, regex: str) -> Rule:
    asked = _rule("values_to_match_regex", column, regex=regex)
    return asked, f"NOT regexp_matches({column}, '{regex}')"


def _between(column: str, low: object, high: object, written: str = "{}") -> Rule:
    asked = _rule("values_to_be_between", column, min_value=low, max_value=high)
    return asked, f"{column} NOT BETWEEN {written.format(low)} AND {written.format(high)}"


def _listed(column: str, *values: str) -> Rule:
    listed = ", ".join(f"'{value}'" for value in values)
    asked = _rule("values_to_be_in_set", column, value_set=[*values])
    return asked, f"{column} NOT IN ({listed})"


def _rule(name: str, column: str, **arguments: object) -> dict[str, Any]:
    return {"expect": f"column_{name}", "column": column, **arguments}


RULES: dict[str, Rule] = {
    "id_there": _there("person_id"),
    "id_long": _long("person_id", 18),
    "id_form": _formed("person_id", "^[1-9][0-9]{16}[0-9]$"),
    "name_there": _there("person_name"),
    "name_long": _sized("person_name", 4, 6),
    "name_blank": (
        _rule("values_to_not_match_regex", "person_name", regex="[ 9]"),
        "regexp_matches(person_name, '[ 9]')",
    ),
    "sex": _listed("sex", "1"),
    "born": _between("birth_date", OLDEST, NEWEST, "DATE '{}'"),
    "phone_form": _formed("phone", "^1[3-9][0-8]"),
    "phone_long": _long("phone", 11),
    "address_there": _there("address"),
    "address_long": _sized("address", 1, 18),
    "county": _formed("county", "^35050"),
    "amount": _between("amount", 0, 90000),
    "status": _listed("status", "1", "2", "3"),
    "no_status": (
        _rule("values_to_not_be_in_set", "status", value_set=["4", "9"]),
        "status IN ('4', '9')",
    ),
    "score": _between("score", 1, 100),
    "updated": (
        _rule("values_to_be_between", "updated_at", min_value=SEEN),
        f"updated_at < TIMESTAMP '{SEEN}'",
    ),
    "after_birth": (
        {"expect": "column_pair_values_a_to_be_greater_than_b"}
        | {"column_A": "updated_at", "column_B": "birth_date"},
        "NOT updated_at > birth_date",
    ),
}
KEY = "key:unique"
"""The twentieth, which the catalogue implies: no two records have one number."""
TYPES = {
    "record_id": "BIGINT", "person_id": "VARCHAR", "person_name": "VARCHAR", "sex": "VARCHAR",
    "birth_date": "DATE", "phone": "VARCHAR", "address": "VARCHAR", "county": "VARCHAR",
    "amount": "DECIMAL(18, 2)", "status": "VARCHAR", "updated_at": "TIMESTAMP", "score": "BIGINT",
}  # fmt: skip


def main() -> None:
    """Measure, or (with --step) be one of the measured processes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--step", choices=["land", *STEPS])
    options = parser.parse_args()
    if options.step:
        step = land if options.step == "land" else STEPS[options.step]
        print(json.dumps(step(options.rows)))
        return
    for rows in (FEW, options.rows):
        write_records(feed(rows), rows)
    runs: dict[str, list[Sample]] = {name: [] for name in STEPS}
    for _ in range(options.runs):
        _process("land", options.rows)
        for name in STEPS:
            runs[name].append(_process(name, options.rows))
    _publish(options.rows, {name: summary(samples) for name, samples in runs.items()})


def _process(step: str, rows: int) -> Sample:
    return measured(["benchmarks.gate_peers", "--rows", str(rows), "--step", step])


def _publish(rows: int, figures: dict[str, dict[str, Any]]) -> None:
    counts = {name: one["printed"]["failing"] for name, one in figures.items()}
    if any(one != counts["query"] for one in counts.values()):
        raise SystemExit(f"the counts differ: {json.dumps(counts, indent=1)}")
    title = f"twenty rules on {rows:,} rows × 12 columns of CSV"
    text = table(title, [(name, figures[name]) for name in STEPS], "query")
    gate, peer = figures["gate"], figures["gx_pandas"]
    text += f"\ngate against gx_pandas: {peer['seconds'] / gate['seconds']:.1f} times as fast, "
    text += f"{gate['peak_mib'] / peer['peak_mib']:.2f} times the memory"
    for name in ("trial", "gate"):
        ratio = figures[name]["stages"][UP] / figures["query"]["stages"][UP]
        text += f"\n{name} once it is up, against the query once it is: {ratio:.2f} times as long"
    publish("gate_peers", text, {"benchmark": "gate_peers", "rows": rows, "figures": figures})


# ── the measured processes ──────────────────────────────────────────────────────────────────────


def _catalogue() -> Path:
    """Write the benchmark's catalogue with the twenty rules instead of its value domains."""
    root = HERE / "catalog"
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(CATALOG, root)
    kept = ("code", "name", "subject", "type", "sensitivity", "scale")
    elements = root / "elements" / "record.yaml"
    plain = [
        {name: value for name, value in one.items() if name in kept}
        for one in yaml.safe_load(elements.read_text(encoding="utf-8"))
    ]
    elements.write_text(yaml.safe_dump(plain, allow_unicode=True), encoding="utf-8")
    (resource,) = (root / "resources").rglob("*.yaml")
    document = yaml.safe_load(resource.read_text(encoding="utf-8"))
    told = {"level": "warn", "dimension": "accuracy", "description": "衡量用的规则"}
    document["quality"] = [{"code": code, **told, **rule} for code, (rule, _) in RULES.items()]
    for item in document["items"]:
        item["required"] = item["code"] == "record_id"
    resource.write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
    return root


def _city(rows: int) -> Any:  # noqa: ANN401 - imported by the measured process alone
    from pipelines.settings import Settings, open_city

    return open_city(
        Settings.from_environment({}, home=HERE / HOME.format(rows), catalog=HERE / "catalog")
    )


def land(rows: int) -> dict[str, Any]:
    """Land the register in a fresh home, and a few records in one, which is not measured here."""
    from flow.stops import land_waiting

    _catalogue()
    for size in (FEW, rows):
        home = HERE / HOME.format(size)
        shutil.rmtree(home, ignore_errors=True)
        inbox = home / "inbox" / TABLE
        inbox.mkdir(parents=True)
        shutil.copyfile(feed(size), inbox / "records.csv")
        land_waiting(_city(size), TABLE)
    os.sync()  # else it would be written to the disk beside what is measured
    return {}


def gate(rows: int) -> dict[str, Any]:
    """Judge what was landed, and read the counts from the ledger."""
    from flow.stops import judge_waiting
    from register.rule_results import rule_results

    few, city = _city(FEW), _city(rows)
    stages: dict[str, float] = {}
    clocked(stages, FIRST, lambda: judge_waiting(few, TABLE))
    clocked(stages, UP, lambda: judge_waiting(city, TABLE))
    found = rule_results(city.layout, TABLE).select(["rule", "failing"]).to_pylist()
    failing = {one["rule"]: one["failing"] for one in found}
    return {"stages": stages, "failing": {code: failing[code] for code in (*RULES, KEY)}}


def trial(rows: int) -> dict[str, Any]:
    """Judge the file without a home, reading it included."""
    from catalog_specs.loader import load
    from quality.gate.trial import Trial, judge_file
    from storage.engines.workbench import Limits

    stages: dict[str, float] = {}
    catalog = load(HERE / "catalog")
    asked, resource = Trial(catalog, None, datetime.now(tz=UTC), Limits()), catalog.resource(TABLE)
    clocked(stages, FIRST, lambda: judge_file(feed(FEW), resource, asked))
    tried = clocked(stages, UP, lambda: judge_file(feed(rows), resource, asked))
    failing = {one.asked.rule: one.failing[0] for one in tried.results}
    return {"stages": stages, "failing": {code: failing[code] for code in (*RULES, KEY)}}


def query(rows: int) -> dict[str, Any]:
    """Count in one pass over the file."""
    import duckdb

    counts = ", ".join(f"count(*) FILTER (WHERE {bad})" for _, bad in RULES.values())
    stages: dict[str, float] = {}
    with duckdb.connect() as con:

        def counted(size: int) -> Any:  # noqa: ANN401 - a row of counts
            return con.execute(
                f"SELECT {counts}, count(record_id) - count(DISTINCT record_id) "
                f"FROM read_csv('{feed(size)}', header = true, columns = {TYPES})"
            ).fetchone()

        clocked(stages, FIRST, lambda: counted(FEW))
        *found, double = clocked(stages, UP, lambda: counted(rows))
    return {"stages": stages, "failing": dict(zip((*RULES, KEY), (*found, double), strict=True))}


def gx_pandas(rows: int) -> dict[str, Any]:
    """Validate a suite of the same expectations on a pandas frame, for counts alone."""
    stages: dict[str, float] = {}
    clocked(stages, "1 import Great Expectations", lambda: import_module("great_expectations"))
    import great_expectations as gx
    import pandas as pd
    from great_expectations.expectations.expectation_configuration import (
        ExpectationConfiguration,
    )

    texts = [name for name, kind in TYPES.items() if kind == "VARCHAR"]
    frame = clocked(
        stages,
        "2 read",
        lambda: pd.read_csv(
            feed(rows),
            engine="pyarrow",
            dtype=dict.fromkeys(texts, "str"),
            parse_dates=["birth_date", "updated_at"],
        ),
    )
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    asset = context.data_sources.add_pandas("peers").add_dataframe_asset("records")
    whole = asset.add_batch_definition_whole_dataframe("whole")
    suite = gx.ExpectationSuite(name="twenty")
    unique = {"expect": "column_values_to_be_unique", "column": "record_id"}
    for rule in (*(rule for rule, _ in RULES.values()), unique):
        arguments = {k: _compared(value) for k, value in rule.items() if k != "expect"}
        asked = ExpectationConfiguration(type=f"expect_{rule['expect']}", kwargs=arguments)
        suite.add_expectation(asked.to_domain_obj())
    batch = whole.get_batch(batch_parameters={"dataframe": frame})
    said = {"result_format": "BASIC", "partial_unexpected_count": 0}
    found = clocked(stages, "3 judge", lambda: batch.validate(suite, result_format=said))
    counts = (int(one.result["unexpected_count"]) for one in found.results)
    return {"stages": stages, "failing": dict(zip((*RULES, KEY), counts, strict=True))}


def _compared(value: Any) -> Any:  # noqa: ANN401 - any argument
    """Return a bound of a day or moment as pandas compares it."""
    days = isinstance(value, str) and value in {OLDEST, NEWEST, SEEN}
    return datetime.fromisoformat(value) if days else value


STEPS = {"query": query, "trial": trial, "gate": gate, "gx_pandas": gx_pandas}

if __name__ == "__main__":
    main()
