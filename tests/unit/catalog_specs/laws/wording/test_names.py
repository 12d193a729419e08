"""Ambiguous names: elements, view schemas, and regions that exist."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from catalog_specs.laws.wording.names import RESERVED_SCHEMAS, plain_name
from tests.city.declared import Change, change
from tests.unit.catalog_specs.laws.breach import (
    OFFICE,
    PERSONS,
    PLACES,
    Breach,
    assert_lawful,
    assert_reported_alone,
    at,
    new_element,
)

_POST = {"post": "数据管理员", "since": date(2024, 1, 2), "filing_no": "145-2024-01"}


def _division_list(*codes: str) -> dict[str, Any]:
    return {
        "code": "division",
        "name": "行政区划",
        "standard": "GB/T 2260—2007",
        "values": dict.fromkeys(codes, "某地"),
    }


def _department(code: str) -> dict[str, Change]:
    department = {
        "code": code,
        "name": "质量处",
        "unit_code": "999",
        "roles": ["consumer"],
        "responsible": _POST,
        "steward": _POST,
    }
    return {f"departments/{code}.yaml": department}


BREACHES = (
    at(
        "CAT-032",
        "a second name of a person",
        (PERSONS, "[6].name"),
        "two sources",
        new_element("person_name_2", "natural_person", name=" 姓　名"),
    ),
    at("CAT-034", "no division", (OFFICE, "region"), "no division", change(region="3505X1")),
    at("CAT-034", "another city's", (OFFICE, "region"), "within the city", change(region="350203")),
    at(
        "CAT-034",
        "a city that is nowhere",
        ("catalog.yaml", "region"),
        "no division code",
        change(region="990000"),
    ),
    *(
        Breach(
            "CAT-033", f"called {code}", f"departments/{code}.yaml", "code", code, _department(code)
        )
        for code in sorted(RESERVED_SCHEMAS)
        if code[0].isalpha()
    ),
    Breach(
        "CAT-034",
        "a division that the catalogue's own list lacks",
        OFFICE,
        "region",
        "did you mean `350502`?",
        {
            "code_lists/division.yaml": _division_list("350500", "350502"),
            OFFICE: change(region="350599"),
        },
    ),
    at(
        "CAT-034",
        "a county of a city that is one",
        (OFFICE, "region"),
        "within",
        change(region="350000"),
    ),
)

LAWFUL: dict[str, dict[str, Change]] = {
    "one name for facts about two subjects": {
        PLACES: new_element("division_label", "division", name="姓名")
    },
    "names that differ in one character": {
        PERSONS: new_element("person_name_2", "natural_person", name="曾用姓名")
    },
    "a county of the city": {OFFICE: change(region="350502")},
    "the city itself": {OFFICE: change(region="350500")},
    "a county of the catalogue's own list": {
        "code_lists/division.yaml": _division_list("350502"),
        OFFICE: change(region="350502"),
    },
    "a list of another standard": {
        "code_lists/division.yaml": _division_list("x") | {"standard": "GB/T 2261.1"},
        OFFICE: change(region="350502"),
    },
    "any province of the whole country": {
        "catalog.yaml": change(region="100000"),
        OFFICE: change(region="820000"),
    },
}


@pytest.mark.parametrize("breach", BREACHES, ids=str)
def test_a_name_that_cannot_be_told_apart_is_reported(breach: Breach, tmp_path: Path) -> None:
    """A second name of one fact, a reserved schema and a region that is none are reported."""
    assert_reported_alone(breach, tmp_path)


@pytest.mark.parametrize("changes", LAWFUL.values(), ids=LAWFUL)
def test_names_that_differ_are_not(changes: dict[str, Change], tmp_path: Path) -> None:
    """Names need only differ within a subject, and regions only lie within the city's."""
    assert_lawful(changes, tmp_path)


@pytest.mark.parametrize(
    ("name", "same"),
    [
        ("姓 名", "姓　名"),
        ("电话（手机）", "电话手机"),
        ("ＩＤ", "id"),
        ("证件_号码", "证件-号码"),
        ("Straße", "STRASSE"),
        ("①号", "1号"),
    ],
)
def test_people_read_two_writings_as_one_name(name: str, same: str) -> None:
    """Width, case, white space and punctuation make no second name."""
    assert plain_name(name) == plain_name(same)


@pytest.mark.parametrize(("name", "other"), [("电话1", "电话2"), ("姓名", "名姓"), ("甲", "乙")])
def test_letters_and_digits_make_a_name(name: str, other: str) -> None:
    """Whatever is a letter or a digit counts."""
    assert plain_name(name) != plain_name(other)
