"""Who counts as a person, and which items tell of one."""

from __future__ import annotations

from typing import Any

import pytest

from catalog_specs.rules.leaving.persons import (
    Leaver,
    counted,
    identifies_person,
    is_free_text,
    is_protected,
    may_be_harmless,
    persons_of,
    tells_of_person,
    units_of,
)
from tests.city import PERSON, REGION
from tests.city.declared import change, compiled
from tests.unit.catalog_specs.rules.leaving.facts import city, element, mask

PLACES = "elements/places.yaml"


@pytest.mark.parametrize(
    ("fact", "identifies", "tells"),
    [
        (element(), False, False),
        (element(check="resident_id"), True, True),
        (element(person="identifier"), True, True),
        (element(person="attribute"), False, True),
        (element(check="credit_code"), False, False),
    ],
)
def test_which_elements_speak_of_a_person(fact: Any, identifies: bool, tells: bool) -> None:
    """A resident id names a person; another element says whether it tells of one."""
    assert identifies_person(city(), fact) is identifies
    assert tells_of_person(city(), fact) is tells


@pytest.mark.parametrize(
    ("fact", "protected", "harmless"),
    [
        (element(), False, True),
        (element(), True, False),
        (element(person="attribute"), False, True),
        (element(person="identifier"), False, False),
        (element(check="resident_id"), False, False),
        (element(sensitivity="unknown"), False, False),
    ],
)
def test_nothing_that_is_protected_or_names_a_person_is_harmless(
    fact: Any, protected: bool, harmless: bool
) -> None:
    """`not_identifying` is heard only where it can be true; what is not known is protected."""
    assert may_be_harmless(city(protected=protected), fact) is harmless
    assert is_protected(city(protected=protected), fact) is not (
        not protected and fact.sensitivity == "c"
    )


@pytest.mark.parametrize(
    ("fact", "free"),
    [
        (element(), True),
        (element(pattern="[0-9]+"), True),
        (element(code_list="levels"), False),
        (element(check="resident_id"), False),
        (element("integer"), False),
    ],
)
def test_what_may_hold_any_words(fact: Any, free: bool) -> None:
    """Text is free unless a code list or a check digit decides its form."""
    assert is_free_text(fact) is free


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        (None, True),
        ({"mask": "keep"}, True),
        ({"mask": "partial", "keep_first": 1}, True),
        ({"mask": "redact"}, True),
        ({"mask": "pseudonym"}, True),
        ({"mask": "constant", "value": "x"}, False),
        ({"mask": "drop"}, False),
    ],
)
def test_every_visible_item_of_a_person_counts(written: Any, seen: bool) -> None:
    """What can be seen of a person is a quasi-identifier, an item without a mask too."""
    catalog = compiled()
    resource = catalog.resource(PERSON)
    name = catalog.elements["person_name"]
    leaving = [Leaver("name", name, mask(written) if written else None)]
    assert counted(catalog, resource, leaving) == (("name",) if seen else ())
    assert persons_of(catalog, resource) == units_of(catalog, resource, leaving) == ("resident_id",)


def test_a_pseudonym_of_a_number_tells_nothing_known() -> None:
    """Nobody knows a person by a keyed hash of a number; a hash of a name is another matter."""
    catalog = compiled()
    number = Leaver("resident_id", catalog.elements["resident_id"], mask({"mask": "pseudonym"}))
    assert counted(catalog, catalog.resource(PERSON), [number]) == ()


def test_who_names_a_person_is_never_declared_harmless() -> None:
    """An element that names a person counts although its file says that it singles nobody out."""
    edit = change(**{"1__person": "identifier", "1__not_identifying": "公示"})
    catalog = compiled(**{PLACES: edit})
    named = [e for e in catalog.elements.values() if e.person is not None]
    leaving = [Leaver("name", named[0], None)]
    assert counted(catalog, catalog.resource(REGION), leaving) == ("name",)
