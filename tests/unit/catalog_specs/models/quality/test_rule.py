"""Quality rules as they are written: one form each, with what belongs to it."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from catalog_specs.models.quality.rule import QualityRule

SAID = {"code": "one", "description": "规则", "dimension": "accuracy"}
DRIFT = {"figure": "row_count", "deliveries": 3, "within": 10}
COMPARE = {"figure": "row_count", "to": {"resource": "a/b", "figure": "row_count"}}


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({}, "it has none"),
        ({"expect": "x", "sql": "SELECT 1"}, "not `expect` and `sql`"),
        ({"sql": "SELECT 1", "colum": "a"}, "no key `colum`"),
        ({"expect": "x", "reads": ["a/b"]}, "`reads` goes with `sql`"),
        ({"drift": DRIFT | {"item": "a"}}, "has no `item`"),
        ({"drift": DRIFT | {"figure": "mean"}}, "needs an `item`"),
        ({"drift": DRIFT | {"figure": "quantile", "item": "a"}}, "says which one"),
        ({"drift": DRIFT | {"quantile": 0.5}}, "says which one"),
        ({"drift": DRIFT | {"deliveries": 0}}, "greater than or equal to 1"),
        ({"compare": COMPARE | {"item": "a"}}, "has no `item`"),
        ({"compare": COMPARE | {"to": {"resource": "a/b", "figure": "sum"}}}, "needs an `item`"),
        ({"exists_in": {"resource": "a/b", "items": {}}}, "at least 1"),
    ],
)
def test_a_rule_without_its_one_form_is_refused(form: dict[str, Any], says: str) -> None:
    """The author is told what belongs together."""
    with pytest.raises(ValidationError, match=says):
        QualityRule.model_validate(SAID | form)


def test_a_rule_says_which_other_resources_it_reads() -> None:
    """Whatever its form; of its own delivery and history it needs none."""
    forms: list[dict[str, Any]] = [
        {"expect": "x"},
        {"sql": "SELECT 1", "reads": ["a/b", "c/d", "a/b"]},
        {"exists_in": {"resource": "a/b", "items": {"x": "y"}}},
        {"drift": DRIFT},
        {"compare": COMPARE},
    ]
    rules = [QualityRule.model_validate(SAID | form) for form in forms]
    assert [rule.others for rule in rules] == [(), ("a/b", "c/d"), ("a/b",), (), ("a/b",)]


def test_further_keys_are_arguments_of_an_expectation() -> None:
    """As they are written."""
    rule = QualityRule.model_validate(SAID | {"expect": "x", "column": "a", "min_value": 3})
    assert rule.arguments == {"column": "a", "min_value": 3}
