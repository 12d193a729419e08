"""The gate's counts against Great Expectations on pandas, rule by rule, over random tables.

Pandas knows no LIKE and no SQL; what it counts of those is asked of Python itself.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd
import pytest

from catalog_specs.rules.quality.core_expectations import CORE, Scope
from quality.findings import Findings
from quality.gate.plan import compile_plan
from quality.rules.derivation import rules_for
from register.bundles import ROW_SPAN
from storage.engines.connection import Connection
from storage.layout import Layout
from tests.city import NIGHT
from tests.city.plans import keeping_back
from tests.city.resources import catalog_of, person
from tests.tiers import then_thorough
from tests.unit.quality.gate.test_runner import (
    COLUMN_RULES,
    ROWS,
    WHOLE_RULES,
    Asked,
    opened,
    random_feed,
)
from values.shapes import typed_schema
from values.typed import Typed

TABLES = 200
"""Tables that every kind of expectation is compared on, each of other records."""
ELSEWHERE = {
    "column_values_to_be_unique",
    "compound_columns_to_be_unique",
    "column_quantile_values_to_be_between",
}
"""Judged with the records, or not as on pandas: a quantile lies between two records there."""
TODAY = NIGHT.date()
FORMAT = {"result_format": "COMPLETE", "include_unexpected_rows": False}
Rules = Sequence[Mapping[str, Any]]


def _named(*scopes: Scope) -> list[dict[str, Any]]:
    """Return the rules of some scopes, each with a code and without a condition of its rows.

    Pairs with a missing value are left out: a database says nothing of them, pandas that they are
    other values.
    """
    either = {"ignore_row_if": "either_value_is_missing"}
    every = [
        rule | (either if rule["expect"].startswith("column_pair") else {})
        for rule in (*COLUMN_RULES, *WHOLE_RULES)
        if "expect" in rule and "where" not in rule and CORE[rule["expect"]].scope in scopes
    ]
    return [{"code": f"named_{n}", "level": "warn"} | rule for n, rule in enumerate(every)]


def _asked(named: Rules) -> tuple[Any, Asked]:
    made = person(*named)
    catalog = catalog_of(made)
    rules = [rule for rule in rules_for(catalog, made) if rule.code.startswith("named_")]
    plan = keeping_back(compile_plan(made, rules, TODAY, typed_schema(catalog, made)))
    return catalog, Asked(made, rules, plan)


def frame_of(columns: Mapping[str, list[Any]], *, sound: bool = True) -> pd.DataFrame:
    """Return sound records, or all, as pandas has them.

    Numbers with gaps are floats, days are moments.
    """
    frame = pd.DataFrame(dict(columns))
    if sound:
        frame = frame[frame["_defect"].isna()]
    frame = frame.set_index("_row", drop=False).rename_axis(None)
    for name in ("children", "income"):
        frame[name] = frame[name].astype("float64")
    for name in ("birth_date", "seen_at"):
        frame[name] = pd.to_datetime(frame[name])
    return frame


def numbers_of_tables(chance: random.Random) -> list[int]:
    """Return the numbers of the records of tables that stand side by side."""
    return [
        place * ROW_SPAN + number
        for place in range(TABLES)
        for number in range(1, chance.randint(1, ROWS) + 1)
    ]


def _compared(value: Any) -> Any:
    """Return an argument as pandas compares it."""
    if value == "today":
        return pd.Timestamp(TODAY)
    return pd.Timestamp(value) if isinstance(value, date) else value


class OnPandas:
    """Great Expectations on pandas, asked the same rules about one table after another."""

    def __init__(self, rules: Rules, first: pd.DataFrame) -> None:
        from great_expectations.execution_engine import PandasExecutionEngine
        from great_expectations.expectations.expectation_configuration import (
            ExpectationConfiguration,
        )
        from great_expectations.validator.validation_graph import ValidationGraph

        self._engine = PandasExecutionEngine()
        self._engine.load_batch_data("table", first)
        graph = ValidationGraph(execution_engine=self._engine)
        self._judges: dict[str, tuple[Any, Mapping[str, Any]]] = {}
        own = {"code", "level", "expect", "mostly"}
        for rule in rules:
            kwargs = {k: _compared(value) for k, value in rule.items() if k not in own}
            if rule["expect"] == "compound_columns_to_be_unique":
                kwargs["ignore_row_if"] = "any_value_is_missing"  # as our own key has it
            expectation = ExpectationConfiguration(
                type=f"expect_{rule['expect']}", kwargs=kwargs
            ).to_domain_obj()
            needs = expectation.get_validation_dependencies(
                execution_engine=self._engine, runtime_configuration={"result_format": FORMAT}
            ).metric_configurations
            self._judges[rule["code"]] = expectation, needs
            for need in needs.values():
                graph.build_metric_dependency_graph(
                    need, runtime_configuration={"result_format": FORMAT}
                )
        self._edges = list(graph.edges)

    def results(self, frame: pd.DataFrame) -> dict[str, dict[str, Any]]:
        """Return code → result of a table."""
        from great_expectations.validator.validation_graph import ValidationGraph

        self._engine.load_batch_data("table", frame)
        graph = ValidationGraph(execution_engine=self._engine, edges=list(self._edges))
        metrics, aborted = graph.resolve(
            runtime_configuration={"result_format": FORMAT}, show_progress_bars=False
        )
        assert not aborted, [str(one) for one in aborted.values()][:3]
        return {
            code: expectation._validate(
                metrics={name: metrics[need.id] for name, need in needs.items()},
                runtime_configuration={"result_format": FORMAT},
                execution_engine=self._engine,
            )
            for code, (expectation, needs) in self._judges.items()
        }


def _like(pattern: str, text: str) -> bool:
    """Say whether a text is LIKE a pattern, as SQL means it."""
    signs = ({"%": ".*", "_": "."}.get(sign, re.escape(sign)) for sign in pattern)
    return re.fullmatch("".join(signs), text, re.DOTALL) is not None


def _unlike(rule: Mapping[str, Any], frame: pd.DataFrame) -> list[int]:
    """Return the numbers of the records that a LIKE rule does not let pass."""
    patterns = rule.get("like_pattern_list") or [rule["like_pattern"]]
    wanted = all if rule.get("match_on") == "all" else any
    negated = "_not_" in rule["expect"]
    texts = frame[rule["column"]].dropna()
    return [
        row
        for row, text in texts.items()
        if wanted(_like(pattern, text) for pattern in patterns) is negated
    ]


def failing_records(con: Connection, found: Findings) -> dict[str, set[int]]:
    """Return code → numbers of the records that a run of the gate found to fail."""
    assert found.failures
    listed = con.execute(f"SELECT unnest(rules), _row FROM {found.failures.sql}").fetchall()
    rows: dict[str, set[int]] = defaultdict(set)
    for code, row in listed:
        rows[code].add(row)
    return rows


def columns_of(con: Connection, typed: Typed) -> dict[str, list[Any]]:
    """Return the typed feed, column by column."""
    found: dict[str, list[Any]] = (
        con.execute(f"FROM {typed.feed.sql} ORDER BY _row").to_arrow_table().to_pydict()
    )
    return found


def _wanted(named: Rules, frame: pd.DataFrame) -> dict[str, set[int]]:
    """Return code → numbers of the records that fail; what looks among them, table by table.

    Of a rule about how many there are it is the places of the tables that fail.
    """
    liked = [rule for rule in named if "like" in rule["expect"]]
    found = {rule["code"]: {*_unlike(rule, frame)} for rule in liked}
    together = [rule for rule in named if CORE[rule["expect"]].scope is Scope.RECORD]
    asked = OnPandas([rule for rule in together if rule not in liked], frame)
    for code, result in asked.results(frame).items():
        found[code] = {*result["result"]["unexpected_index_list"]}
    each = OnPandas([rule for rule in named if rule not in (*together, *liked)], frame)
    for place in range(TABLES):
        table = frame[frame["_row"] // ROW_SPAN == place]
        for code, result in each.results(table).items():
            about = result["result"]
            rows = about.get("unexpected_index_list", [] if result["success"] else [place])
            found.setdefault(code, set()).update(rows)
    return found


def test_the_records_that_fail_are_those_that_pandas_finds(layout: Layout) -> None:
    """Two hundred tables side by side: each rule counts in each of them what pandas counts."""
    among = [rule for rule in _named(Scope.AMONG) if "unique" in rule["expect"]]
    named = [*_named(Scope.RECORD), *_named(Scope.COUNT), *among]
    named = [rule | {"code": f"named_{n}"} for n, rule in enumerate(named)]
    catalog, one = _asked(named)
    chance = random.Random(41)
    with opened(layout) as (con, runner):
        typed = random_feed(con, catalog, one, chance, numbers_of_tables(chance))
        found = runner.run(one.plan, typed, "tables", range(TABLES))
        failing = failing_records(con, found)
        frame = frame_of(columns_of(con, typed))
    counting = {r["code"] for r in named if CORE[r["expect"]].scope is Scope.COUNT}
    for told in (result for result in found.results if result.asked.rule in counting):
        failing[told.asked.rule] = {n for n, well in enumerate(told.passed) if not well}
    wanted = _wanted(named, frame)
    for rule in named:
        assert failing[rule["code"]] == wanted[rule["code"]], rule
        assert failing[rule["code"]], rule
    assert len({rule["expect"] for rule in named}) >= 24


@pytest.mark.parametrize("tables", then_thorough([12], [TABLES]))
def test_figures_of_a_table_are_those_of_pandas(layout: Layout, tables: int) -> None:
    """What looks at all records of a table passes or fails, and counts, as it does on pandas."""
    named = [
        rule
        for rule in _named(Scope.AMONG, Scope.FIGURE, Scope.COUNT)
        if rule["expect"] not in ELSEWHERE
    ]
    rules = {rule["code"]: rule for rule in named}
    catalog, one = _asked(named)
    chance = random.Random(43)
    asked: OnPandas | None = None
    with opened(layout) as (con, runner):
        for _ in range(tables):
            typed = random_feed(con, catalog, one, chance)
            found = runner.run(one.plan, typed, "table")
            frame = frame_of(columns_of(con, typed))
            asked = asked or OnPandas(named, frame)
            failing = failing_records(con, found)
            passed = {one.asked.rule: one.passed for one in found.results}
            for code, result in asked.results(frame).items():
                assert bool(result["success"]) is passed[code][0], rules[code]
                if CORE[rules[code]["expect"]].scope is Scope.AMONG:
                    assert failing[code] == {*result["result"]["unexpected_index_list"]}, code
