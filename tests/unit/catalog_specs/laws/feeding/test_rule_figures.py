"""Figures of quality rules: items that are none, levels they cannot have, and histories."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.city.declared import Change, change
from tests.unit.catalog_specs.laws.breach import (
    PERSON,
    VISIT,
    Breach,
    assert_lawful,
    assert_reported_alone,
    at,
)


def _rule(level: str = "warn", **form: Any) -> Change:
    rule = {"code": "tried", "level": level, "dimension": "accuracy", "description": "试"}
    return change(quality=[rule | form])


def _drift(figure: str, item: str | None = None, level: str = "warn", **more: Any) -> Change:
    return _rule(level, drift={"figure": figure, "item": item, "deliveries": 3, "within": 9} | more)


def _compare(level: str = "warn", item: str = "trips", **to: Any) -> Change:
    other = {"resource": "civil_affairs/person", "figure": "sum", "item": "income"}
    return _rule(level, compare={"figure": "sum", "item": item, "to": other | to})


BREACHES = (
    at(
        "CAT-042",
        "a figure that is to keep rows back",
        (PERSON, "quality[0].level"),
        "keeps no row back",
        _drift("row_count", level="quarantine"),
    ),
    at(
        "CAT-042",
        "the mean of persons' incomes",
        (PERSON, "quality[0].drift.figure"),
        "`null_share`",
        _drift("mean", "income"),
    ),
    at(
        "CAT-042",
        "the mean of a text",
        (VISIT, "quality[0].drift.item"),
        "of type string",
        _drift("mean", "outcome"),
    ),
    at(
        "CAT-042",
        "an item there is not",
        (PERSON, "quality[0].drift.item"),
        "did you mean `name`?",
        _drift("null_share", "nam"),
    ),
    at(
        "CAT-042",
        "a comparison that rejects",
        (VISIT, "quality[0].level"),
        "write `level: warn`",
        _compare("reject"),
    ),
    at(
        "CAT-042",
        "the sum of a text",
        (VISIT, "quality[0].compare.item"),
        "of type string",
        _compare(item="outcome"),
    ),
    at(
        "CAT-042",
        "the sum of another resource's text",
        (VISIT, "quality[0].compare.to.item"),
        "of type string",
        _rule(
            compare={
                "figure": "sum",
                "item": "trips",
                "to": {"resource": "civil_affairs/person", "figure": "sum", "item": "name"},
            }
        ),
    ),
)


@pytest.mark.parametrize("breach", BREACHES, ids=str)
def test_a_figure_that_cannot_be_judged_or_kept_is_reported(breach: Breach, tmp_path: Path) -> None:
    """At `check`, with what to write instead."""
    assert_reported_alone(breach, tmp_path)


@pytest.mark.parametrize(
    ("file", "edit"),
    [
        (PERSON, _drift("row_count", level="reject")),
        (PERSON, _drift("null_share", "income")),
        (PERSON, _drift("distinct_count", "name")),
        (VISIT, _compare()),
    ],
)
def test_one_that_can_is_not(file: str, edit: Change, tmp_path: Path) -> None:
    """Counts and shares tell of nobody; a comparison stores nothing of what tells of persons."""
    assert_lawful({file: edit}, tmp_path)
