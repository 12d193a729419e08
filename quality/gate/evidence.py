"""Evidence: Great Expectations' result as stored, full counts, never a cell value.

Belongs here: what of a result may be kept, and its JSON. Keep out: running (`runner`), storing
(`register.verdicts`). Imported inside functions only.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from great_expectations.expectations.expectation import Expectation

__all__ = ["Document", "configuration_json", "suite_result_json", "without_values"]

Document = dict[str, Any]
"""A part of GX's result in its JSON shape."""

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


def configuration_json(expectation: Expectation) -> Document:
    """Return an expectation as GX writes it in a result; the same for every delivery."""
    document: Document = expectation.configuration.to_json_dict()
    return document


def without_values(
    configuration: Document, raw: Mapping[str, Any], *, observed: bool = False
) -> Document:
    """Return an expectation's result with its counts alone, as GX writes results.

    `observed` says that the observed value may be kept, whatever the expectation.
    """
    from great_expectations.util import convert_to_json_serializable

    kept = COUNTS
    if observed or configuration["type"].startswith(COUNTING):
        kept = COUNTS | {"observed_value"}
    result = {name: value for name, value in raw.get("result", {}).items() if name in kept}
    return {
        "success": bool(raw["success"]),
        "expectation_config": configuration,
        "result": convert_to_json_serializable(result),
        "meta": {},
        "exception_info": {
            "raised_exception": False,
            "exception_message": None,
            "exception_traceback": None,
        },
    }


def suite_result_json(suite: str, results: Sequence[Document]) -> str:
    """Return what GX's ExpectationSuiteValidationResult would be as JSON, Chinese readable.

    GX itself would copy and check every expectation anew for each delivery, which takes longer
    than judging a small one.
    """
    from great_expectations import __version__

    good = sum(result["success"] for result in results)
    whole = {
        "success": good == len(results),
        "results": list(results),
        "suite_name": suite,
        "suite_parameters": {},
        "statistics": {
            "evaluated_expectations": len(results),
            "successful_expectations": good,
            "unsuccessful_expectations": len(results) - good,
            "success_percent": good / len(results) * 100 if results else None,
        },
        "meta": {"great_expectations_version": __version__},
        "id": None,
    }
    return json.dumps(whole, ensure_ascii=False)
