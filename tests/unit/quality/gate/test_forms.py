"""Forms: what Great Expectations compiles once, and for which rules that serves."""

from __future__ import annotations

import json
from typing import Any

import pytest

from quality.engine import open_engine
from quality.gate.forms import FORMAT, VALUES, forms_of, not_evaluated
from quality.gate.plan import compile_plan
from quality.rules.derivation import rules_for
from quality.rules.expectations import our_arguments, register
from quality.rules.suite import asked_by, expectation_of
from storage.engines.connection import in_memory
from tests.city import NIGHT, REGION
from tests.city.resources import catalog_of, contact, dweller, firm, person
from values.shapes import typed_schema

SEX_IS_1 = [{"item": "sex", "op": "eq", "value": "1"}]


def test_rules_that_differ_in_their_column_alone_share_what_was_compiled() -> None:
    """Great Expectations compiles such an expectation once, and the SQL names each one's column."""
    people = person()
    catalog = catalog_of(people)
    plan = compile_plan(
        people, rules_for(catalog, people), NIGHT.date(), typed_schema(catalog, people)
    )
    required = [judge for judge in plan.judges if judge.rule.code.endswith(":required")]
    assert len(required) > 1
    assert len({id(judge.form) for judge in required}) == 1
    for judge in required:
        assert judge.asks is not None
        assert judge.shown["kwargs"]["column"] in judge.asks
    assert len({judge.asks for judge in required}) == len(required)


def test_of_another_day_only_what_asks_for_the_day_is_compiled_anew() -> None:
    """The day is an argument of few rules; of all others the forms of yesterday hold."""
    people = person()
    catalog = catalog_of(people)
    rules, types = rules_for(catalog, people), typed_schema(catalog, people)
    today, later = (
        compile_plan(people, rules, day, types)
        for day in (NIGHT.date(), NIGHT.date().replace(year=2031))
    )
    anew = {
        one.rule.code
        for one, other in zip(later.judges, today.judges, strict=True)
        if one.form is not other.form
    }
    dated = {one.rule.code for one in later.judges if "2031" in json.dumps(one.shown)}
    assert anew == dated
    assert 0 < len(anew) < len(rules) / 2


def test_an_expectation_of_the_vendor_is_compiled_for_each_feed() -> None:
    """It may ask for the type of its column, so that another feed's form says nothing of it."""
    register()
    named = {"code": "long", "column": "name", "level": "warn", "min_value": 1}
    people = person({"expect": "column_value_lengths_to_be_between", **named})
    catalog = catalog_of(people)
    types = typed_schema(catalog, people)
    rules = [one for one in rules_for(catalog, people) if one.code == "long"]
    asked = [(rule, asked_by(rule, people, NIGHT.date())) for rule in rules]
    (first,), (again,) = (forms_of(people, types, asked) for _ in range(2))
    assert first is again
    (other,) = forms_of(people, {**types, "children": "VARCHAR"}, asked)
    assert other is not first


def test_every_form_needs_what_great_expectations_says_of_its_expectation() -> None:
    """Of a type of ours it is asked once; for all other arguments the needs follow, and are its."""
    register()
    pair = {"expect": "compound_columns_to_be_unique", "column_list": ["name", "sex"]}
    some = {"ignore_row_if": "any_value_is_missing"}
    together = {"resource": REGION, "items": {"residence": "code"}}
    people = person(
        {"code": "pair"} | pair,
        {"code": "some"} | pair | some,
        {"code": "declared", "sql": "SELECT _row FROM feed"},
        {"code": "together", "exists_in": together},
    )
    resources = people, firm(), contact(), dweller()
    catalog = catalog_of(*resources)
    engine = open_engine(in_memory())
    seen = set()
    for made in resources:
        rules = rules_for(catalog, made)
        asked = [(rule, asked_by(rule, made, NIGHT.date())) for rule in rules]
        for (rule, one), form in zip(
            asked, forms_of(made, typed_schema(catalog, made), asked), strict=True
        ):
            if one.type not in our_arguments():
                continue
            seen.add(one.type)
            expectation = expectation_of(rule, made, one.of("_any_column"))
            wanted = expectation.get_validation_dependencies(
                execution_engine=engine, runtime_configuration=dict(FORMAT)
            ).metric_configurations
            assert {name: need.id for name, need in form.needs.items()} == {
                name: need.id for name, need in wanted.items()
            }
    engine.close()
    assert seen == our_arguments().keys()


def test_rules_that_raised_are_named_and_nothing_else() -> None:
    """The database's words are left out, for they may quote a value."""
    error = not_evaluated("office/person", ["a:b", "named"])

    assert "a:b, named" in error.what
    assert (error.where, error.__cause__) == ("office/person", None)
    assert "unknown" in not_evaluated("office/person", []).what


@pytest.mark.parametrize(
    "rule",
    [
        {"expect": "column_pair_values_a_to_be_greater_than_b", "level": "warn"}
        | {
            "column_A": "seen_at",
            "column_B": "birth_date",
            "ignore_row_if": "either_value_is_missing",
        },
        {"expect": "table_row_count_to_be_between", "level": "reject", "min_value": 2}
        | {"where": SEX_IS_1},
        {"expect": "column_values_to_match_regex", "column": "name", "regex": "张"}
        | {"where": SEX_IS_1},
    ],
)
def test_how_many_records_are_meant_is_a_flag_too(rule: dict[str, Any]) -> None:
    """Great Expectations then asks nothing of the records itself, and no query is made for it."""
    people = person({"code": "named"} | rule)
    catalog = catalog_of(people)
    plan = compile_plan(
        people, rules_for(catalog, people), NIGHT.date(), typed_schema(catalog, people)
    )
    (judge,) = (one for one in plan.judges if one.rule.code == "named")
    assert plan.edges == ()
    assert {*judge.counted.values()} <= {*plan.flags}
    assert {*judge.counted} | judge.form.rows >= {
        name for name in judge.form.needs if not name.endswith(VALUES)
    }
