"""References: every named department, element, resource, item, … exists."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from catalog_specs.loader import check
from tests.city.declared import Change, change, write_catalog
from tests.unit.catalog_specs.laws.breach import (
    CLASSES,
    GRANT,
    OPEN_SET,
    PERSON,
    PERSONS,
    PLACES,
    REGION,
    SUBJECTS,
    VISIT,
    Breach,
    assert_lawful,
    assert_reported_alone,
    at,
)

CITY = "catalog.yaml"


def _unknown(name: str, where: tuple[str, str], says: str, edit: Change) -> Breach:
    return at("CAT-003", f"unknown {name}", where, says, edit)


BREACHES = (
    at(
        "CAT-003",
        "a translation by an unknown code list",
        (VISIT, "feed.normalise.outcome[0].code_list"),
        "did you mean `outcome`?",
        change(feed__normalise={"outcome": [{"translate": {"code_list": "outcom"}}]}),
    ),
    _unknown("profile", ("catalog.yaml", "profile"), "`test_rules`", change(profile="test_rule")),
    _unknown(
        "sensitivity",
        (PLACES, "[1].sensitivity"),
        "`public`",
        change(**{"1__sensitivity": "publc"}),
    ),
    _unknown("code list", (PERSONS, "[2].code_list"), "`sex`", change(**{"2__code_list": "sexx"})),
    _unknown(
        "resource",
        (PERSON, "items[4].references"),
        "`civil_affairs/region`",
        change(items__4__references="civil_affairs/regoin.code"),
    ),
    _unknown(
        "item",
        (VISIT, "items[5].source"),
        "`name`",
        change(items__5__source="civil_affairs/person.nam"),
    ),
    _unknown("consumer", (GRANT, "consumer"), "`data_office`", change(consumer="data_ofice")),
    _unknown(
        "granted item",
        (GRANT, "resources[0].items[5]"),
        "`income`",
        change(resources__0__items__5="incom"),
    ),
    _unknown(
        "filtered item",
        (OPEN_SET, "where[0].item"),
        "`sex`",
        change(where=[{"item": "sexe", "op": "not_null"}]),
    ),
    _unknown(
        "related resource",
        (VISIT, "related[0]"),
        "`306-350500-0002`",
        change(related=["306-350500-002"]),
    ),
    at(
        "CAT-025",
        "not a key",
        (PERSON, "items[4].references"),
        "is not the key of its resource",
        change(items__4__references="civil_affairs/region.name"),
    ),
    Breach(
        "CAT-025",
        "types that never match",
        PERSON,
        "items[4].references",
        "never match",
        {PERSONS: change(**{"4__type": "integer"}), GRANT: None, OPEN_SET: None},
    ),
    _unknown("authority", (CITY, "authority"), "`data_office`", change(authority="data_ofice")),
    _unknown(
        "element of a key",
        (SUBJECTS, "[0].key[0]"),
        "`division_code`",
        change(**{"0__key": ["division_cod"]}),
    ),
    _unknown(
        "subject of an element",
        (PLACES, "[1].subject"),
        "`division`",
        change(**{"1__subject": "divison"}),
    ),
    _unknown("subject", (REGION, "subject"), "`division`", change(subject="divison")),
    _unknown(
        "element", (PERSON, "items[5].element"), "`income`", change(items__5__element="incom")
    ),
    _unknown(
        "approver",
        (GRANT, "approvals[1].by"),
        "`civil_affairs`",
        change(approvals__1__by="civil_affair"),
    ),
    _unknown(
        "granted resource",
        (GRANT, "resources[0].resource"),
        "`civil_affairs/person`",
        change(resources__0__resource="civil_affairs/persn"),
    ),
    _unknown(
        "opened resource",
        (OPEN_SET, "resource"),
        "`civil_affairs/person`",
        change(resource="civil_affairs/persn"),
    ),
    _unknown("masked item", (OPEN_SET, "masks.se"), "`sex`", change(masks__se={"mask": "drop"})),
    Breach(
        "CAT-003",
        "unknown resource of an exception",
        "exceptions/flood.yaml",
        "resource",
        "`civil_affairs/person`",
        {
            "exceptions/flood.yaml": {
                "code": "flood",
                "resource": "civil_affairs/persons",
                "headers": ["临时安置点"],
                "reason": "防汛救灾",
                "approver": "数据管理科科长",
                "document": "泉数应急〔2026〕1号",
                "valid_from": date(2026, 6, 1),
                "valid_to": date(2026, 8, 31),
            }
        },
    ),
    Breach(
        "CAT-025",
        "half of a key",
        REGION,
        "items[1].references",
        "which is `resident_id`, `visit_no`",
        {
            REGION: change(items__1__references="data_office/visit.visit_no"),
            PERSON: change(items__4__references=...),
        },
    ),
)


@pytest.mark.parametrize("breach", BREACHES, ids=str)
def test_a_name_that_nobody_declares_is_reported(breach: Breach, tmp_path: Path) -> None:
    """An unknown name, and a reference to no key, are reported where they are written."""
    assert_reported_alone(breach, tmp_path)


@pytest.mark.parametrize("related", ["306-350500-0002", "civil_affairs/person"])
def test_a_related_resource_is_named_by_code_or_path(related: str, tmp_path: Path) -> None:
    """Both names of a resource are understood."""
    assert_lawful({VISIT: change(related=[related])}, tmp_path)


def test_no_name_is_missed_while_its_kind_is_clouded(tmp_path: Path) -> None:
    """While a file of classes cannot be read, no class is said not to exist; others still are."""
    changes: dict[str, Change] = {
        CLASSES: "a: 1\na: 2\n",
        PLACES: change(**{"1__sensitivity": "publc", "1__subject": "divison"}),
    }
    problems = check(write_catalog(tmp_path, **changes))[1]
    found = {(problem.file, problem.path) for problem in problems if problem.code == "CAT-003"}
    assert found == {(PLACES, "[1].subject")}
