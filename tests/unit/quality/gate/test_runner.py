"""Counts and failing rows from flags, against what Great Expectations finds by its own queries."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from catalog_specs.catalog import Catalog
from catalog_specs.models.resource import Resource
from catalog_specs.rules.quality.core_expectations import CORE, Scope
from catalog_specs.vocabulary import Level
from quality.engine import load_batch
from quality.gate.conditions import of_items
from quality.gate.evidence import without_values
from quality.gate.flags import BITS, count_flags, flag_columns, set_sql
from quality.gate.forms import FORMAT, VALUES
from quality.gate.plan import Judge, Plan, compile_plan
from quality.gate.runner import Runner
from quality.rules.derivation import rules_for
from quality.rules.kinds import every_kind
from quality.rules.relations import register_itself, register_relations
from quality.rules.rule import Rule
from storage.engines.connection import Connection
from storage.engines.workbench import open_workbench
from storage.layout import Layout
from storage.sql import literal
from tests.city import NIGHT, REGION
from tests.city.resources import catalog_of, contact, dweller, firm, person
from tests.city.tables import fill_regions
from tests.tiers import then_thorough
from values.shapes import feed_shape, typed_schema
from values.typed import Typed, empty_feed

TABLES, TOGETHER, ROWS = 320, 5, 14
"""Random tables, the rules that are asked of one, its most records."""
FURTHER = 200
"""The most tables that a group of rules is asked of besides, until each kind was failed once."""
PAIR = {"column_A": "seen_at", "column_B": "birth_date"}
COLUMN_RULES: tuple[dict[str, Any], ...] = (
    {"expect": "column_pair_values_a_to_be_greater_than_b", "or_equal": True} | PAIR,
    {"expect": "column_pair_values_a_to_be_greater_than_b"}
    | {"ignore_row_if": "either_value_is_missing"}
    | PAIR,
    {"expect": "column_pair_values_to_be_equal", "column_A": "name", "column_B": "sex"},
    {"expect": "column_pair_values_to_be_in_set", "column_A": "sex", "column_B": "name"}
    | {"value_pairs_set": [["1", "张三"], ["2", "张"]]},
    {"expect": "column_value_lengths_to_be_between", "column": "name", "min_value": 2},
    {"expect": "column_value_lengths_to_equal", "column": "residence", "value": 6},
    {"expect": "column_values_to_be_between", "column": "children", "min_value": 0, "max_value": 3},
    {"expect": "column_values_to_be_between", "column": "birth_date", "max_value": "today"},
    {"expect": "column_values_to_be_in_set", "column": "name", "value_set": ["张三", "O'Neil"]},
    {"expect": "column_values_to_be_null", "column": "income"},
    {"expect": "column_values_to_match_like_pattern", "column": "name", "like_pattern": "张%"},
    {"expect": "column_values_to_match_regex", "column": "residence", "regex": "^3505"},
    {"expect": "column_values_to_match_regex_list", "column": "name", "regex_list": ["^张", "n"]},
    {"expect": "column_values_to_not_be_in_set", "column": "sex", "value_set": ["9", "张", "1"]},
    {"expect": "column_values_to_not_be_null", "column": "employer"},
    {"expect": "column_values_to_not_match_regex", "column": "name", "regex": "[ 　]"},
    {"expect": "multicolumn_sum_to_equal", "column_list": ["children", "income"]}
    | {"sum_total": 1, "ignore_row_if": "any_value_is_missing"},
    {"expect": "select_column_values_to_be_unique_within_record"}
    | {"column_list": ["sex", "name", "residence"], "ignore_row_if": "any_value_is_missing"},
    {"expect": "column_values_to_be_unique", "column": "name"},
    {"expect": "compound_columns_to_be_unique", "column_list": ["name", "sex"]},
    {"expect": "column_values_to_match_regex", "column": "name", "regex": "张"}
    | {"level": "reject", "mostly": 0.6}
    | {"where": [{"item": "sex", "op": "eq", "value": "1"}]},
    {"expect": "column_values_to_match_like_pattern_list", "column": "name"}
    | {"like_pattern_list": ["张%", "%三"], "match_on": "all"},
    {"expect": "column_values_to_not_match_like_pattern", "column": "name", "like_pattern": "张%"},
    {"expect": "column_values_to_not_match_like_pattern_list", "column": "name"}
    | {"like_pattern_list": ["张_", "O%"]},
    {
        "expect": "column_values_to_not_match_regex_list",
        "column": "name",
        "regex_list": ["^张", "n"],
    },
    {"expect": "multicolumn_values_to_be_equal", "column_list": ["name", "sex", "residence"]}
    | {"ignore_row_if": "any_value_is_missing"},
    {"expect": "column_value_z_scores_to_be_less_than", "column": "children"}
    | {"threshold": 1, "double_sided": True},
    {"expect": "column_values_to_not_be_outliers", "column": "children", "method": "std"}
    | {"multiplier": 1},
    {"expect": "column_values_to_not_be_null", "column": "employer"}
    | {"where": [{"item": "name", "op": "starts_with", "value": "张"}]},
    {"expect": "column_values_to_be_between", "column": "children", "max_value": 3}
    | {
        "where": [
            {"item": "birth_date", "op": "in", "value": ["1949-12-31", "2026-03-03"]},
            {"item": "income", "op": "ge", "value": 0.1},
            {"item": "seen_at", "op": "not_null"},
        ]
    },
    {"expect": "column_values_to_not_be_null", "column": "name"}
    | {
        "where": [
            {"item": "income", "op": "in", "value": [0.1, "0.09"]},
            {"item": "resident", "op": "in", "value": [True]},
        ]
    },
    {"sql": "SELECT _row FROM feed WHERE name = '张三' OR children > 3"},
    {"exists_in": {"resource": REGION, "items": {"residence": "code", "name": "name"}}},
)
CHILDREN = {"column": "children"}
WHOLE_RULES: tuple[dict[str, Any], ...] = (
    {"expect": "column_distinct_values_to_be_in_set", "column": "sex", "value_set": ["1", "2"]},
    {"expect": "column_distinct_values_to_contain_set", "column": "sex", "value_set": ["1"]},
    {"expect": "column_distinct_values_to_equal_set", "column": "sex", "value_set": ["1", "9"]},
    {"expect": "column_max_to_be_between", "max_value": 5} | CHILDREN,
    {"expect": "column_mean_to_be_between", "min_value": 1, "max_value": 5} | CHILDREN,
    {"expect": "column_median_to_be_between", "min_value": 1, "max_value": 5} | CHILDREN,
    {"expect": "column_min_to_be_between", "min_value": 0} | CHILDREN,
    {"expect": "column_most_common_value_to_be_in_set", "column": "sex"}
    | {"value_set": ["1", "2"], "ties_okay": True},
    {"expect": "column_proportion_of_non_null_values_to_be_between", "column": "sex"}
    | {"min_value": 0.6},
    {"expect": "column_proportion_of_unique_values_to_be_between", "column": "name"}
    | {"min_value": 0.6},
    {"expect": "column_quantile_values_to_be_between", "column": "children"}
    | {"quantile_ranges": {"quantiles": [0.5], "value_ranges": [[0, 3]]}},
    {"expect": "column_stdev_to_be_between", "min_value": 1} | CHILDREN,
    {"expect": "column_sum_to_be_between", "column": "income", "max_value": 1001}
    | {"where": [{"item": "sex", "op": "ne", "value": "9"}]},
    {"expect": "column_unique_value_count_to_be_between", "column": "name", "min_value": 2},
    {"expect": "table_row_count_to_be_between", "min_value": 3},
    {"expect": "table_row_count_to_equal", "value": 3}
    | {"where": [{"item": "sex", "op": "is_null"}]},
    {"expect": "column_to_exist", "column": "name", "column_index": 0},
    {"expect": "column_type_to_be", "column": "name", "type_": "VARCHAR"},
    {"expect": "column_values_to_be_in_type_list", "column": "name", "type_list": ["VARCHAR"]},
    {"expect": "column_values_to_be_of_type", "column": "children", "type_": "VARCHAR"},
    {"expect": "table_column_count_to_be_between", "max_value": 10},
    {"expect": "table_column_count_to_equal", "value": 10},
    {"expect": "table_columns_to_match_ordered_list", "column_list": ["name", "resident_id"]},
    {"expect": "table_columns_to_match_set", "column_set": ["name"], "exact_match": False},
)
VALUES_OF = {
    "VARCHAR": (
        "张三",
        "张",
        "张 三",
        "张　三",
        "O'Neil",
        "",
        "1",
        "2",
        "9",
        "350502",
        "350599",
        "91350100M000100Y43",
        "11010519491231002X",
        "350502198001019998",
        "13800138000",
        "362000",
        "闽C12345",
        "泉州市第五中学",
    ),
    "BIGINT": (-1, 0, 1, 3, 9, 10),
    "BOOLEAN": (True,),
    "DATE": ("1899-12-31", "1949-12-31", "2026-03-03", "2026-03-04"),
    "TIMESTAMP": ("1949-12-31 00:00:00", "2026-03-03 23:59:59", "2026-03-04 00:00:00"),
    "DECIMAL": ("0.00", "0.09", "0.10", "1.00", "1000.01"),
}
DEFECTS = (None, None, None, None, None, "field_count", "quoting")


@dataclass(frozen=True)
class Asked:
    """Some rules of a resource, compiled, and the metrics that GX would work out for them."""

    made: Resource
    rules: Sequence[Rule]
    plan: Plan
    needs: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    """Rule → name → metric, as GX says that each expectation by itself needs them."""
    edges: list[Any] = field(default_factory=list)
    """Those metrics with all they depend on; the same for every table."""


def resources() -> tuple[Catalog, tuple[Resource, ...]]:
    """Return a catalogue whose resources name every expectation there is a flag for."""
    named = [
        {"code": f"named_{place}", "level": "quarantine" if of_rows(rule) else "warn"} | rule
        for place, rule in enumerate((*COLUMN_RULES, *WHOLE_RULES))
    ]
    made = person(*named), firm(), contact(), dweller()
    return catalog_of(*made), made


def of_rows(rule: Mapping[str, Any]) -> bool:
    """Say whether an expectation counts rows."""
    return rule.get("expect") in CORE and CORE[rule["expect"]].scope.of_rows


def asked(catalog: Catalog, made: Resource, chance: random.Random) -> Iterator[Asked]:
    """Yield all rules of a resource in random groups."""
    rules = list(rules_for(catalog, made))
    chance.shuffle(rules)
    for first in range(0, len(rules), TOGETHER):
        some = rules[first : first + TOGETHER]
        plan = compile_plan(made, some, NIGHT.date(), typed_schema(catalog, made))
        yield Asked(made, some, plan)


def random_feed(
    con: Connection,
    catalog: Catalog,
    one: Asked,
    chance: random.Random,
    numbers: Iterable[int] | None = None,
) -> Typed:
    """Make a typed feed of random records, so numbered, with the plan's flags."""
    if numbers is None:
        numbers = range(1, chance.randint(0, ROWS) + 1)
    types = typed_schema(catalog, one.made)
    typed = empty_feed(con, one.made, types)
    columns = feed_shape(one.made, types)
    rows = [
        [value(name, kind, number, chance) for name, kind in columns.items()] for number in numbers
    ]
    if rows:
        listed = ", ".join(f"({', '.join(map(literal, row))})" for row in rows)
        con.execute(f"INSERT INTO {typed.feed.sql} VALUES {listed}")
    more = "".join(f", {sql} AS {name}" for name, sql in flag_columns(one.plan.flags).items())
    con.execute(f"CREATE OR REPLACE TABLE {typed.feed.sql} AS SELECT *{more} FROM {typed.feed.sql}")
    return typed


