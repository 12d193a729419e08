"""Keys: the items that identify a record, and codes that are unique in the city."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.city.declared import Change, change
from tests.unit.catalog_specs.laws.breach import (
    PERSON,
    REGION,
    SUBJECTS,
    VISIT,
    VISITS,
    Breach,
    assert_lawful,
    assert_reported_alone,
    at,
)

BREACHES = (
    at(
        "CAT-018",
        "a key that does not identify the subject",
        (PERSON, "key"),
        "the key lacks `resident_id`",
        change(key=["name"]),
    ),
    at(
        "CAT-018",
        "a key that may be empty",
        (REGION, "items[0]"),
        "could be empty",
        change(items__0__required=False),
    ),
    at(
        "CAT-021",
        "a resource code twice",
        (VISIT, "code"),
        f"already used in `{REGION}`",
        change(code="306-350500-0001"),
    ),
    Breach(
        "CAT-018",
        "a key of yes and no",
        VISIT,
        "items[1].element",
        "is boolean, which identifies nothing",
        {VISITS: change(**{"0__type": "boolean"})},
    ),
    at(
        "CAT-021",
        "a view name twice, as DuckDB compares names",
        (SUBJECTS, "[1].view"),
        f"`PEOPLE` is already used in `{SUBJECTS}`[0]",
        change(**{"0__view": "people", "1__view": "PEOPLE"}),
    ),
)

LAWFUL: dict[str, dict[str, Change]] = {
    "more items after the subject's key": {
        VISIT: change(key=["resident_id", "visit_no", "trips"], items__4__required=True)
    },
    "the subject's key in another place": {VISIT: change(key=["visit_no", "resident_id"])},
    "a view for each of two subjects": {SUBJECTS: change(**{"0__view": "区划"})},
}


@pytest.mark.parametrize("breach", BREACHES, ids=str)
def test_what_identifies_nothing_is_reported(breach: Breach, tmp_path: Path) -> None:
    """A key that may be empty or says too little, and a name used twice, are reported."""
    assert_reported_alone(breach, tmp_path)


@pytest.mark.parametrize("changes", LAWFUL.values(), ids=LAWFUL)
def test_what_identifies_is_not(changes: dict[str, Change], tmp_path: Path) -> None:
    """A key may say more than its subject's, in any order."""
    assert_lawful(changes, tmp_path)
