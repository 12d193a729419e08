"""Behaviour of both sides of a mismatch: each value with the line that it was delivered on."""

from __future__ import annotations

from pathlib import Path

import pytest

from authoritative.both_sides import BothSides, both_sides
from register.mismatches import mismatches_of
from storage.engines.workbench import Limits
from tests.city import PERSON, VISIT
from tests.city.homes import Town
from tests.city.records import VISITS, csv_text, people, person_id
from tests.city.registers import deliveries


@pytest.fixture
def town(tmp_path: Path) -> Town:
    """A town in which one visitor has another name, and one is nobody."""
    town = Town(tmp_path)
    town.take(PERSON, "p.csv", people(range(1, 4)))
    rows = [
        (f"V{n}", "2026-02-01", 9, 1, 1, person_id(n), name) for n, name in ((2, "某"), (8, "八"))
    ]
    town.take(VISIT, "v.csv", csv_text(VISITS, *rows))
    return town


def shown(town: Town, row: int) -> BothSides:
    """Return both sides of what a visit calls a person."""
    (delivery,) = deliveries(town.layout, VISIT)
    (one,) = mismatches_of(town.layout, delivery.delivery, row, "name")
    return both_sides(town.layout, town.city.catalog, one, Limits())


def test_both_values_are_read_from_landing(town: Town) -> None:
    """With file, line and number on either side."""
    told = shown(town, 1)
    assert (told.mine.value, told.mine.place.file, told.mine.place.line) == ("某", "v.csv", 2)
    assert told.theirs
    assert (told.theirs.value, told.theirs.place.file, told.theirs.place.line) == (
        "人2",
        "p.csv",
        3,
    )
    assert (told.theirs.department, told.theirs.resource) == ("civil_affairs", PERSON)
    assert told.as_dict()["theirs"]["place"]["record"] == 2


def test_a_source_without_the_row_has_no_side(town: Town) -> None:
    """There is nothing to show of it."""
    told = shown(town, 2)
    assert (told.mine.value, told.theirs) == ("八", None)
