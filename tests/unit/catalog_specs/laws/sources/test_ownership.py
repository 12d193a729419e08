"""Ownership (一数一源): one owner of an element, and items that refer to it."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog_specs.loader import check
from tests.city.declared import Change, change, write_catalog
from tests.unit.catalog_specs.laws.breach import (
    PERSON,
    PERSONS,
    VISIT,
    Breach,
    assert_lawful,
    assert_reported_alone,
    at,
    new_element,
    new_item,
)

BREACHES = (
    at(
        "CAT-001",
        "two owners",
        (VISIT, "items[5]"),
        f"`{PERSON}` and `{VISIT}`",
        change(items__5__source=...),
    ),
    Breach(
        "CAT-002",
        "referred to and owned by nobody",
        VISIT,
        "items[5].source",
        "`person_alias`",
        {
            PERSONS: new_element("person_alias", "natural_person"),
            VISIT: change(items__5__element="person_alias"),
        },
    ),
    at(
        "CAT-004",
        "source of another element",
        (VISIT, "items[5].source"),
        "is not the owner of the element `person_name`",
        change(items__5__source="civil_affairs/person.sex"),
    ),
    at(
        "CAT-004",
        "source in the same resource",
        (PERSON, "items[6].source"),
        "is in the same resource",
        new_item("name_again", "person_name", source="civil_affairs/person.name"),
    ),
    at(
        "CAT-005",
        "nothing to compare by",
        (VISIT, "items[6].source"),
        "does not carry `division_code`",
        new_item("town", "division_name", source="civil_affairs/region.name"),
    ),
    Breach(
        "CAT-017",
        "a fact about something else",
        PERSON,
        "items[2].element",
        "fact about `division`",
        {PERSONS: change(**{"2__subject": "division"})},
    ),
)

LAWFUL: dict[str, dict[str, Change]] = {
    "nobody owns what nobody refers to": {PERSONS: new_element("person_alias", "natural_person")},
    "a second referring item": {VISIT: new_item("sex", "sex", source="civil_affairs/person.sex")},
}


@pytest.mark.parametrize("breach", BREACHES, ids=str)
def test_a_fact_without_its_one_source_is_reported(breach: Breach, tmp_path: Path) -> None:
    """Two owners, none, another one, or one that cannot be compared with, are reported."""
    assert_reported_alone(breach, tmp_path)


@pytest.mark.parametrize("changes", LAWFUL.values(), ids=LAWFUL)
def test_a_fact_with_its_one_source_is_not(changes: dict[str, Change], tmp_path: Path) -> None:
    """Any number of items may refer to the one owner; an element need not be in use."""
    assert_lawful(changes, tmp_path)


def test_both_owners_are_named_and_the_first_is_offered(tmp_path: Path) -> None:
    """Who has to decide sees both files, and how the second would refer to the first."""
    [problem] = check(write_catalog(tmp_path, **{VISIT: change(items__5__source=...)}))[1]
    assert f"`{PERSON}` and `{VISIT}`" in problem.message
    assert "`source: civil_affairs/person.name`" in problem.remedy


@pytest.mark.parametrize("source", ["civil_affairs/person.nam", "civil_affairs/persons.name"])
def test_a_source_that_does_not_exist_is_blamed_for_its_name_alone(
    source: str, tmp_path: Path
) -> None:
    """A misspelt source is an unknown name, and never a wrong or missing owner besides."""
    edits = {VISIT: change(items__5__source=source), PERSON: change(items__1__element="sex")}
    only = {VISIT: change(items__5__source=source)}
    assert {problem.code for problem in check(write_catalog(tmp_path, **only))[1]} == {"CAT-003"}
    found = check(write_catalog(tmp_path / "unowned", **edits))[1]
    assert "CAT-002" not in {problem.code for problem in found}
