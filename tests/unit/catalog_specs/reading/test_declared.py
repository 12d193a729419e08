"""Declarations: absence is only said where everything of a kind could be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog_specs.reading.declared import Declared
from catalog_specs.reading.files import gather
from tests.city.declared import Change, change, write_catalog
from tests.unit.catalog_specs.laws.breach import CLASSES, PERSON, PERSONS, VISIT

BROKEN = "a: 1\na: 2\n"


def _declared(folder: Path, **changes: Change) -> Declared:
    return gather(write_catalog(folder, **changes)).declared()


def test_what_is_declared_nowhere_is_lacking(tmp_path: Path) -> None:
    """In a catalogue that could be read, a name that is not there is lacking."""
    declared = _declared(tmp_path)
    assert declared.lacks("elements", "sexx")
    assert not declared.lacks("elements", "sex")
    assert declared.complete("elements")


def test_a_broken_declaration_is_known_by_name(tmp_path: Path) -> None:
    """One that failed is not lacking, but its kind is no longer complete; others still lack."""
    declared = _declared(tmp_path, **{PERSONS: change(**{"2__name": ...}), VISIT: BROKEN})
    assert "sex" not in declared.elements
    assert not declared.lacks("elements", "sex")
    assert declared.lacks("elements", "sexx")
    assert "sex" in declared.names("elements")
    assert not declared.complete("elements")
    assert not declared.lacks("resources", "data_office/visit")
    assert declared.complete("subjects")


@pytest.mark.parametrize(
    "content", [BROKEN, "{code: x}\n", "- {name: nobody}\n"], ids=["unread", "no list", "no code"]
)
def test_nothing_lacks_in_a_clouded_kind(tmp_path: Path, content: str) -> None:
    """Where a list or an entry cannot be named, any name may have stood there."""
    declared = _declared(tmp_path, **{CLASSES: content})
    assert not declared.lacks("sensitivities", "anything")
    assert not declared.complete("sensitivities")
    assert declared.lacks("elements", "anything")


@pytest.mark.parametrize(
    ("reference", "found"),
    [
        ("civil_affairs/person.name", ("civil_affairs/person", "name")),
        ("civil_affairs/person.nam", None),
        ("civil_affairs/persons.name", None),
        ("name", None),
        ("", None),
    ],
)
def test_a_reference_leads_to_an_item_or_nowhere(
    tmp_path: Path, reference: str, found: tuple[str, str] | None
) -> None:
    """Both halves must exist."""
    place = _declared(tmp_path).item_at(reference)
    assert (place and (place[0].ref, place[1].code)) == found


def test_every_owner_of_an_element_is_known(tmp_path: Path) -> None:
    """Items without a source own; a second owner is kept beside the first, to be reported."""
    declared = _declared(tmp_path, **{VISIT: change(items__5__source=...)})
    owners = [(resource.ref, item.code) for resource, item in declared.owners["person_name"]]
    assert owners == [("civil_affairs/person", "name"), ("data_office/visit", "name")]
    assert "resident_id" in declared.owners
    assert len(declared.owners["resident_id"]) == 1


def test_a_retired_resource_is_asked_nothing_and_named_by_nobody(tmp_path: Path) -> None:
    """It is no resource any more, so that whoever names it names something that is lacking."""
    retired = {"on": "2026-03-01", "reason": "停用"}
    declared = _declared(tmp_path, **{PERSON: change(retired=retired)})
    assert "civil_affairs/person" in declared.retired
    assert declared.lacks("resources", "civil_affairs/person")
    assert "income" not in declared.owners


def test_an_item_of_a_failed_element_has_none(tmp_path: Path) -> None:
    """An element that could not be read says nothing about its item."""
    declared = _declared(tmp_path, **{PERSONS: change(**{"2__type": "text"})})
    person = declared.resources["civil_affairs/person"]
    assert declared.element_of(person.item("sex")) is None
    assert declared.element_of(person.item("name")) is declared.elements["person_name"]
