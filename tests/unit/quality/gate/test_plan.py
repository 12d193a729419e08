"""Plans: a resource's suite compiled once, and every condition about one record in SQL."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest

from catalog_specs.models.resource import Resource
from quality.gate.plan import Judge, Plan, compile_plan
from quality.rules.derivation import rules_for
from tests.city import NIGHT
from tests.city.resources import catalog_of, person
from values.shapes import typed_schema

TODAY = NIGHT.date()


def compiled(made: Resource, *, without_last: bool = False, year: int = TODAY.year) -> Plan:
    """Compile the rules of a resource."""
    catalog = catalog_of(made)
    rules = rules_for(catalog, made)[: -1 if without_last else None]
    return compile_plan(made, rules, TODAY.replace(year=year), typed_schema(catalog, made))


def judge_of(rule: dict[str, Any]) -> tuple[Plan, Judge]:
    """Compile one named rule among a person's; return its judge."""
    plan = compiled(person({"code": "named"} | rule))
    (judge,) = (one for one in plan.judges if one.rule.code == "named")
    return plan, judge


def test_every_rule_about_one_record_is_a_flag() -> None:
    """Keys, and what depends on all values of a column, are asked of the feed by themselves."""
    beyond = [
        {"expect": "column_values_to_be_unique", "column": "name"},
        {"expect": "compound_columns_to_be_unique", "column_list": ["name", "sex"]},
        {"expect": "column_value_z_scores_to_be_less_than", "column": "children"}
        | {"threshold": 3, "double_sided": True, "level": "warn"},
    ]
    plan = compiled(person(*({"code": f"beyond_{n}"} | rule for n, rule in enumerate(beyond))))

    found = {one.rule.code for one in plan.judges if one.per_row and one.asks not in plan.flags}

    assert found == {"key:unique", "beyond_0", "beyond_1", "beyond_2"}
    assert len({*plan.flags}) == len(plan.flags)


@pytest.mark.parametrize(
    ("rule", "failing"),
    [
        ({"expect": "column_values_to_not_be_null", "column": "name"}, [None]),
        ({"expect": "column_values_to_match_regex", "column": "name", "regex": "三$"}, ["李四"]),
        ({"expect": "column_values_to_be_in_set", "column": "name"}
         | {"value_set": ["张三", "O'Neil"]}, ["李四"]),
    ],
)  # fmt: skip
def test_a_flag_is_the_condition_of_a_row_that_fails(
    rule: dict[str, Any], failing: list[str | None]
) -> None:
    """As SQL that DuckDB understands, with its values in it; of a null nothing else is asked."""
    plan, judge = judge_of(rule)

    assert judge.asks in plan.flags
    with duckdb.connect() as con:
        con.execute("CREATE TABLE t AS SELECT unnest(['张三', '李四', NULL]) AS name, '' AS _op")
        con.execute("ALTER TABLE t ADD COLUMN _defect VARCHAR")
        found = con.execute(f"SELECT name FROM t WHERE {judge.asks}").fetchall()
    assert [name for (name,) in found] == failing


def test_a_rule_about_the_whole_delivery_counts_no_rows() -> None:
    """One about the number of records says which records it means."""
    _, counting = judge_of({"expect": "table_row_count_to_be_between", "min_value": 2}
                           | {"level": "reject"})  # fmt: skip
    _, other = judge_of({"expect": "column_max_to_be_between", "column": "children"}
                        | {"min_value": 1, "level": "warn"})  # fmt: skip

    assert not counting.per_row
    assert counting.counting
    assert not other.per_row
    assert not other.counting
    assert other.form.computed


def test_a_plan_is_compiled_once_until_anything_of_it_changes() -> None:
    """The second delivery finds the plan of the first; another day or rule has another."""
    made = person()
    first = compiled(made)
    assert compiled(person()) is first
    assert compiled(made, without_last=True) is not first
    assert compiled(made, year=2027) is not first