def value(name: str, kind: str, number: int, chance: random.Random) -> Any:
    """Return some value of a column; a third are null."""
    if name == "_row":
        return number
    if name == "_defect":
        return chance.choice(DEFECTS)
    if name == "_op":
        return chance.choice(("I", "U", "D", None))
    return chance.choice(VALUES_OF[kind.partition("(")[0]]) if chance.random() < 0.67 else None


def by_its_own(runner: Runner, one: Asked, typed: Typed) -> dict[str, Any]:
    """Return rule → result as GX finds it, which queries the feed for every metric."""
    from great_expectations.validator.validation_graph import ValidationGraph

    engine = runner._engine
    graph = ValidationGraph(execution_engine=engine, edges=list(one.edges))
    if not one.edges:
        load_batch(engine, typed.feed.name)  # of the next tables only the rows are others
        for judge in one.plan.judges:
            needs = judge.expectation.get_validation_dependencies(
                execution_engine=engine, runtime_configuration=dict(FORMAT)
            ).metric_configurations
            one.needs[judge.rule.code] = needs
            for need in (need for name, need in needs.items() if not name.endswith(VALUES)):
                graph.build_metric_dependency_graph(need, runtime_configuration=dict(FORMAT))
        one.edges.extend(graph.edges)
    metrics, aborted = graph.resolve(runtime_configuration=dict(FORMAT), show_progress_bars=False)
    assert not aborted
    return {
        judge.rule.code: result(judge, one.needs[judge.rule.code], metrics, engine)
        for judge in one.plan.judges
    }


