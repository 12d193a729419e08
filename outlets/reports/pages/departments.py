"""Pages of departments: how each does, and what it provides.

Belongs here: the list and the page of each. Keep out: single resources (`resources`).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from catalog_specs.models.organisation import Department
from outlets.reports import places
from outlets.reports.facts.city import Facts
from outlets.reports.marks import Cell, alarm, bar, code, link, number, said, stacked
from outlets.reports.pages import counties, legacy, resources, rules
from outlets.reports.pages.reasons import refused_lately, refused_table
from outlets.reports.pages.sharing import offices
from outlets.reports.parts import Column, Crumb, Page, Planned, Section, Table, Terms, Tile, Tiles
from outlets.reports.words import Words
from storage.digests import sha256_of_lines

__all__ = ["pages", "table"]

MOST = 15
"""Failing rules that the page of a department lists."""


def pages(facts: Facts) -> Iterator[Planned]:
    """Plan the list of departments, and the page of each that provides anything."""
    yield Planned("departments.html", partial(_list, facts), facts.stamp)
    for one in facts.producers:
        mine = facts.of_department(one.code)
        owed = (repr(each) for each in facts.sharing.owed if each.by == one.code)
        stamp = sha256_of_lines([facts.day.isoformat(), *owed, *(each.stamp for each in mine)])
        yield Planned(places.department(one.code), partial(_page, facts, one), stamp)


def table(facts: Facts) -> Table:
    """Return every department with what it handed over and what became of it."""
    heads = (
        Column(Words("部门", "department"), width="30%"),
        Column(Words("资源", "resources"), figure=True),
        Column(Words("批次", "deliveries"), figure=True),
        Column(Words("未了拒收", "open refusals"), figure=True),
        Column(Words("记录", "records"), figure=True),
        Column(Words("隔离占比", "quarantined"), figure=True),
    )
    rows = [_row(facts, one) for one in facts.producers]
    every = [sum(int(row[n].html.replace(",", "")) for row in rows) for n in (1, 2, 4)]
    total = Words(
        f"合计 {len(rows)} 个部门、{every[0]:,} 类资源、{every[1]:,} 批、{every[2]:,} 条记录",
        f"{len(rows)} departments, {every[0]:,} resources, {every[1]:,} deliveries, "
        f"{every[2]:,} records",
    )
    none = Words("目录中没有提供资源的部门。", "No department provides anything.")
    return Table("departments", Words("部门", "Departments"), heads, rows, none, total)


def _row(facts: Facts, one: Department) -> list[Cell]:
    mine = facts.of_department(one.code)
    verdicts = [entry.verdict for each in mine for entry in each.entries if entry.verdict]
    delivered = sum(verdict.delivered for verdict in verdicts)
    refused = sum(len(each.refused) for each in mine)
    return [
        stacked(link(places.department(one.code), one.name), code(one.code)),
        number(len(mine)),
        number(sum(len(each.entries) for each in mine)),
        alarm(refused),
        number(delivered),
        bar(sum(verdict.quarantined for verdict in verdicts), delivered),
    ]


def _list(facts: Facts) -> Page:
    return Page(
        place="departments.html",
        title=Words("部门", "Departments"),
        kicker=Words("数据生产单位", "Producers"),
        sections=(
            Section(
                "all",
                Words("各部门交付情况", "What each handed over"),
                (table(facts),),
                "二(三)、四(三)",
            ),
            *_counties(facts),
            *legacy.sections(facts, facts.catalog.departments, ""),
        ),
        tab="departments",
    )


def _counties(facts: Facts) -> Iterator[Section]:
    """Yield the counties, where any has a catalogue."""
    if facts.catalog.counties:
        title = Words("各县（市、区）", "Counties")
        yield Section("counties", title, (counties.table(facts),), "一(五)")


def _page(facts: Facts, one: Department) -> Page:
    mine = facts.of_department(one.code)
    failing = [each for each in rules.failing_lately(facts) if each.mine.department == one]
    refused = refused_lately(facts, mine)
    still = sum(len(each.refused) for each in mine)
    up = "../"
    made = Table(
        "provided",
        Words("资源", "Resources"),
        resources.COLUMNS,
        resources.rows(facts, mine, up),
        Words("没有", "none"),
    )
    posts = [
        (Words("数据管理员", "steward"), resources.post(one.steward)),
        (Words("分管领导", "responsible leader"), resources.post(one.responsible)),
        (Words("单位层级", "level"), Cell(said(one.level.label))),
    ]
    return Page(
        place=places.department(one.code),
        title=Words(one.name),
        kicker=Words("部门", "Department"),
        tiles=Tiles(
            (
                Tile(len(mine), Words("信息资源", "resources"), Words("")),
                Tile(
                    still,
                    Words("未了拒收", "open refusals"),
                    Words("之后没有合格批次", "nothing good came since"),
                    "stop" if still else "good",
                    "#refused",
                ),
                Tile(
                    len(failing),
                    Words("不符的规则", "failing rules"),
                    Words(f"最近 {rules.DAYS} 天", f"in {rules.DAYS} days"),
                    "warn" if failing else "good",
                    "#failing-rules",
                ),
            )
        ),
        crumbs=(Crumb("departments.html", Words("部门", "Departments")),),
        sections=(
            Section(
                "refused", Words("拒收", "Refused"), (refused_table(facts, refused, up),), "三(五)"
            ),
            Section("resources", Words("提供的资源", "What it provides"), (made,), "四(一)"),
            Section(
                "failing-rules",
                Words("不符最多的规则", "Rules that failed most"),
                (rules.failing_table(failing, MOST, up),),
                "三(六)",
            ),
            *_owed(facts, one, up),
            Section("posts", Words("谁负责", "Who answers"), (Terms(posts),), "九(二)"),
        ),
        tab="departments",
        as_of=facts.day.isoformat(),
    )


def _owed(facts: Facts, one: Department, up: str) -> Iterator[Section]:
    """Yield what the department owes other offices, where it owes anything."""
    found = [each for each in facts.sharing.owed if each.by == one.code]
    if found:
        title = Words("应办事项", "What it owes other offices")
        yield Section(
            "offices", title, (offices.table(facts, found, up),), "二(三)、五(四)、五(十)"
        )
