"""Great Expectations' result as stored evidence: full counts, never a cell value.

Belongs here: what of a result may be kept, and its JSON. Keep out: running (`runner`), storing
(`lakehouse.ledgers`). Imported inside functions only.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from great_expectations.core.expectation_validation_result import ExpectationValidationResult
    from great_expectations.expectations.expectation import Expectation

__all__ = ["suite_result_json", "without_values"]

COUNTS = frozenset(
    {
        "element_count",
        "unexpected_count",
        "unexpected_percent",
        "missing_count",
        "missing_percent",
        "unexpected_percent_total",
        "unexpected_percent_nonmissing",
    }
)
"""The parts of a result that are counts whatever the expectation."""
COUNTING = (
    "expect_table_",
    "expect_column_unique_value_count_",
    "expect_column_proportion_of_",
)
"""Expectations whose observed value is a count or a share; any other's may be a cell value."""


def without_values(expectation: Expectation, raw: Mapping[str, Any]) -> ExpectationValidationResult:
    """Return an expectation's result with its counts alone."""
    from great_expectations.core.expectation_validation_result import ExpectationValidationResult

    kept = COUNTS
    if expectation.expectation_type.startswith(COUNTING):
        kept = COUNTS | {"observed_value"}
    result = {name: value for name, value in raw.get("result", {}).items() if name in kept}
    return ExpectationValidationResult(
        success=bool(raw["success"]),
        expectation_config=expectation.configuration,
        result=result,
        exception_info={
            "raised_exception": False,
            "exception_message": None,
            "exception_traceback": None,
        },
    )


def suite_result_json(
    suite: str, batch: str, results: Sequence[ExpectationValidationResult]
) -> str:
    """Return a whole ExpectationSuiteValidationResult as JSON text, Chinese readable."""
    from great_expectations import __version__
    from great_expectations.core.expectation_validation_result import (
        ExpectationSuiteValidationResult,
    )
    from great_expectations.validator.validation_statistics import calc_validation_statistics

    statistics = calc_validation_statistics(list(results))
    whole = ExpectationSuiteValidationResult(
        success=statistics.success,
        results=list(results),
        suite_name=suite,
        statistics={
            "evaluated_expectations": statistics.evaluated_expectations,
            "successful_expectations": statistics.successful_expectations,
            "unsuccessful_expectations": statistics.unsuccessful_expectations,
            "success_percent": statistics.success_percent,
        },
        meta={"great_expectations_version": __version__},
        batch_id=batch,
    )
    return json.dumps(whole.to_json_dict(), ensure_ascii=False)
