"""Items, rows and masks of what leaves: the same faults for a grant and for an open set."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.city.declared import change
from tests.unit.catalog_specs.laws.breach import (
    CLASSES,
    GRANT,
    OPEN_SET,
    Breach,
    assert_lawful,
    assert_reported_alone,
)

_WAYS = {"grant": ("CAT-019", GRANT, "resources[0]."), "open set": ("CAT-020", OPEN_SET, "")}


def _both(name: str, path: str, says: str, **edits: Any) -> tuple[Breach, ...]:
    """Return a breach of what a grant covers, and the same one of an open set."""
    return tuple(
        Breach(
            law,
            f"{name} ({way})",
            file,
            f"{prefix}{path}",
            says,
            {file: change(**{_place(prefix) + place: edit for place, edit in edits.items()})},
        )
        for way, (law, file, prefix) in _WAYS.items()
    )


def _place(prefix: str) -> str:
    return "resources__0__" if prefix else ""


BREACHES = (
    *_both("an item twice", "items[1]", "is listed twice", items=["sex", "sex"], masks={}),
    *_both(
        "a mask for nothing",
        "masks.income",
        "not among the items",
        masks__income={"mask": "drop"},
    ),
    *_both(
        "a value of another type",
        "where[0].value",
        "not a value of type date",
        masks={"birth_date": {"mask": "keep"}, "residence": {"mask": "drop"}},
        items=["sex", "residence"],
        where=[{"item": "birth_date", "op": "ge", "value": 1990}],
    ),
    *_both(
        "a value that is no code",
        "where[0].value",
        "not a code of `sex`",
        where=[{"item": "sex", "op": "in", "value": ["1", "3"]}],
    ),
    Breach(
        "CAT-019",
        "an operator that does not fit",
        GRANT,
        "resources[0].where[1].op",
        "does not work on date",
        {
            GRANT: change(
                resources__0__masks={},
                resources__0__where__1={"item": "birth_date", "op": "starts_with", "value": "19"},
            )
        },
    ),
    Breach(
        "CAT-019",
        "an item that is only compared",
        GRANT,
        "resources[1].items[1]",
        "take `civil_affairs/person.name`",
        {
            GRANT: change(
                resources__1={"resource": "data_office/visit", "items": ["visit_no", "name"]}
            )
        },
    ),
    Breach(
        "CAT-019",
        "rows by an item that is only compared",
        GRANT,
        "resources[1].where[0].item",
        "take `civil_affairs/person.name`",
        {
            CLASSES: change(**{"2__share": {"mask": "keep"}}),
            GRANT: change(
                resources__1={
                    "resource": "data_office/visit",
                    "items": ["visit_no"],
                    "where": [{"item": "name", "op": "eq", "value": "x"}],
                }
            ),
        },
    ),
)


@pytest.mark.parametrize("breach", BREACHES, ids=str)
def test_a_scope_that_cannot_be_taken_is_reported(breach: Breach, tmp_path: Path) -> None:
    """What is doubled, not stored, or no sense as a condition is reported in its place."""
    assert_reported_alone(breach, tmp_path)


def test_a_scope_of_stored_items_and_codes_is_lawful(tmp_path: Path) -> None:
    """Key items that refer are stored, and codes of the list may choose the rows."""
    visits = {
        "resource": "data_office/visit",
        "items": ["resident_id", "visit_no"],
        "where": [{"item": "outcome", "op": "in", "value": ["1", "2"]}],
    }
    assert_lawful({GRANT: change(resources__1=visits)}, tmp_path)
