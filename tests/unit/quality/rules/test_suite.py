"""Expectations of rules: made as the catalogue says, or refused with the reason."""

from __future__ import annotations

from typing import Any

import pytest

from catalog_specs.errors import CheckError
from catalog_specs.models.resource import Resource
from quality.rules.derivation import rules_for
from quality.rules.rule import Rule
from quality.rules.suite import asked_by, expectation_of
from tests.city import NIGHT, PERSON
from tests.city.resources import catalog_of, person

TODAY = NIGHT.date()


def named(rule: dict[str, Any]) -> tuple[Rule, Resource]:
    """Return one rule of persons, as the catalogue names it."""
    made = person({"code": "named"} | rule)
    (last,) = (one for one in rules_for(catalog_of(made), made) if one.code == "named")
    return last, made


def expectation_for(rule: Rule, made: Resource) -> Any:
    """Return the expectation that judges a rule today."""
    return expectation_of(rule, made, asked_by(rule, made, TODAY))


REFUSED = [
    ({"expect": "column_values_to_be_nice", "column": "name"}, "no expectation"),
    ({"expect": "column_values_to_be_unique", "column": "nobody"}, "names no item"),
    ({"expect": "column_values_to_be_unique", "colum": "name"}, "arguments do not fit"),
    ({"expect": "column_values_to_match_regex", "column": "name", "rgx": "a"}, "arguments"),
    ({"expect": "table_row_count_to_equal", "value": 3}, "as a whole"),
    (
        {"expect": "column_values_to_not_be_null", "column": "sex", "mostly": 0.9},
        "`mostly`",
    ),
    (
        {"expect": "column_values_to_be_of_type", "column": "sex", "type_": "VARCHAR"},
        "as a whole",
    ),
    (
        {"expect": "column_values_to_not_be_null", "column": "sex"}
        | {"where": [{"item": "children", "op": "eq", "value": "many"}]},
        "does not fit the type",
    ),
]


@pytest.mark.parametrize(("rule", "why"), REFUSED)
def test_a_rule_that_cannot_be_judged_says_why(rule: dict[str, Any], why: str) -> None:
    """The author of the catalogue learns which rule, in which resource, and what is wrong."""
    last, made = named(rule)
    with pytest.raises(CheckError, match=why) as caught:
        expectation_for(last, made)
    assert "named" in str(caught.value)
    assert PERSON in str(caught.value)


def test_arguments_that_do_not_fit_are_named_without_their_values() -> None:
    """A rule may quote what it looks for, and that may be somebody's name."""
    rule = {"expect": "column_values_to_match_regex", "column": "name", "regex": ["金丝雀"]}

    with pytest.raises(CheckError, match="regex") as caught:
        expectation_for(*named(rule))

    assert "金丝雀" not in str(caught.value)


@pytest.mark.parametrize(
    ("level", "severity"), [("reject", "critical"), ("quarantine", "warning"), ("warn", "info")]
)
def test_an_expectation_carries_what_its_rule_says(level: str, severity: str) -> None:
    """Its code, level, dimension and words stand in every stored result."""
    rule = {"expect": "column_values_to_not_be_null", "column": "sex", "level": level}

    made = expectation_for(*named(rule))

    assert made.severity == severity
    assert made.description == "规则"
    assert made.meta == {"rule": "named", "level": level, "dimension": "accuracy"}


def test_today_is_the_day_of_judging() -> None:
    """Where the catalogue says the word, wherever it stands."""
    rule = {"expect": "column_values_to_be_between", "column": "birth_date", "max_value": "today"}

    assert str(expectation_for(*named(rule)).max_value) == "2026-03-02"


def test_every_derived_rule_has_its_expectation() -> None:
    """What follows from the catalogue by itself is never refused."""
    made = person()
    for rule in rules_for(catalog_of(made), made):
        assert expectation_for(rule, made).meta["rule"] == rule.code
