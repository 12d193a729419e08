"""Pages of counties: what the units of each provide, owe and must put right (一(五)).

Belongs here: the list of counties and the page of each that has a catalogue. Keep out: single
departments (`departments`), whose pages these lead to.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from catalog_specs.models.city import CountyFile
from outlets.reports import places
from outlets.reports.facts.city import Facts
from outlets.reports.marks import Cell, alarm, bar, code, link, number, said, stacked
from outlets.reports.pages import cases, due, legacy, resources
from outlets.reports.pages.reasons import refused_lately, refused_table
from outlets.reports.parts import (
    Column,
    Command,
    Crumb,
    Page,
    Planned,
    Section,
    Table,
    Tile,
    Tiles,
)
from outlets.reports.words import Words

__all__ = ["pages", "table"]

MOST = 50
"""Cases that the page of a county lists; the command has all."""


def pages(facts: Facts) -> Iterator[Planned]:
    """Plan the page of each county that has a catalogue."""
    for county in facts.catalog.counties.values():
        yield Planned(places.county(county.catalog), partial(_page, facts, county), facts.stamp)


def table(facts: Facts) -> Table:
    """Return every county with a catalogue: its units, and what they handed over."""
    heads = (
        Column(Words("县（市、区）", "county"), width="30%"),
        Column(Words("单位", "units"), figure=True),
        Column(Words("资源", "resources"), figure=True),
        Column(Words("批次", "deliveries"), figure=True),
        Column(Words("未了拒收", "open refusals"), figure=True),
        Column(Words("缺交", "missing"), figure=True),
        Column(Words("未了问题单", "open cases"), figure=True),
    )
    rows = [_row(facts, one) for one in facts.catalog.counties.values()]
    none = Words("没有县级目录。", "No county has a catalogue.")
    return Table("counties", Words("县（市、区）", "Counties"), heads, rows, none)


def _row(facts: Facts, county: CountyFile) -> list[Cell]:
    units = facts.catalog.units_of(county.region)
    mine = facts.of_departments(units)
    refused = sum(len(one.refused) for one in mine)
    missing = sum(one.department in units for one in due.overdue(facts))
    return [
        stacked(link(places.county(county.catalog), county.name), code(county.region)),
        number(len(units)),
        number(len(mine)),
        number(sum(len(one.entries) for one in mine)),
        alarm(refused),
        alarm(missing),
        number(sum(one.case.owner in units for one in cases.open_cases(facts))),
    ]


def _page(facts: Facts, county: CountyFile) -> Page:
    units = facts.catalog.units_of(county.region)
    mine = facts.of_departments(units)
    refused = refused_lately(facts, mine)
    owed = [one for one in due.overdue(facts) if one.department in units]
    to_do = [one for one in cases.open_cases(facts) if one.case.owner in units]
    suspected = sum(one.current and one.department in units for one in facts.desk.violations)
    up = "../"
    made = Table(
        "provided",
        Words("资源", "Resources"),
        resources.COLUMNS,
        resources.rows(facts, mine, up),
        Words("没有", "none"),
    )
    narrow = f"--region {county.region}"
    return Page(
        place=places.county(county.catalog),
        title=Words(county.name),
        kicker=Words(f"县级分中心 {county.region}", f"Sub-centre {county.region}"),
        tiles=Tiles(
            (
                Tile(len(units), Words("单位", "units"), Words(""), "", "#units"),
                Tile(len(mine), Words("信息资源", "resources"), Words(""), "", "#resources"),
                _tile(len(owed), Words("缺交资源", "resources missing"), "#missing"),
                _tile(len(to_do), Words("未了问题单", "open cases"), "#cases"),
                _tile(suspected, Words("违规情形", "violations"), "../violations.html"),
            )
        ),
        crumbs=(Crumb("departments.html", Words("部门", "Departments")),),
        sections=(
            Section("units", Words("单位", "Units"), (_units(facts, units, up),), "一(四)、九(二)"),
            Section("resources", Words("提供的资源", "What they provide"), (made,), "四(一)"),
            Section(
                "refused", Words("拒收", "Refused"), (refused_table(facts, refused, up),), "三(五)"
            ),
            Section(
                "missing", Words("缺交", "Missing"), (due.overdue_table(facts, owed, up),), "四(三)"
            ),
            Section(
                "cases",
                Words("问题单", "Cases"),
                (
                    cases.table(facts, to_do, MOST, up),
                    Command(f"quanshu case list {narrow}"),
                    Command(f"quanshu due {narrow}"),
                ),
                "七(二)",
            ),
            *legacy.sections(facts, units, up),
        ),
        tab="departments",
        as_of=facts.day.isoformat(),
    )


def _tile(many: int, words: Words, href: str) -> Tile:
    return Tile(many, words, Words(""), "warn" if many else "good", href)


def _units(facts: Facts, units: frozenset[str], up: str) -> Table:
    """Return the county's departments, whether they provide anything or only ask."""
    providing = {one.code for one in facts.producers}
    rows = []
    for one in facts.catalog.departments.values():
        if one.code not in units:
            continue
        mine = facts.of_departments({one.code})
        verdicts = [entry.verdict for each in mine for entry in each.entries if entry.verdict]
        named = (
            link(f"{up}{places.department(one.code)}", one.name)
            if one.code in providing
            else Cell(said(one.name))
        )
        rows.append(
            [
                stacked(named, code(one.code)),
                number(len(mine)),
                number(sum(verdict.delivered for verdict in verdicts)),
                bar(
                    sum(verdict.quarantined for verdict in verdicts),
                    sum(verdict.delivered for verdict in verdicts),
                ),
                resources.post(one.steward),
            ]
        )
    heads = (
        Column(Words("单位", "unit"), width="34%"),
        Column(Words("资源", "resources"), figure=True),
        Column(Words("记录", "records"), figure=True),
        Column(Words("隔离占比", "quarantined"), figure=True),
        Column(Words("数据管理员", "steward")),
    )
    return Table("units", Words("单位", "Units"), heads, rows, Words("没有", "none"))
