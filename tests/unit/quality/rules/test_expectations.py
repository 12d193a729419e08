"""Core expectations that a resource names in YAML, and refusing what cannot be judged."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from catalog_specs.catalog import Catalog
from catalog_specs.errors import CheckError
from quality.gate.flags import flag_columns
from quality.gate.gate import open_gate
from quality.gate.plan import compile_plan
from quality.gate.runner import Runner
from quality.rules.derivation import rules_for
from quality.rules.relations import register_itself, register_relations
from register.bundles import Bundle
from register.records import Delivery
from register.rule_results import results_of
from register.verdicts import verdicts
from storage.delta.tables import exists
from storage.engines.workbench import open_workbench
from storage.layout import Layout
from tests.city import NIGHT, PERSON, REGION
from tests.city.deliveries import landed
from tests.city.plans import keeping_back
from tests.city.records import csv_of, good_people
from tests.city.resources import catalog_of, firm, person
from tests.city.tables import fill_regions
from values.shapes import typed_schema
from values.typed import Landed, typed_rows

GREATER = "expect_column_pair_values_a_to_be_greater_than_b"


def found(layout: Layout, *changes: dict[str, str | None], **rule: Any) -> tuple[list[int], int]:
    """Judge people under one more rule; return the rows that fail it and the rows accepted."""
    catalog = catalog_of(person({"code": "named"} | rule))
    if not exists(layout.authoritative(REGION)):
        fill_regions(layout, catalog, "350502")
    text = csv_of(catalog.resource(PERSON), good_people(*changes))
    delivery = landed(layout, catalog, PERSON, text)
    with open_gate(layout, catalog, None, NIGHT) as gate:
        (verdict,) = gate.judge(Bundle((delivery,)))
    rows = [row for row, codes in failures_of(layout, catalog, delivery) if "named" in codes]
    judged = results_of(layout, PERSON, [delivery.delivery])
    (result,) = (result for result in judged if result.rule == "named")
    assert result.failing == len(rows)
    return rows, verdict.accepted


def failures_of(
    layout: Layout, catalog: Catalog, delivery: Delivery
) -> list[tuple[int, list[str]]]:
    """Return every failing row of a delivery with the rules it fails, whatever their level."""
    made = catalog.resource(delivery.resource)
    rules, zone = rules_for(catalog, made), ZoneInfo(catalog.profile.timezone)
    today = NIGHT.astimezone(zone).date()
    plan = keeping_back(compile_plan(made, rules, today, typed_schema(catalog, made)))
    with open_workbench(layout.work) as con:
        runner = Runner(con)
        register_relations(con, layout, catalog, made, rules)
        landed = Landed(Bundle((delivery,)).files(layout))
        typed = typed_rows(con, catalog, made, landed, flag_columns(plan.flags))
        register_itself(typed.feed, layout, catalog, made, rules, today)
        try:
            findings = runner.run(plan, typed, "test")
            assert findings.failures
            return con.execute(f"FROM {findings.failures.sql} ORDER BY _row").fetchall()
        finally:
            runner.close()


@pytest.mark.parametrize(
    ("rule", "changes", "failing"),
    [
        pytest.param(
            {"expect": "column_values_to_not_match_regex", "column": "name", "regex": "[ 　]"},
            [{}, {"name": "张 三"}, {"name": "张　三"}, {"name": None}],
            [2, 3],
            id="regex",
        ),
        pytest.param(
            {"expect": "column_values_to_match_regex", "column": "name", "regex": "^[一-龥·]+$"},
            [{}, {"name": "Zhang"}, {"name": "阿·丹"}],
            [2],
            id="regex of Chinese letters",
        ),
        pytest.param(
            {
                "expect": "column_values_to_match_regex_list",
                "column": "name",
                "regex_list": ["^张", "^李"],
            },
            [{}, {"name": "王五"}, {"name": "李四"}],
            [2],
            id="list of regexes",
        ),
        pytest.param(
            {
                "expect": "column_values_to_match_like_pattern",
                "column": "name",
                "like_pattern": "张%",
            },
            [{}, {"name": "王五"}],
            [2],
            id="like",
        ),
        pytest.param(
            {
                "expect": "column_values_to_be_in_set",
                "column": "name",
                "value_set": ["张三", "O'Neil"],
            },
            [{}, {"name": "王五"}, {"name": "O'Neil"}],
            [2],
            id="set",
        ),
        pytest.param(
            {"expect": "column_values_to_not_be_null", "column": "sex"},
            [{}, {"sex": None}],
            [2],
            id="not null",
        ),
        pytest.param(
            {"expect": GREATER, "column_A": "seen_at", "column_B": "birth_date"}
            | {"ignore_row_if": "either_value_is_missing"},
            [{}, {"seen_at": "1949-12-30 00:00:00"}, {"seen_at": None}, {"birth_date": None}],
            [2],
            id="pair",
        ),
        pytest.param(
            {
                "expect": "select_column_values_to_be_unique_within_record",
                "column_list": ["sex", "children"],
                "ignore_row_if": "any_value_is_missing",
            },
            [{}, {"children": "1"}, {"children": None}],
            [2],
            id="several columns",
        ),
        pytest.param(
            {"expect": "column_values_to_be_between", "column": "birth_date"}
            | {"min_value": "1950-01-01", "max_value": "today"},
            [{}, *({"birth_date": day} for day in ("1950-01-01", "2026-03-03", "2026-03-04"))],
            [1, 4],
            id="dates",
        ),
        pytest.param(
            {
                "expect": "column_values_to_be_between",
                "column": "seen_at",
                "min_value": "2026-03-03 12:00:00",
            },
            [{}, {"seen_at": "2026-03-03 11:59:59"}],
            [2],
            id="moments",
        ),
        pytest.param(
            {"expect": "column_values_to_be_unique", "column": "name"},
            [{}, {"name": "李四"}, {}, {"name": None}, {"name": None}],
            [1, 3],
            id="unique",
        ),
        pytest.param(
            {"expect": "compound_columns_to_be_unique", "column_list": ["name", "sex"]},
            [{}, {"sex": "2"}, {}, {"sex": None}, {"sex": None}],
            [1, 3],
            id="unique together",
        ),
        pytest.param(
            {
                "expect": "column_values_to_not_be_null",
                "column": "employer",
                "where": [{"item": "sex", "op": "eq", "value": "2"}],
            },
            [{"employer": None}, {"employer": None, "sex": "2"}, {"sex": "2"}],
            [2],
            id="row condition",
        ),
        pytest.param(
            {"sql": "SELECT _row FROM feed WHERE name = '李四' AND birth_date < $today"},
            [{}, {"name": "李四"}, {"name": "李四", "birth_date": None}],
            [2],
            id="declared SQL",
        ),
    ],
)
def test_a_core_expectation_quarantines_exactly_the_rows_that_fail_it(
    layout: Layout,
    rule: dict[str, Any],
    changes: list[dict[str, str | None]],
    failing: list[int],
) -> None:
    """Whatever row-level expectation Great Expectations has can be named in a resource."""
    assert found(layout, *changes, **rule)[0] == failing


def test_mostly_lets_a_reject_rule_tolerate_a_share_of_bad_rows(layout: Layout) -> None:
    """Below the share the delivery passes with all its rows, above it none is accepted."""
    rule: dict[str, Any] = {"expect": "column_values_to_match_regex"}
    rule |= {"column": "name", "regex": "^张"}
    rule |= {"level": "reject", "mostly": 0.6}
    assert found(layout, {}, {}, {"name": "李四"}, **rule) == ([3], 3)
    assert found(layout, {}, {"name": "李五"}, {"name": "李四"}, **rule) == ([2, 3], 0)


def test_an_expectation_about_the_whole_delivery_can_reject_it(layout: Layout) -> None:
    """It succeeds or fails as a whole and counts no rows."""
    rule = {"expect": "table_row_count_to_be_between", "min_value": 2, "level": "reject"}
    assert found(layout, {}, {}, **rule) == ([], 2)
    assert found(layout, {}, **rule) == ([], 0)


def test_an_aggregate_of_a_column_can_warn(layout: Layout) -> None:
    """Aggregates see the records that could be split."""
    rule = {"expect": "column_distinct_values_to_be_in_set", "column": "sex", "value_set": ["2"]}
    assert found(layout, {}, {}, **rule, level="warn") == ([], 2)


def test_named_rules_do_not_see_delete_operations_unless_about_the_key(layout: Layout) -> None:
    """What is withdrawn has no other values to judge."""
    uscc = "91350100M000100Y43"
    made = firm().model_copy(
        update={
            "quality": person(
                {"code": "no_null", "expect": "column_values_to_not_be_null", "column": "capital"},
                {"code": "start", "expect": "column_values_to_match_regex", "column": "uscc"}
                | {"regex": "^A"},
            ).quality
        }
    )
    catalog = catalog_of(made)
    rows = [{"_op": "I", "_seq": "1", "uscc": uscc, "firm_name": "甲"}]
    rows.append({"_op": "D", "_seq": "2", "uscc": uscc})
    delivery = landed(layout, catalog, made.ref, csv_of(made, rows))
    with open_gate(layout, catalog, None, NIGHT) as gate:
        gate.judge(Bundle((delivery,)))
    assert failures_of(layout, catalog, delivery) == [(1, ["no_null", "start"]), (2, ["start"])]


def test_a_rule_that_raises_is_a_check_error_and_leaves_no_fact(layout: Layout) -> None:
    """Lookahead is no RE2: the delivery stays unjudged, the message names the rule alone."""
    rule = {"expect": "column_values_to_match_regex", "column": "name", "regex": "(?!张)"}
    with pytest.raises(CheckError, match="named") as caught:
        found(layout, {"name": "金丝雀"}, **rule)
    assert "name:length" not in str(caught.value)
    assert "金丝雀" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert verdicts(layout) == ()
    assert not exists(layout.quarantine(PERSON))


def test_a_required_column_that_is_null_throughout_rejects(layout: Layout) -> None:
    """Great Expectations would find nothing to judge in it and call that a success."""
    made = person(levels={"required": "reject"})
    catalog = catalog_of(made)
    fill_regions(layout, catalog, "350502")
    text = csv_of(made, good_people({"name": None}, {"name": None}))
    with open_gate(layout, catalog, None, NIGHT) as gate:
        assert gate.judge(Bundle((landed(layout, catalog, made.ref, text),)))[0].reasons == (
            "name:required",
        )
