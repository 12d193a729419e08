"""Departments: the posts on record and the roles in which they act."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.city.declared import change
from tests.unit.catalog_specs.laws.breach import (
    GRANT,
    OFFICE,
    Breach,
    assert_lawful,
    assert_reported_alone,
    at,
)

CIVIL_AFFAIRS = "departments/civil_affairs.yaml"

BREACHES = (
    at("CAT-014", "no steward", (OFFICE, "steward"), "数据管理员", change(steward=...)),
    at("CAT-014", "nobody responsible", (OFFICE, "responsible"), "分管", change(responsible=...)),
    Breach(
        "CAT-026",
        "not a consumer",
        GRANT,
        "consumer",
        "数据应用单位",
        {OFFICE: change(roles=["authority", "producer"])},
    ),
    Breach(
        "CAT-026",
        "not an authority",
        "catalog.yaml",
        "authority",
        "数据管理机构",
        {OFFICE: change(roles=["consumer", "producer"])},
    ),
    Breach(
        "CAT-026",
        "not a producer",
        "resources/civil_affairs/person.yaml",
        "provider",
        "数据生产单位",
        {CIVIL_AFFAIRS: change(roles=["consumer"])},
    ),
)


@pytest.mark.parametrize("breach", BREACHES, ids=str)
def test_a_department_that_cannot_answer_is_reported(breach: Breach, tmp_path: Path) -> None:
    """A missing post stands at the department, a missing role where it acts without it."""
    assert_reported_alone(breach, tmp_path)


def test_a_role_is_asked_for_only_where_somebody_acts_in_it(tmp_path: Path) -> None:
    """Without a grant nobody need be a consumer, and a department may have roles to spare."""
    edits = {OFFICE: change(roles=["authority", "producer"]), GRANT: None}
    assert_lawful({**edits, CIVIL_AFFAIRS: change(roles=["producer", "consumer"])}, tmp_path)
