"""Sharing types: the statements that each type of a resource or item requires."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.city.declared import Change, change
from tests.unit.catalog_specs.laws.breach import (
    OPEN_SET,
    PERSON,
    REGION,
    VISIT,
    Breach,
    assert_lawful,
    assert_reported_alone,
    at,
)


def _not_yet(*methods: str, **more: Any) -> Change:
    """Return an edit that keeps the visits back, with basis and review."""
    share = {"type": "not_yet", "methods": [*methods], "legal_basis": ["某法第一条"]}
    return change(share={**share, "review_on": date(2030, 1, 1), **more})


BREACHES = (
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
        "CAT-007",
        "without basis",
        (VISIT, "share.legal_basis"),
        "legal basis",
        change(share__type="not_yet", share__methods=["verify"], share__review_on=date(2030, 1, 1)),
    ),
    at(
        "CAT-007",
        "without review",
        (VISIT, "share.review_on"),
        "looked at again",
        change(items__2__share="not_yet", share__legal_basis=["某法第一条"]),
    ),
    at(
        "CAT-008",
        "a basic item on conditions",
        (PERSON, "items[0].share"),
        "无条件共享",
        change(items__0__share="conditional"),
    ),
    at(
        "CAT-009",
        "no condition",
        (PERSON, "share.condition"),
        "naming its condition",
        change(share__condition=...),
    ),
    at(
        "CAT-024",
        "a base class without basic items",
        (REGION, "base_class"),
        "no resource of the base class",
        change(items__0__basic=False, items__1__basic=False),
    ),
    at(
        "CAT-024",
        "a basic item outside the base classes",
        (VISIT, "items[1].basic"),
        "none of the five",
        change(items__1__basic=True),
    ),
    at(
        "CAT-009",
        "one item on conditions that nobody names",
        (VISIT, "share.condition"),
        "naming its condition",
        change(items__2__share="conditional"),
    ),
    at(
        "CAT-008",
        "a basic item on its resource's conditions",
        (PERSON, "items[0].basic"),
        "无条件共享",
        change(items__0__share=...),
    ),
)

LAWFUL: dict[str, dict[str, Change]] = {
    "暂不共享 that only answers": {VISIT: _not_yet("verify", "statistics")},
    "an item on a condition that is named": {
        VISIT: change(items__2__share="conditional", share__condition="限用于本单位履行职责。")
    },
    "an item of a base class that is not basic": {
        PERSON: change(items__2__share="conditional"),
        OPEN_SET: None,
    },
    "a second resource of a base class, without basic items": {
        VISIT: change(base_class="population")
    },
}


@pytest.mark.parametrize("breach", BREACHES, ids=str)
def test_a_type_without_its_statements_is_reported(breach: Breach, tmp_path: Path) -> None:
    """What a sharing type requires and nobody says is reported alone, in its place."""
    assert_reported_alone(breach, tmp_path)


@pytest.mark.parametrize("changes", LAWFUL.values(), ids=LAWFUL)
def test_a_type_with_its_statements_is_not(changes: dict[str, Change], tmp_path: Path) -> None:
    """Each type is lawful with what it requires, and asks for no more."""
    assert_lawful(changes, tmp_path)
