"""Grants: an offered method with its reason, and something to hand out."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.city.declared import Change, change
from tests.unit.catalog_specs.laws.breach import (
    GRANT,
    PERSON,
    Breach,
    assert_lawful,
    assert_reported_alone,
    at,
)

BREACHES = (
    Breach(
        "CAT-019",
        "a batch without a reason",
        GRANT,
        "batch_reason",
        "does not suffice",
        {GRANT: change(method="batch"), PERSON: change(share__methods__3="batch")},
    ),
    at(
        "CAT-019",
        "a special procedure of an ordinary department",
        (GRANT, "procedure"),
        "no department that asks by a special procedure",
        change(procedure="调证〔2026〕1号"),
    ),
    at(
        "CAT-019",
        "a method that is not offered",
        (GRANT, "resources[0].resource"),
        "not shared by `batch`",
        change(method="batch", batch_reason="每日比对全量"),
    ),
    Breach(
        "CAT-019",
        "rows of what is not shared yet",
        GRANT,
        "resources[0].resource",
        "it answers, it does not leave",
        {
            PERSON: change(
                items__5__share="not_yet",
                share__legal_basis=["某法第三条"],
                share__review_on=date(2030, 1, 1),
            ),
            GRANT: change(resources__0__where__1={"item": "income", "op": "ge", "value": 0}),
        },
    ),
    at(
        "CAT-019",
        "a resource twice",
        (GRANT, "resources[1].resource"),
        "granted twice",
        change(resources__1={"resource": "civil_affairs/person", "items": ["sex"]}),
    ),
    at(
        "CAT-019",
        "nothing left to hand out",
        (GRANT, "resources[0].items"),
        "nothing would be handed out",
        change(
            resources__0={
                "resource": "civil_affairs/person",
                "items": ["sex"],
                "masks": {"sex": {"mask": "drop"}},
            }
        ),
    ),
)

_ALL_DROPPED = {
    "resource": "civil_affairs/person",
    "items": ["sex"],
    "masks": {"sex": {"mask": "drop"}},
}
_NOT_YET = change(
    items__5__share="not_yet", share__legal_basis=["某法第三条"], share__review_on=date(2030, 1, 1)
)

LAWFUL: dict[str, dict[str, Change]] = {
    "a batch with its reason": {
        GRANT: change(method="batch", batch_reason="每日比对全量"),
        PERSON: change(share__methods__3="batch"),
    },
    "answers about what is not shared yet": {
        PERSON: _NOT_YET,
        GRANT: change(
            method="verify", resources__0__where=[{"item": "income", "op": "ge", "value": 0}]
        ),
    },
    "no approvals at all: they are decisions, and none of the catalogue": {
        GRANT: change(approvals=..., resources__0__items__5="income")
    },
    "answers about items that would be dropped": {
        GRANT: change(method="verify", resources__0=_ALL_DROPPED)
    },
}


@pytest.mark.parametrize("breach", BREACHES, ids=str)
def test_a_grant_beyond_the_catalogue_is_reported(breach: Breach, tmp_path: Path) -> None:
    """A method, reason or scope that does not fit is reported alone, in its place."""
    assert_reported_alone(breach, tmp_path)


@pytest.mark.parametrize("changes", LAWFUL.values(), ids=LAWFUL)
def test_a_grant_within_the_catalogue_is_not(changes: dict[str, Change], tmp_path: Path) -> None:
    """Each demand is made where the method and the sharing type ask for it, and only there."""
    assert_lawful(changes, tmp_path)
