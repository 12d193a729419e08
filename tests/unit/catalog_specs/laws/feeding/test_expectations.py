"""Expectations that rules name: unknown ones, wrong arguments, and levels they cannot have."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.city.declared import change
from tests.unit.catalog_specs.laws.breach import (
    PERSON,
    Breach,
    assert_lawful,
    assert_reported_alone,
    at,
)


def _rule(expect: str, **more: Any) -> dict[str, Any]:
    plain = {"code": "tried", "level": "warn", "dimension": "accuracy", "description": "试"}
    return {**plain, "expect": expect, **more}


def _breach(name: str, path: str, says: str, expect: str, **more: Any) -> Breach:
    rules = change(quality=[_rule(expect, **more)])
    return at("CAT-038", name, (PERSON, f"quality[0].{path}"), says, rules)


NOT_NULL = "column_values_to_not_be_null"
BREACHES = (
    _breach(
        "a name that is nearly one",
        "expect",
        "did you mean `column_values_to_not_be_null`?",
        "column_values_to_not_be_nul",
        column="name",
    ),
    _breach("a name that is none", "expect", "docs/quality.md", "be_pretty", column="name"),
    _breach(
        "one that runs text of its own in the database",
        "expect",
        "use `sql`",
        "unexpected_rows_expectation",
        unexpected_rows_query="SELECT 1",
    ),
    _breach("an argument it lacks", "expect", "add `column:`", NOT_NULL),
    _breach(
        "an argument that is nearly one",
        "colum",
        "did you mean `column`?",
        NOT_NULL,
        column="name",
        colum="name",
    ),
    _breach(
        "a key of the rule that is nearly one",
        "were",
        "did you mean `where`?",
        NOT_NULL,
        column="name",
        were=[],
    ),
    _breach(
        "a condition in the words of Great Expectations",
        "row_condition",
        "say with `where`",
        NOT_NULL,
        column="name",
        row_condition='col("sex") == 1',
    ),
    _breach(
        "one about the delivery that is to keep rows back",
        "level",
        "write `level: warn`",
        "table_row_count_to_be_between",
        level="quarantine",
        min_value=1,
    ),
    _breach(
        "one about a figure that is to keep rows back",
        "level",
        "as a whole",
        "column_proportion_of_unique_values_to_be_between",
        level="quarantine",
        column="name",
        min_value=0.5,
    ),
    _breach(
        "a share that passes at a level that lets none pass",
        "mostly",
        "remove `mostly`",
        NOT_NULL,
        level="quarantine",
        column="name",
        mostly=0.9,
    ),
    _breach(
        "a way of computing that Great Expectations has no SQL for",
        "method",
        "write `method: std`",
        "column_values_to_not_be_outliers",
        column="income",
        method="iqr",
    ),
    _breach(
        "rows of columns",
        "where",
        "remove `where`",
        "column_to_exist",
        column="name",
        where=[{"item": "name", "op": "not_null"}],
    ),
)


@pytest.mark.parametrize("breach", BREACHES, ids=str)
def test_an_expectation_that_cannot_judge_is_reported(breach: Breach, tmp_path: Path) -> None:
    """It is said at `check`, in its place, and not at the first delivery."""
    assert_reported_alone(breach, tmp_path)


def test_one_that_can_is_not(tmp_path: Path) -> None:
    """With and without the prefix of its name, at every level it may have."""
    rules = [
        {**_rule(f"expect_{NOT_NULL}", column="name", level=level), "code": f"at_{level}"}
        for level in ("reject", "quarantine", "warn")
    ]
    rules.append(_rule("table_row_count_to_be_between", level="reject", max_value=9))
    assert_lawful({PERSON: change(quality=rules)}, tmp_path)
