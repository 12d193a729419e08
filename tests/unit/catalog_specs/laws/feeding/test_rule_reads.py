"""Other resources that quality rules read: names and items that are none."""

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

REGIONS = "civil_affairs/region"


def _rule(**form: Any) -> Change:
    rule = {"code": "tried", "level": "warn", "dimension": "accuracy", "description": "试"}
    return change(quality=[rule | form])


def _exists(resource: str = REGIONS, **items: str) -> Change:
    return _rule(exists_in={"resource": resource, "items": items})


def _compare(**to: Any) -> Change:
    other = {"resource": REGIONS, "figure": "row_count"} | to
    return _rule(compare={"figure": "row_count", "to": other})


BREACHES = (
    at(
        "CAT-040",
        "a resource there is not",
        (PERSON, "quality[0].exists_in.resource"),
        f"did you mean `{REGIONS}`?",
        _exists("civil_affairs/regio", residence="code"),
    ),
    at(
        "CAT-040",
        "an item there is not here",
        (PERSON, "quality[0].exists_in.items.residenc"),
        "did you mean `residence`?",
        _exists(residenc="code"),
    ),
    at(
        "CAT-040",
        "an item there is not there",
        (PERSON, "quality[0].exists_in.items.residence"),
        "did you mean `code`?",
        _exists(residence="cod"),
    ),
    at(
        "CAT-040",
        "an item of another type",
        (PERSON, "quality[0].exists_in.items.birth_date"),
        "`birth_date` is date, `code` there is string",
        _exists(birth_date="code"),
    ),
    at(
        "CAT-040",
        "another resource to compare with that is none",
        (PERSON, "quality[0].compare.to.resource"),
        f"did you mean `{REGIONS}`?",
        _compare(resource="civil_affairs/regions"),
    ),
    at(
        "CAT-040",
        "rows of the other resource by an item it has not",
        (PERSON, "quality[0].compare.to.where[0].item"),
        "is no item of `civil_affairs/region`",
        _compare(where=[{"item": "sex", "op": "is_null"}]),
    ),
    at(
        "CAT-040",
        "rows of the other resource by an item it only refers to",
        ("resources/data_office/permit.yaml", "quality[0].compare.to.where[0].item"),
        "is not stored in `data_office/visit`",
        _compare(resource="data_office/visit", where=[{"item": "name", "op": "not_null"}]),
    ),
)
CIRCLE = at(
    "CAT-006",
    "a circle",
    (PERSON, "quality[0]"),
    "in a circle",
    _exists("data_office/visit", name="outcome"),
)
"""The law about all references, which has tests of its own, sees those of rules as well."""


@pytest.mark.parametrize("breach", [*BREACHES, CIRCLE], ids=str)
def test_what_is_not_there_cannot_be_read(breach: Breach, tmp_path: Path) -> None:
    """Each is reported alone, in its place."""
    assert_reported_alone(breach, tmp_path)


@pytest.mark.parametrize(
    ("file", "edit"),
    [
        (PERSON, _exists(residence="code", name="name")),
        (PERSON, _exists("civil_affairs/person", name="name")),
        (VISIT, _compare(where=[{"item": "code", "op": "starts_with", "value": "35"}])),
    ],
)
def test_what_is_there_can(file: str, edit: Change, tmp_path: Path) -> None:
    """Another resource, and the rule's own."""
    assert_lawful({file: edit}, tmp_path)
