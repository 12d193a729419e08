"""Namespaces of counties: prefixes of their codes, and elements that are theirs to own."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path

import pytest

from tests.city.counties import county
from tests.city.declared import Change, change
from tests.unit.catalog_specs.laws.breach import (
    PERSONS,
    VISIT,
    VISITS,
    Breach,
    assert_lawful,
    assert_reported_alone,
    new_element,
    new_item,
)

_ELEMENTS = "counties/licheng/elements/subsidies.yaml"
_SUBSIDY = "counties/licheng/resources/licheng_welfare/subsidy.yaml"


def _edited(file: str, *edits: Change) -> dict[str, Change]:
    files = deepcopy(county())
    for edit in edits:
        edit(files[file])
    return files


BREACHES = (
    Breach(
        "CAT-063",
        "an element of nobody's namespace",
        _ELEMENTS,
        "[2].code",
        "begin with `licheng_`",
        _edited(_ELEMENTS, new_element("subsidy_reason", "natural_person")),
    ),
    Breach(
        "CAT-063",
        "a city's element in a county's namespace",
        VISITS,
        "[4].code",
        "counties/licheng/",
        county() | {VISITS: new_element("licheng_visit", "natural_person")},
    ),
    Breach(
        "CAT-063",
        "a county within another's namespace",
        "counties/licheng_new/catalog.yaml",
        "catalog",
        "another short name",
        county() | county("licheng_new", "350503"),
    ),
    Breach(
        "CAT-064",
        "a county owns a fact of the whole city",
        _SUBSIDY,
        "items[3].element",
        "the one resource of the city",
        _edited(_SUBSIDY, new_item("height", "body_height"))
        | {PERSONS: new_element("body_height", "natural_person")},
    ),
    Breach(
        "CAT-064",
        "the city owns a county's fact",
        VISIT,
        "items[6].element",
        "only its own departments",
        _edited(_ELEMENTS, new_element("licheng_subsidy_reason", "natural_person"))
        | {VISIT: new_item("reason", "licheng_subsidy_reason")},
    ),
)


@pytest.mark.parametrize("breach", BREACHES, ids=str)
def test_what_leaves_its_namespace_is_reported(breach: Breach, tmp_path: Path) -> None:
    """A code outside its county's namespace, or a fact that is not the county's, is reported."""
    assert_reported_alone(breach, tmp_path)


def test_the_city_may_refer_to_a_countys_fact(tmp_path: Path) -> None:
    """A fact that a county owns is compared by the city's resources like any other."""
    files = county()
    files[_SUBSIDY]["key"] = ["resident_id"]
    source = "licheng_welfare/subsidy.amount"
    lawful = {VISIT: new_item("amount", "licheng_subsidy_amount", source=source)}
    assert_lawful(files | lawful, tmp_path)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("姓 名", {"CAT-032"}), ("另一种事实", set())],
    ids=["the city's name", "a name of its own"],
)
def test_a_county_names_no_fact_like_the_citys(
    name: str, expected: set[str], tmp_path: Path
) -> None:
    """An element of a county that reads like one of the city's is a second source of one fact."""
    from catalog_specs.loader import check
    from tests.city.declared import write_catalog

    files = _edited(_ELEMENTS, change(**{"1__name": name}))
    _, problems = check(write_catalog(tmp_path, **files))
    assert {one.code for one in problems} == expected
