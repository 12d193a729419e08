"""Named quality rules: their columns exist, their codes are their own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from catalog_specs.rules.rule_kinds import RuleKind
from tests.city.declared import change
from tests.unit.catalog_specs.laws.breach import (
    PERSON,
    Breach,
    assert_lawful,
    assert_reported_alone,
    at,
)


def _rule(code: str = "tried", **arguments: Any) -> dict[str, Any]:
    """Return a rule that warns."""
    said = {"level": "warn", "dimension": "accuracy", "description": "试"}
    return {"code": code, **said, "expect": "column_values_to_not_be_null", **arguments}


def _columns(name: str, path: str, expect: str, **arguments: Any) -> Breach:
    where = (PERSON, f"quality[0].{path}")
    rule = _rule(expect=expect, **arguments)
    return at("CAT-016", name, where, "which is no item", change(quality=[rule]))


BREACHES = (
    at(
        "CAT-016",
        "a column that is no item",
        (PERSON, "quality[0].column"),
        "names the column `nam`",
        change(quality__0__column="nam"),
    ),
    at(
        "CAT-016",
        "a level for an unknown rule",
        (PERSON, "items[1].levels.lenght"),
        "no rule `lenght`",
        change(items__1__levels={"lenght": "warn"}),
    ),
    _columns(
        "the second of two columns",
        "column_B",
        "column_pair_values_to_be_equal",
        column_A="name",
        column_B="nam",
    ),
    _columns(
        "a column of several",
        "column_list[1]",
        "compound_columns_to_be_unique",
        column_list=["name", "nam"],
    ),
    _columns(
        "a column of a set", "column_set[0]", "table_columns_to_match_set", column_set=["nam"]
    ),
    at(
        "CAT-016",
        "one code for two rules",
        (PERSON, "quality[1].code"),
        "is used twice",
        change(quality=[_rule(column="name"), _rule(column="name")]),
    ),
    at(
        "CAT-016",
        "a level for a kind that no item has",
        (PERSON, "items[1].levels.record"),
        "there is no rule `record`",
        change(items__1__levels={"record": "warn"}),
    ),
)


@pytest.mark.parametrize("breach", BREACHES, ids=str)
def test_a_rule_about_nothing_is_reported(breach: Breach, tmp_path: Path) -> None:
    """A column, code or kind that a rule cannot mean is reported alone, in its place."""
    assert_reported_alone(breach, tmp_path)


def test_rules_about_items_are_not(tmp_path: Path) -> None:
    """Any argument may name items, and an item's levels every kind of rule that items have."""
    levels = {kind.value: "warn" for kind in RuleKind if kind.of_items}
    several = {"expect": "compound_columns_to_be_unique", "column_list": ["name", "sex"]}
    rules = [_rule("one", column="name"), _rule("two", **several)]
    assert_lawful({PERSON: change(items__1__levels=levels, quality=rules)}, tmp_path)
