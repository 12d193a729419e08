"""The law about items held beside others: who is named is there, and both can be compared."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.city.declared import Change, change
from tests.unit.catalog_specs.laws.breach import (
    PERSON,
    Breach,
    assert_lawful,
    assert_reported_alone,
    at,
)

BOX = {"name": "本市", "corners": [[117, 24], [119, 26]]}
BIRTH, SEX, RESIDENCE, INCOME = 3, 2, 4, 5


def _breach(name: str, place: str, says: str, **items: Any) -> Breach:
    """Return a breach by items of the person's resource, in a city with one area."""
    made = at("CAT-047", name, (PERSON, place), says, change(**items))
    return replace(made, changes=made.changes | {"catalog.yaml": change(areas={"city": BOX})})


BREACHES = (
    _breach(
        "a number that is no item",
        f"items[{BIRTH}].by_number.item",
        "no item `residentid`",
        items__3__by_number={"item": "residentid", "part": "birth_date"},
    ),
    _breach(
        "a number without a check digit",
        f"items[{BIRTH}].by_number.item",
        "has no `check: resident_id`",
        items__3__by_number={"item": "name", "part": "birth_date"},
    ),
    _breach(
        "a sex that is a date",
        f"items[{BIRTH}].by_number",
        "needs type integer or string",
        items__3__by_number={"item": "resident_id", "part": "sex"},
    ),
    _breach(
        "an age with a fraction, of a birth that is a text",
        f"items[{INCOME}].age",
        "needs type integer",
        items__5__age={"born": "birth_date"},
    ),
    _breach(
        "a day that is no day",
        f"items[{RESIDENCE}].division.on",
        "needs type date or datetime",
        items__4__division={"on": "name"},
    ),
    _breach(
        "a division that is a number",
        f"items[{INCOME}].division",
        "needs type string",
        items__5__division={},
    ),
    _breach(
        "a latitude that is a text",
        f"items[{INCOME}].within.latitude",
        "needs type decimal or integer",
        items__5__within={"latitude": "name", "area": "city"},
    ),
    _breach(
        "an area that nobody declared",
        f"items[{INCOME}].within.area",
        "declares no area `town`",
        items__5__within={"latitude": "income", "area": "town"},
    ),
)
LAWFUL: dict[str, dict[str, Change]] = {
    "a birth date and a sex by the number": {
        PERSON: change(
            items__3__by_number={"item": "resident_id", "part": "birth_date"},
            items__2__by_number={"item": "resident_id", "part": "sex"},
        )
    },
    "divisions of today, and of the day of birth": {
        PERSON: change(
            items__4__division={}, items__0__division={"on": "birth_date", "or_later": True}
        )
    },
    "a place": {
        PERSON: change(items__5__within={"latitude": "income", "area": "city"}),
        "catalog.yaml": change(areas={"city": BOX}),
    },
}


@pytest.mark.parametrize("breach", BREACHES, ids=str)
def test_a_breach_is_reported_alone(breach: Breach, tmp_path: Path) -> None:
    """At the word to correct, with what would do."""
    assert_reported_alone(breach, tmp_path)


@pytest.mark.parametrize("name", LAWFUL)
def test_what_fits_is_lawful(name: str, tmp_path: Path) -> None:
    """No law has anything against it."""
    assert_lawful(LAWFUL[name], tmp_path)
