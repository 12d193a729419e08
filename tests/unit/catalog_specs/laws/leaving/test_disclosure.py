"""Disclosure: visible persons are counted, and row conditions tell no more than masks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.city.declared import Change, change, documents
from tests.unit.catalog_specs.laws.breach import (
    GRANT,
    OPEN_SET,
    PERSONS,
    PLACES,
    REGION,
    Breach,
    assert_lawful,
    assert_reported_alone,
    at,
    new_element,
)


def _head(person: str, *, harmless: bool = False) -> dict[str, Change]:
    """Return an open set of divisions with something about the head of each."""
    element = new_element("division_head", "division", person=person, length={"max": 30})
    if harmless:
        element = new_element(
            "division_head", "division", person=person, not_identifying="公开任命"
        )
    return {
        PLACES: element,
        REGION: change(
            open={"type": "universal"},
            items__2={"code": "head", "element": "division_head"},
            feed__columns__head="head",
        ),
        OPEN_SET: change(resource="civil_affairs/region", items=["code", "head"], masks={}),
    }


def _rows(**condition: Any) -> Change:
    return change(resources__0__where=[condition])


BREACHES = (
    Breach(
        "CAT-160",
        "a person without a number",
        OPEN_SET,
        "items",
        "could be counted",
        {
            "elements/places.yaml": new_element(
                "division_head", "division", person="attribute", length={"max": 30}
            ),
            REGION: change(
                open={"type": "universal"},
                items__2={"code": "head", "element": "division_head"},
                feed__columns__head="head",
            ),
            OPEN_SET: change(resource="civil_affairs/region", items=["code", "head"], masks={}),
        },
    ),
    Breach(
        "CAT-161",
        "an item on conditions",
        OPEN_SET,
        "items[3]",
        "not even in part",
        {
            OPEN_SET: change(
                items__3="income", masks__income={"mask": "generalise_number", "width": 1000}
            )
        },
    ),
    Breach(
        "CAT-161",
        "rows chosen by an item on conditions",
        OPEN_SET,
        "where[0].item",
        "cannot be opened",
        {
            PERSONS: change(**{"5__masks": {"open": {"mask": "generalise_number", "width": 1000}}}),
            OPEN_SET: change(where=[{"item": "income", "op": "ge", "value": 2000}]),
        },
    ),
    at(
        "CAT-162",
        "a sample of everybody",
        (OPEN_SET, "name"),
        "would hold everybody",
        change(name="人口研究样本"),
    ),
    at(
        "CAT-162",
        "a sample by its summary",
        (OPEN_SET, "summary"),
        "would hold everybody",
        change(summary="按千分之一抽样的人口数据"),
    ),
    at("CAT-163", "no cadence", (OPEN_SET, "cadence"), "how often", change(cadence=...)),
    at(
        "CAT-163",
        "released at every change",
        (OPEN_SET, "cadence"),
        "how often",
        change(cadence="realtime"),
    ),
    at(
        "CAT-164",
        "a protected element that is said to be harmless",
        (PERSONS, "[3].not_identifying"),
        "single nobody out",
        change(**{"3__not_identifying": "很多人同一天出生"}),
    ),
    at(
        "CAT-167",
        "a day where only years leave",
        (GRANT, "resources[0].where[0].item"),
        "more than its mask",
        change(resources__0__where=[{"item": "birth_date", "op": "ge", "value": "1990-05-01"}]),
    ),
    at(
        "CAT-167",
        "one person picked out",
        (GRANT, "resources[0].where[0].item"),
        "more than its mask",
        change(resources__0__where=[{"item": "resident_id", "op": "eq", "value": "x"}]),
    ),
    Breach(
        "CAT-167",
        "an open set chosen by what is not opened",
        OPEN_SET,
        "where[0].item",
        "more than its mask",
        {OPEN_SET: change(where=[{"item": "name", "op": "starts_with", "value": "欧阳"}])},
    ),
    Breach(
        "CAT-162",
        "a sample by its code",
        "open_data/resident_sample.yaml",
        "code",
        "would hold everybody",
        {
            OPEN_SET: None,
            "open_data/resident_sample.yaml": documents()[OPEN_SET] | {"code": "resident_sample"},
        },
    ),
    at(
        "CAT-164",
        "the number of a person that is said to be harmless",
        (PLACES, "[2].not_identifying"),
        "names a person",
        new_element("head_no", "division", person="identifier", not_identifying="公开"),
    ),
    at(
        "CAT-167",
        "who has a value at all, of what does not leave",
        (GRANT, "resources[0].where[0].item"),
        "more than its mask",
        change(
            resources__0__masks__income={"mask": "drop"},
            resources__0__items__5="income",
            resources__0__where=[{"item": "income", "op": "not_null"}],
        ),
    ),
)

LAWFUL: dict[str, dict[str, Change]] = {
    "a sample that says of how many": {OPEN_SET: change(name="人口研究样本", sample=10)},
    "a word that only looks like sample": {OPEN_SET: change(summary="Resampled, not sampled.")},
    "a head who singles nobody out": _head("attribute", harmless=True),
    "a border of the years that leave": {
        GRANT: _rows(item="birth_date", op="ge", value="1990-01-01")
    },
    "one person, where only an answer leaves": {
        GRANT: change(
            method="verify",
            resources__0__where=[{"item": "resident_id", "op": "eq", "value": "x"}],
        )
    },
    "a value that leaves as it is": {GRANT: _rows(item="sex", op="eq", value="1")},
    "a trait that singles nobody out where it is public": {
        PLACES: change(**{"1__not_identifying": "公开的地名"})
    },
    "no cadence where nobody is counted": {
        REGION: change(open={"type": "universal"}),
        OPEN_SET: change(
            resource="civil_affairs/region", items=["code", "name"], masks={}, cadence=...
        ),
    },
}


@pytest.mark.parametrize("breach", BREACHES, ids=str)
def test_what_would_disclose_a_person_is_reported(breach: Breach, tmp_path: Path) -> None:
    """A person who could be singled out by a set or by its rows is reported in its place."""
    assert_reported_alone(breach, tmp_path)


@pytest.mark.parametrize("changes", LAWFUL.values(), ids=LAWFUL)
def test_what_discloses_nobody_is_not(changes: dict[str, Change], tmp_path: Path) -> None:
    """Sets without persons, declared samples and borders of generalised values are lawful."""
    assert_lawful(changes, tmp_path)
