"""Behaviour of the kind `named`: from YAML to a core expectation, and what is refused."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from catalog_specs.errors import CheckError
from catalog_specs.models.resource import Resource
from catalog_specs.vocabulary import ItemType
from quality.rules.expectations import register
from quality.rules.kinds.of_feed.named import KIND, named_rules
from quality.rules.rule import Rule
from tests.city.resources import element, firm, person

TODAY = date(2026, 3, 3)
SOUND = {"type": "nullity", "column": {"name": "_defect"}, "is_null": True}


def _named(made: Resource | None = None, **rule: Any) -> tuple[Rule, Resource]:
    """Return the rule of a resource that names this expectation."""
    told = person({"code": "one", "level": "warn", **rule})
    resource = told if made is None else made.model_copy(update={"quality": told.quality})
    types = {item.code: element(item.element).type for item in resource.items}
    (found,) = named_rules(resource, types)
    return found, resource


def _expected(made: Resource | None = None, **rule: Any) -> tuple[str, dict[str, Any]]:
    register()
    found, resource = _named(made, **rule)
    return KIND.expected(found, resource, TODAY)


def test_a_rule_looks_at_the_columns_it_names() -> None:
    """Single columns and lists of them, each once, and the types that are known."""
    found, _ = _named(expect="x", column="birth_date", column_list=["birth_date", "unknown"])
    assert found.columns == ("birth_date", "unknown")
    assert found.arguments["types"] == {"birth_date": ItemType.DATE}
    assert not found.arguments["only_key"]


def test_it_sees_sound_records_alone_and_no_deletions() -> None:
    """Of a change feed a deletion is judged only by rules about the key."""
    _, snapshot = _expected(expect="column_values_to_not_be_null", column="name")
    assert snapshot["row_condition"] == {"type": "and", "conditions": [SOUND]}
    _, changes = _expected(firm(), expect="column_values_to_not_be_null", column="firm_name")
    assert [one["type"] for one in changes["row_condition"]["conditions"]] == [
        "nullity",
        "comparison",
    ]
    _, key = _expected(firm(), expect="column_values_to_not_be_null", column="uscc")
    assert key["row_condition"]["conditions"] == [SOUND]


def test_values_are_read_as_the_type_of_their_column() -> None:
    """`today` is the day of judging; days and moments are no texts."""
    between = {"expect": "column_values_to_be_between", "max_value": "today"}
    _, born = _expected(**between, column="birth_date", min_value="1900-01-01")
    assert (born["min_value"], born["max_value"]) == (date(1900, 1, 1), TODAY)
    _, seen = _expected(**between, column="seen_at")
    assert seen["max_value"] == datetime(2026, 3, 3)  # noqa: DTZ001 - wall-clock time
    among = {"expect": "column_values_to_be_in_set", "value_set": ["today"]}
    _, listed = _expected(**among, column="birth_date")
    assert listed["value_set"] == [TODAY]


@pytest.mark.parametrize(
    ("expect", "columns"),
    [
        ("column_values_to_be_unique", {"column": "name"}),
        ("compound_columns_to_be_unique", {"column_list": ["name", "birth_date"]}),
    ],
)
def test_unique_values_are_asked_without_sorting(expect: str, columns: dict[str, Any]) -> None:
    """The expectation of the key judges them, and keeps the share that may pass."""
    expectation, arguments = _expected(expect=expect, mostly=0.9, **columns)
    assert expectation == "expect_column_key_to_be_unique"
    names = columns.get("column_list") or [columns["column"]]
    assert arguments["key_columns"] == names
    assert (arguments["column"], arguments["mostly"]) == (names[0], 0.9)


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ({"expect": "no_such"}, "there is no expectation expect_no_such"),
        ({"expect": "column_values_to_not_be_null", "column": "x"}, "it names no item: x"),
        (
            {"expect": "column_values_to_not_be_null", "column": "name"}
            | {"level": "quarantine", "mostly": 0.9},
            "`mostly` lets bad rows pass",
        ),
        (
            {"expect": "column_values_to_not_be_null", "column": "name"}
            | {"where": [{"item": "x", "op": "is_null"}]},
            "it names no item: x",
        ),
    ],
)
def test_what_cannot_be_judged_is_refused(rule: dict[str, Any], why: str) -> None:
    """The catalogue's author is told the rule, and why."""
    with pytest.raises(CheckError) as raised:
        _expected(**rule)
    assert f"rule one cannot be judged: {why}" in raised.value.what


@pytest.mark.parametrize(
    ("rule", "alone"),
    [
        ({"expect": "column_values_to_not_be_null", "column": "name"}, True),
        ({"expect": "expect_column_values_to_not_be_null", "column": "name"}, True),
        ({"expect": "column_values_to_not_be_null", "column": "name", "mostly": 0.9}, False),
        ({"expect": "table_row_count_to_equal", "value": 3}, True),
        ({"expect": "column_mean_to_be_between", "column": "income"}, False),
        ({"expect": "column_values_to_be_unique", "column": "name"}, False),
    ],
)
def test_what_looks_at_all_records_stays_out_of_bundles(rule: dict[str, Any], alone: bool) -> None:
    """A record, the number of records, or the columns: anything else would see the others."""
    found, resource = _named(**rule)
    assert KIND.alone(resource, found) is alone
