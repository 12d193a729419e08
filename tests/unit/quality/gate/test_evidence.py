"""Evidence: Great Expectations' own shape, without a cell value."""

from __future__ import annotations

import json
from datetime import date

from quality.engine import load_vendor
from quality.gate.evidence import configuration_json, suite_result_json, without_values
from quality.rules.derivation import rules_for
from quality.rules.suite import asked_by, expectation_of
from tests.city.resources import catalog_of, person

COUNTS = {"element_count": 3, "unexpected_count": 1, "unexpected_percent": 100 / 3}


def test_the_result_is_written_as_great_expectations_would() -> None:
    """Only what could be a value is missing; the shape is the library's."""
    load_vendor()
    from great_expectations.core.expectation_validation_result import (
        ExpectationSuiteValidationResult,
        ExpectationValidationResult,
    )

    resource = person()
    rules = rules_for(catalog_of(resource), resource)
    day = date(2026, 3, 2)
    expectations = [expectation_of(rule, resource, asked_by(rule, resource, day)) for rule in rules]
    raw = {"success": False, "result": {**COUNTS, "partial_unexpected_list": ["张三"]}}
    ours = suite_result_json(
        resource.ref, [without_values(configuration_json(one), raw) for one in expectations]
    )
    assert "张三" not in ours
    theirs = ExpectationSuiteValidationResult(
        success=False,
        results=[
            ExpectationValidationResult(
                success=False,
                expectation_config=one.configuration,
                result=COUNTS,
                exception_info={
                    "raised_exception": False,
                    "exception_message": None,
                    "exception_traceback": None,
                },
            )
            for one in expectations
        ],
        suite_name=resource.ref,
        statistics=json.loads(ours)["statistics"],
        meta=json.loads(ours)["meta"],
    )
    assert json.loads(ours) == json.loads(json.dumps(theirs.to_json_dict()))
    assert json.loads(ours)["statistics"] == {
        "evaluated_expectations": len(rules),
        "successful_expectations": 0,
        "unsuccessful_expectations": len(rules),
        "success_percent": 0.0,
    }


def test_an_observed_value_is_kept_only_where_it_is_no_cell_value() -> None:
    """A count or a share by its expectation; any other where whoever asks answers for it."""
    load_vendor()
    raw = {"success": True, "result": {"observed_value": 7}}
    kept = {
        (kind, observed): without_values({"type": kind}, raw, observed=observed)["result"]
        for kind in ("expect_table_row_count_to_equal", "expect_column_max_to_be_between")
        for observed in (False, True)
    }
    assert [bool(result) for result in kept.values()] == [True, True, False, True]
