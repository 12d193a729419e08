"""Breaches of the laws about names, terms, regions, and rules that cannot be judged."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.factories import Change, change
from tests.unit.catalog_specs.breach import OFFICE, PERSONS, VISIT, Breach, at, new_element

__all__ = ["CHECKS"]


def _rule(expect: str, **more: Any) -> Change:
    """Return an edit that names one rule of the visits."""
    plain = {"code": "tried", "level": "warn", "dimension": "accuracy", "description": "试"}
    return change(quality=[{**plain, "expect": expect, **more}])


def _term(**more: Any) -> dict[str, Any]:
    return {"post": "数据管理员", "since": date(2024, 1, 2), "filing_no": "145-2024-01", **more}


CHECKS = (
    at(
        "CAT-032",
        "a second name of a person",
        (PERSONS, "[6].name"),
        "two sources",
        new_element("person_name_2", "natural_person", name=" 姓　名"),
    ),
    Breach(
        "CAT-033",
        "a department called like the views of subjects",
        "departments/quality.yaml",
        "code",
        "keep for themselves",
        {
            "departments/quality.yaml": {
                "code": "quality",
                "name": "质量处",
                "unit_code": "999",
                "roles": ["consumer"],
                "responsible": _term(),
                "steward": _term(),
            }
        },
    ),
    at("CAT-034", "no division", (OFFICE, "region"), "no division", change(region="3505X1")),
    at("CAT-034", "another city's", (OFFICE, "region"), "within the city", change(region="350203")),
    at(
        "CAT-034",
        "a city that is nowhere",
        ("catalog.yaml", "region"),
        "no division code",
        change(region="990000"),
    ),
    at(
        "CAT-035",
        "a steward who is not in office yet",
        (OFFICE, "steward.since"),
        "begins on 2026-03-03",
        change(steward=_term(since=date(2026, 3, 3))),
    ),
    at(
        "CAT-035",
        "a term that ended yesterday",
        (OFFICE, "responsible.until"),
        "ended on 2026-03-01",
        change(responsible=_term(until=date(2026, 3, 1))),
    ),
    at(
        "CAT-035",
        "a review that is overdue",
        (VISIT, "share.review_on"),
        "looked at again on 2026-03-01",
        change(
            share={
                "type": "not_yet",
                "methods": ["verify"],
                "legal_basis": ["某法第一条"],
                "review_on": date(2026, 3, 1),
            }
        ),
    ),
    at(
        "CAT-036",
        "暂不共享 by query",
        (VISIT, "share.methods"),
        "hands out rows",
        change(
            share={
                "type": "not_yet",
                "methods": ["verify", "query"],
                "legal_basis": ["某法第一条"],
                "review_on": date(2030, 1, 1),
            }
        ),
    ),
    at(
        "CAT-037",
        "an expectation that does not exist",
        (VISIT, "quality[0]"),
        "there is no expectation expect_column_values_to_be_pretty",
        _rule("column_values_to_be_pretty", column="visit_no"),
    ),
    at(
        "CAT-037",
        "an argument it does not take",
        (VISIT, "quality[0]"),
        "colour",
        _rule("column_values_to_not_be_null", column="visit_no", colour="blue"),
    ),
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
        "a rule about the delivery that is to keep rows back",
        (VISIT, "quality[0]"),
        "keeps no row back",
        _rule("table_row_count_to_be_between", level="quarantine", min_value=1),
    ),
)
