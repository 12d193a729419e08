"""Row conditions of quality rules: items, operators and values that do not fit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.city.declared import Change, change
from tests.unit.catalog_specs.laws.breach import (
    PERSON,
    Breach,
    assert_lawful,
    assert_reported_alone,
    at,
)


def _where(item: str, op: str, value: Any) -> Change:
    rule = {"code": "tried", "level": "warn", "dimension": "accuracy", "description": "试"}
    rule |= {"expect": "column_values_to_not_be_null", "column": "name"}
    return change(quality=[rule | {"where": [{"item": item, "op": op, "value": value}]}])


BREACHES = (
    at(
        "CAT-039",
        "an item there is not",
        (PERSON, "quality[0].where[0].item"),
        "did you mean `name`?",
        _where("nam", "eq", "张三"),
    ),
    at(
        "CAT-039",
        "a value of another type",
        (PERSON, "quality[0].where[0].value"),
        "is not a value of type date",
        _where("birth_date", "eq", "soon"),
    ),
    at(
        "CAT-039",
        "an operator of texts",
        (PERSON, "quality[0].where[0].op"),
        "does not work on date",
        _where("birth_date", "starts_with", "2026"),
    ),
)


@pytest.mark.parametrize("breach", BREACHES, ids=str)
def test_a_condition_that_fits_no_item_is_reported(breach: Breach, tmp_path: Path) -> None:
    """A rule about no record at all would pass whatever is delivered."""
    assert_reported_alone(breach, tmp_path)


def test_one_that_fits_is_not(tmp_path: Path) -> None:
    """Also of an item that this resource does not own: what was delivered of it is there."""
    assert_lawful({PERSON: _where("name", "starts_with", "张")}, tmp_path)
