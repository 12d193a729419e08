"""Behaviour of counties' pages: what the units of each provide, owe and must put right."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from catalog_specs.loader import load
from catalog_specs.models.city import CountyFile
from outlets.reports.facts.city import Facts, read_facts
from outlets.reports.pages import cases, counties, departments
from storage.layout import Layout
from tests.city import NOW, VISIT
from tests.city.counties import county
from tests.city.declared import write_catalog
from tests.unit.outlets.reports.text import cells, shown, table

COUNTY = {
    "licheng": CountyFile(
        catalog="licheng", extends="testville", name="某区", region="350502", authority="licheng"
    )
}


@pytest.fixture
def two(tmp_path: Path) -> Facts:
    """An empty home of the small city with two counties, one with a unit that only asks."""
    asking = "counties/licheng/departments/licheng_desk.yaml"
    files = county() | county("jinjiang", "350582")
    unit = files["counties/licheng/departments/licheng_welfare.yaml"]
    files[asking] = unit | {"code": "licheng_desk", "name": "某区服务中心", "roles": ["consumer"]}
    catalog = load(write_catalog(tmp_path, **files))
    return read_facts(Layout(tmp_path / "home"), catalog, NOW)


def test_a_county_has_a_page_of_its_own_units(two: Facts) -> None:
    """Units that provide nothing are on it too, and no other county's resource is."""
    made = {one.place: one.make() for one in counties.pages(two)}
    assert set(made) == {"counties/licheng.html", "counties/jinjiang.html"}
    page = made["counties/licheng.html"]
    assert [row[0] for row in cells(table(page, "units"))] == [
        "某区服务中心|licheng_desk",
        "某区民政局|licheng_welfare",
    ]
    assert [row[0] for row in cells(table(page, "provided"))] == [
        "困难群众补贴信息|licheng_welfare/subsidy"
    ]
    assert "jinjiang" not in shown(two, page)
    assert "quanshu case list --region 350502" in shown(two, page)


def test_the_departments_page_leads_to_the_counties(two: Facts) -> None:
    """Each county has a row with its units and resources."""
    page = next(one.make() for one in departments.pages(two) if "/" not in one.place)
    found = {row[0]: row[1:3] for row in cells(table(page, "counties"))}
    assert found == {
        "某区政务数据资源目录|350502": ["2", "1"],
        "某区政务数据资源目录|350582": ["1", "1"],
    }


def test_a_city_without_counties_shows_none(facts: Facts) -> None:
    """A city that declares no county has neither pages nor a section of them."""
    assert list(counties.pages(facts)) == []
    page = next(one.make() for one in departments.pages(facts) if "/" not in one.place)
    assert [section.name for section in page.sections] == ["all"]


def test_what_waits_for_a_county_stands_on_its_page(facts: Facts) -> None:
    """Refusals and cases of its units are on the page of a county, and nobody else's."""
    office = facts.resources[VISIT].department
    units = {office.code: office.model_copy(update={"region": "350502"})}
    catalog = replace(
        facts.catalog, counties=COUNTY, departments={**facts.catalog.departments, **units}
    )
    (planned,) = counties.pages(replace(facts, catalog=catalog))
    page = planned.make()
    assert len(table(page, "refusals").rows) == 1
    mine = [one for one in cases.open_cases(facts) if one.case.owner == office.code]
    assert len(table(page, "cases").rows) == len(mine) < len(cases.open_cases(facts))
