"""Exits: every item that leaves, with the mask that will apply and the place to correct."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog_specs.laws.leaving.exits import dropped_of, leaving, leaving_of, masks_of
from catalog_specs.models.sharing import OpenSet
from catalog_specs.reading.declared import Declared
from catalog_specs.reading.files import gather
from catalog_specs.rules.leaving.masking import NamedBy
from tests.city.declared import Change, change, write_catalog
from tests.unit.catalog_specs.laws.breach import CLASSES, GRANT, OPEN_SET, PERSON, PERSONS


def _declared(folder: Path, **changes: Change) -> Declared:
    return gather(write_catalog(folder, **changes)).declared()


def _open_set(declared: Declared) -> OpenSet:
    return declared.open_sets["resident_profile"]


def test_grants_come_before_open_sets_item_by_item(tmp_path: Path) -> None:
    """Every item that leaves is met once, in the order in which it is written."""
    found = [(one.at, one.code) for one in leaving(_declared(tmp_path))]
    granted = ["resident_id", "name", "sex", "birth_date", "residence"]
    assert found == [
        *(("grants:residents_for_office", code) for code in granted),
        *(("open_sets:resident_profile", code) for code in ("sex", "birth_date", "residence")),
    ]


@pytest.mark.parametrize("method", ["verify", "statistics"])
def test_a_grant_that_only_answers_lets_nothing_leave(tmp_path: Path, method: str) -> None:
    """A method that hands out no rows has no items that leave."""
    declared = _declared(tmp_path, **{GRANT: change(method=method)})
    assert {one.at for one in leaving(declared)} == {"open_sets:resident_profile"}


def test_the_place_to_correct_is_where_the_mask_is_named(tmp_path: Path) -> None:
    """A mask of the grant is corrected there; of the element or class, at the granted item."""
    edit = change(**{"1__masks__share": {"mask": "drop"}})
    found = {
        one.code: one for one in leaving(_declared(tmp_path, **{PERSONS: edit, OPEN_SET: None}))
    }
    assert {code: (one.named_by, one.path) for code, one in found.items()} == {
        "resident_id": (NamedBy.CLASS, "resources[0].items[0]"),
        "name": (NamedBy.ELEMENT, "resources[0].items[1]"),
        "sex": (NamedBy.CLASS, "resources[0].items[2]"),
        "birth_date": (NamedBy.EXIT, "resources[0].masks.birth_date"),
        "residence": (NamedBy.CLASS, "resources[0].items[4]"),
    }


def test_an_item_for_which_nothing_names_a_mask_has_none(tmp_path: Path) -> None:
    """Without a mask of set, element or class there is none, and the item is the place."""
    declared = _declared(tmp_path, **{OPEN_SET: change(items__2="income", masks__residence=...)})
    [income] = [one for one in leaving(declared) if one.code == "income"]
    assert (income.mask, income.named_by, income.path) == (None, None, "items[2]")


@pytest.mark.parametrize(
    ("file", "edit"),
    [
        (OPEN_SET, change(items__2="incom")),
        (OPEN_SET, change(resource="civil_affairs/persons")),
        (PERSON, change(items__4__element="residenc")),
        (PERSONS, change(**{"4__sensitivity": "secret"})),
        (CLASSES, change(**{"1__level": 9})),
    ],
    ids=["item", "resource", "element", "class", "broken class"],
)
def test_what_is_not_known_is_left_out(tmp_path: Path, file: str, edit: Change) -> None:
    """An item of which resource, element or class is unknown is left to the law of names."""
    declared = _declared(tmp_path, **{file: edit})
    codes = {one.code for one in leaving_of(declared, "", "", _open_set(declared))}
    assert codes <= {"sex", "birth_date"}
    assert codes == set(masks_of(declared, _open_set(declared)))


def test_what_is_dropped_is_what_stays(tmp_path: Path) -> None:
    """An item stays when its mask drops it, whoever names that mask; a mask it lacks drops none."""
    edit = change(items=["resident_id", "name", "sex", "income"], masks={"sex": {"mask": "drop"}})
    declared = _declared(tmp_path, **{OPEN_SET: edit})
    assert dropped_of(declared, _open_set(declared)) == {"resident_id", "name", "sex"}
    assert masks_of(declared, _open_set(declared))["income"] is None