def result(judge: Judge, needs: Mapping[str, Any], metrics: Any, engine: Any) -> Any:
    """Return an expectation's own result of metrics."""
    given = {
        name: [] if name.endswith(VALUES) else of_items(need.metric_name, need.id, metrics)
        for name, need in needs.items()
    }
    raw = judge.expectation._validate(
        metrics=given, runtime_configuration=dict(FORMAT), execution_engine=engine
    )
    return counted(without_values(judge.shown, raw))


def counted(document: dict[str, Any]) -> dict[str, Any]:
    """Return a result in which nothing counted is 0; GX counts null where no row is left."""
    return document | {"result": {k: n or 0 for k, n in document["result"].items() if "count" in k}}


@contextmanager
def opened(layout: Layout) -> Iterator[tuple[Connection, Runner]]:
    """Yield a workbench and a runner on it."""
    with open_workbench(layout.work) as con:
        runner = Runner(con)
        try:
            yield con, runner
        finally:
            runner.close()


@pytest.mark.parametrize("drawn", then_thorough([(105, 40, 32)], [(TABLES, ROWS, 31)]))
def test_flags_say_what_great_expectations_finds_by_its_own_queries(
    layout: Layout, drawn: tuple[int, int, int]
) -> None:
    """Of random tables: every result is the same, and as many rows stay back as it counts."""
    tables, rows, seed = drawn
    chance = random.Random(seed)
    catalog, made = resources()
    fill_regions(layout, catalog, "350502", "350503")
    groups = [group for one in made for group in asked(catalog, one, chance)]
    unseen = {f"expect_{name}" for name, one in CORE.items() if one.scope.of_rows}
    unseen -= {"expect_column_values_to_be_unique", "expect_compound_columns_to_be_unique"}
    unseen |= {kind.condition.type for kind in every_kind() if kind.condition}
    with opened(layout) as (con, runner):

        def compare(one: Asked) -> set[str]:
            """Judge a random table both ways; return the kinds that a record of it failed."""
            register_relations(con, layout, catalog, one.made, one.rules)
            numbers = range(1, chance.randint(0, rows) + 1)
            typed = random_feed(con, catalog, one, chance, numbers)
            register_itself(typed.feed, layout, catalog, one.made, one.rules, NIGHT.date())
            return compared(con, runner, one, typed)

        for number in range(tables):
            unseen -= compare(groups[number * len(groups) // tables])
        for one in groups:  # what no record happened to fail yet is asked of further ones
            kinds = {judge.shown["type"] for judge in one.plan.judges}
            one.edges.clear()  # since then GX has had the feed of another resource
            for _ in range(FURTHER):
                if unseen.isdisjoint(kinds):
                    break
                unseen -= compare(one)
    assert not unseen


def compared(con: Connection, runner: Runner, one: Asked, typed: Typed) -> set[str]:
    """Hold the runner's answer about a table to GX's own; return the kinds that a record failed."""
    found = runner.run(one.plan, typed, "table")
    wanted = by_its_own(runner, one, typed)
    said = json.loads(found.gx_result)["results"]
    assert {r["expectation_config"]["meta"]["rule"]: counted(r) for r in said} == wanted
    assert found.failures
    codes = f"SELECT unnest(rules) AS code FROM {found.failures.sql}"
    failing = con.execute(f"SELECT code, count(*) FROM ({codes}) GROUP BY 1").fetchall()
    judges = [judge for judge in one.plan.judges if judge.per_row]
    counts = {j.rule.code: wanted[j.rule.code]["result"]["unexpected_count"] for j in judges}
    kept = {j.rule.code for j in judges if j.rule.level is Level.QUARANTINE}
    assert dict(failing) == {code: n for code, n in counts.items() if n and code in kept}
    looked_at = {one.asked.rule: one.judged for one in found.results}
    for code, (judged,) in ((j.rule.code, looked_at[j.rule.code]) for j in judges):
        told = wanted[code]["result"]
        assert judged == told["element_count"] - (told.get("missing_count") or 0), code
    return {j.shown["type"] for j in judges if counts[j.rule.code]}


def test_every_expectation_that_may_be_named_is_in_that_comparison() -> None:
    """What is newly allowed is compared with Great Expectations' own queries too."""
    every = (*COLUMN_RULES, *WHOLE_RULES)
    assert {rule["expect"] for rule in every if "expect" in rule} == {*CORE}


def test_expectations_about_columns_see_the_items_alone(layout: Layout) -> None:
    """The typed feed has columns of our own, which no catalogue speaks of."""
    shaped = [rule for rule in WHOLE_RULES if CORE[rule["expect"]].scope is Scope.SHAPE]
    people = person(*({"code": f"n{n}", "level": "warn"} | one for n, one in enumerate(shaped)))
    catalog = catalog_of(people)
    rules = [
        rule
        for rule in rules_for(catalog, people)
        if rule.code[0] == "n" and rule.code[1:].isdigit()
    ]
    plan = compile_plan(people, rules, NIGHT.date(), typed_schema(catalog, people))
    with opened(layout) as (con, runner):
        typed = random_feed(con, catalog, Asked(people, rules, plan), random.Random(1))
        found = runner.run(plan, typed, "table").results
    passed = {rule["expect"]: all(one.passed) for rule, one in zip(shaped, found, strict=True)}
    assert passed == dict.fromkeys(passed, True) | {
        "column_values_to_be_of_type": False,
        "table_columns_to_match_ordered_list": False,
    }


@pytest.mark.parametrize("count", [1, BITS, BITS + 1, 3 * BITS])
def test_more_conditions_than_a_number_has_bits_take_several_numbers(
    layout: Layout, count: int
) -> None:
    """Every condition is counted by itself, the last of them too, and null is not met."""
    catalog = catalog_of(person())
    conditions = [f"_row % {place + 2} = 0" for place in range(count - 1)]
    conditions.append("_row > CASE WHEN _row < 10 THEN 5 END")
    with open_workbench(layout.work) as con:
        feed = empty_feed(con, person(), typed_schema(catalog, person())).feed
        more = "".join(f", {sql} AS {n}" for n, sql in flag_columns(conditions).items())
        con.execute(
            f"CREATE OR REPLACE TABLE {feed.sql} AS SELECT *{more} FROM range(1, 1001) t(_row)"
        )
        found = count_flags(feed, conditions)
        parted = count_flags(feed, conditions, "(_row % 2)")
        (set_rows,) = con.execute(
            f"SELECT count(*) FROM {feed.sql} WHERE {set_sql(count - 1)}"
        ).fetchone() or (0,)
    assert {part: one.rows for part, one in found.items()} == {0: 1000}
    assert {part: one.rows for part, one in parted.items()} == {0: 500, 1: 500}
    counts = found[0].counts
    assert all(n == sum(one.counts[sql] for one in parted.values()) for sql, n in counts.items())
    assert list(counts.values()) == [*(1000 // (place + 2) for place in range(count - 1)), 4]
    assert set_rows == 4
