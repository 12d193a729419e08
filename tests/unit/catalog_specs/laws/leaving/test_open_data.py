"""Open sets: opened as declared, made of stored items, measurable for disclosure."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog_specs.loader import check
from tests.city.declared import Change, change, write_catalog
from tests.unit.catalog_specs.laws.breach import (
    OPEN_SET,
    PERSON,
    Breach,
    assert_lawful,
    assert_reported_alone,
    at,
)

BREACHES = (
    at(
        "CAT-020",
        "a quasi-identifier outside the set",
        (OPEN_SET, "quasi_identifiers[0]"),
        "not among the items",
        change(quasi_identifiers=["income"]),
    ),
    at(
        "CAT-020",
        "a quasi-identifier that is dropped",
        (OPEN_SET, "quasi_identifiers[0]"),
        "is dropped",
        change(masks__residence={"mask": "drop"}, quasi_identifiers=["residence"]),
    ),
    Breach(
        "CAT-020",
        "another opening type",
        OPEN_SET,
        "type",
        "授权开放",
        {PERSON: change(open__type="authorised")},
    ),
    at(
        "CAT-020",
        "nothing left to open",
        (OPEN_SET, "items"),
        "every item is dropped",
        change(items=["name"], masks=...),
    ),
    at(
        "CAT-020",
        "a resource that is not opened",
        (OPEN_SET, "type"),
        "不予开放",
        change(resource="data_office/visit", items=["trips"], masks={}),
    ),
)

LAWFUL: dict[str, dict[str, Change]] = {
    "a quasi-identifier that leaves": {OPEN_SET: change(quasi_identifiers=["sex"])},
    "one item of two that stays": {OPEN_SET: change(items__3="name")},
    "a resource that is opened by authorisation": {
        PERSON: change(open__type="authorised"),
        OPEN_SET: change(type="authorised"),
    },
}


@pytest.mark.parametrize("breach", BREACHES, ids=str)
def test_an_open_set_beyond_its_resource_is_reported(breach: Breach, tmp_path: Path) -> None:
    """Another opening type, nothing to open or nothing to measure by is reported in its place."""
    assert_reported_alone(breach, tmp_path)


@pytest.mark.parametrize("changes", LAWFUL.values(), ids=LAWFUL)
def test_an_open_set_as_declared_is_not(changes: dict[str, Change], tmp_path: Path) -> None:
    """A set of its resource's type, of which something leaves, may name what leaves."""
    assert_lawful(changes, tmp_path)


def test_a_set_of_an_unknown_resource_is_blamed_for_its_name_alone(tmp_path: Path) -> None:
    """Nothing is said about the opening type of a resource that nobody declared."""
    root = write_catalog(tmp_path, **{OPEN_SET: change(resource="civil_affairs/persons")})
    assert {problem.code for problem in check(root)[1]} == {"CAT-003"}
