"""Behaviour of the question where a fact lives."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog_specs.errors import CatalogLookupError
from catalog_specs.loader import load
from catalog_specs.where import where
from tests.city import PERSON
from tests.city.counties import county
from tests.city.declared import write_catalog
from tests.city.resources import catalog_of, staff


@pytest.mark.parametrize("name", ["birth_date", "出生日期", " 出生日期 ", "BIRTH_DATE"])
def test_a_code_or_a_name_leads_to_the_one_source(name: str) -> None:
    """An element's code and its Chinese name give the same table and column."""
    found = where(catalog_of(), name)
    assert found.as_dict() == {
        "element": "birth_date",
        "name": "出生日期",
        "resource": PERSON,
        "resource_name": "person信息",
        "item": "birth_date",
        "department": "民政局",
        "view": "civil_affairs.person",
    }


@pytest.mark.parametrize(
    "name",
    ["civil_affairs.person.birth_date", "civil_affairs/person.birth_date", "person.birth_date"],
)
def test_a_column_as_views_show_it_leads_to_its_source(name: str) -> None:
    """Whoever reads a view may ask for the column by its name there."""
    assert where(catalog_of(), name).resource == PERSON


@pytest.mark.parametrize(("name", "meant"), [("出身日期", "出生日期"), ("收入", "登记收入")])
def test_an_unknown_name_brings_suggestions(name: str, meant: str) -> None:
    """What is called alike is named in the remedy."""
    with pytest.raises(CatalogLookupError) as failure:
        where(catalog_of(), name)
    assert meant in failure.value.remedy


def test_nothing_alike_says_where_names_are_declared() -> None:
    """Without a likely name the remedy points to the dictionary."""
    with pytest.raises(CatalogLookupError, match="elements/"):
        where(catalog_of(), "zzzzzz")


def test_a_fact_of_several_counties_is_asked_for_by_its_code(tmp_path: Path) -> None:
    """One name, two areas, two sources: the answer is not the one that happens to come last."""
    catalog = load(write_catalog(tmp_path, **county(), **county("jinjiang", "350582")))
    with pytest.raises(CatalogLookupError, match="2 counties") as failure:
        where(catalog, "补贴金额")
    assert "`jinjiang_subsidy_amount`, `licheng_subsidy_amount`" in failure.value.remedy
    assert where(catalog, "licheng_subsidy_amount").resource == "licheng_welfare/subsidy"


def test_an_element_without_owner_is_said_to_have_none() -> None:
    """An element that nobody owns is not the same as an unknown one."""
    with pytest.raises(CatalogLookupError, match="no resource owns"):
        where(catalog_of(staff()), "birth_date")
