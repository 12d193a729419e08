"""The law of named rules: each compiles and runs on a sample record before any data is there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from catalog_specs.loader import check
from quality.suite_law import suite_law
from tests.city.declared import Change, change, write_catalog
from tests.unit.catalog_specs.laws.breach import (
    PERSON,
    TODAY,
    VISIT,
    Breach,
    assert_lawful,
    assert_reported_alone,
    at,
)

SUITE = (suite_law(TODAY),)


def _rule(expect: str, **more: Any) -> Change:
    """Return an edit that names one rule of the visits."""
    plain = {"code": "tried", "level": "warn", "dimension": "accuracy", "description": "试"}
    return change(quality=[{**plain, "expect": expect, **more}])


BREACHES = (
    at(
        "CAT-037",
        "a bound that is no date",
        (VISIT, "quality[0]"),
        "does not fit the type",
        _rule("column_values_to_be_between", column="visited_at", min_value="soon"),
    ),
    at(
        "CAT-037",
        "a bound that is no number",
        (VISIT, "quality[0]"),
        "min_value",
        _rule("column_values_to_be_between", column="trips", min_value="soon"),
    ),
    at(
        "CAT-037",
        "a set of texts for a number",
        (VISIT, "quality[0]"),
        "could not be evaluated",
        _rule("column_values_to_be_in_set", column="trips", value_set=["many"]),
    ),
    at(
        "CAT-037",
        "a number of a row condition that would be rounded",
        (PERSON, "quality[0]"),
        "does not fit the type",
        _rule(
            "column_values_to_not_be_null",
            column="name",
            where=[{"item": "income", "op": "in", "value": ["0.1234567890123456"]}],
        ),
    ),
)

SAID_ALREADY: dict[str, tuple[str, Change]] = {
    "CAT-003": (PERSON, change(items__1__element="person_nam")),
    "CAT-016": (PERSON, change(quality__0__column="nam")),
    "CAT-022": (PERSON, change(quality__0__regex="[ ")),
    "CAT-038": (VISIT, _rule("column_values_to_be_pretty", column="visit_no")),
    "CAT-039": (
        VISIT,
        _rule(
            "column_values_to_not_be_null",
            column="visit_no",
            where=[{"item": "trips", "op": "eq", "value": "many"}],
        ),
    ),
}


@pytest.mark.parametrize("breach", BREACHES, ids=str)
def test_a_rule_that_cannot_be_judged_is_reported(breach: Breach, tmp_path: Path) -> None:
    """What Great Expectations or the engine would refuse on the first delivery is said at once."""
    assert_reported_alone(breach, tmp_path, SUITE)


def test_a_rule_that_can_be_judged_is_not(tmp_path: Path) -> None:
    """A rule whose arguments fit the column compiles, with and without the prefix of its name."""
    edit = _rule("expect_column_values_to_be_between", column="trips", min_value=0)
    assert_lawful({VISIT: edit}, tmp_path, SUITE)


@pytest.mark.parametrize(("file", "edit"), SAID_ALREADY.values(), ids=SAID_ALREADY)
def test_what_other_laws_say_is_not_said_again(
    file: str, edit: Change, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """An unknown column or element, and a broken pattern, have a law of their own."""
    codes = {problem.code for problem in check(write_catalog(tmp_path, **{file: edit}), SUITE)[1]}
    assert request.node.callspec.id in codes
    assert "CAT-037" not in codes
