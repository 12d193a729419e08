"""Certificates: one department and one month, on a page to be printed and signed (一(六)).

Belongs here: what stands on the sheet, and which months have one. Keep out: what is certified
(`governance.scores.certificate`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from catalog_specs.rules.violations import ViolationState
from governance.scores.certificate import Certificate, Period, period_of
from governance.scores.sources import Source
from outlets.reports import places
from outlets.reports.facts.city import Facts
from outlets.reports.marks import NOTHING, Cell, code, number, said, stacked
from outlets.reports.parts import (
    Column,
    Command,
    Crumb,
    Page,
    Planned,
    Section,
    Table,
    Terms,
    Tile,
    Tiles,
)
from outlets.reports.words import Words, of_term
from storage.digests import sha256_of_lines

__all__ = ["months", "pages"]

NEWEST = 2
"""Months of a department that have a page; the command makes any other."""


def months(facts: Facts, department: str) -> list[str]:
    """Return the newest months in which something of a department was judged, newest first."""
    found = {
        datetime.fromisoformat(entry.verdict.judged_at).astimezone(facts.zone).strftime("%Y-%m")
        for mine in facts.of_department(department)
        for entry in mine.entries
        if entry.verdict
    }
    return sorted(found, reverse=True)[:NEWEST]


def pages(facts: Facts) -> Iterator[Planned]:
    """Plan a page for each department that provides anything, and each of its newest months."""
    zone = facts.catalog.profile.timezone
    for one in facts.producers:
        for month in months(facts, one.code):
            period = period_of(month, facts.day, zone)
            if period is not None:
                place = places.certificate(one.code, month)
                stamp = _stamp(facts, one.code, period)
                yield Planned(place, partial(_page, facts, one.code, period), stamp)


def _stamp(facts: Facts, department: str, period: Period) -> str:
    mine = (one.stamp for one in facts.of_department(department))
    seen = (repr(one) for one in facts.desk.violations if one.department == department)
    cases = (repr(one.shown) for one in facts.desk.cases if one.shown.case.owner == department)
    told = (repr(period), *mine, *seen, *cases)
    return sha256_of_lines(one.replace("\n", " ") for one in told)


def _page(facts: Facts, department: str, period: Period) -> Page:
    made = facts.certify(department, period)
    until = (
        Words("本期已结束", "the month is over")
        if made.complete
        else Words(f"本期未结束，截至 {made.last}", f"not over yet: as of {made.last}")
    )
    return Page(
        place=places.certificate(department, made.period),
        title=Words("数据质量证明", "Certificate of data quality"),
        kicker=Words(f"{made.name} · {made.period}", f"{made.name} · {made.period}"),
        lead=Words(
            f"兹证明{made.name}在 {made.first} 至 {made.last} 期间登记、汇聚政务数据的情况如下。",
            f"How {made.name} registered and aggregated government data from {made.first} to "
            f"{made.last}.",
        ),
        tiles=Tiles(
            (
                Tile(made.score.total or "–", Words("总分", "total"), until),
                *_counts(made),
            )
        ),
        crumbs=(Crumb("scores.html", Words("得分", "Scores")),),
        sections=(_scores(made), _resources(made), _conduct(made), _sealed(facts, made)),
        tab="scores",
        sheet=True,
    )


def _counts(made: Certificate) -> tuple[Tile, Tile]:
    deliveries = Words(
        f"通过 {made.passed:,} 批，拒收 {made.rejected:,} 批",
        f"{made.passed:,} passed, {made.rejected:,} rejected",
    )
    records = Words(
        f"接收 {made.accepted:,} 条，隔离 {made.quarantined:,} 条",
        f"{made.accepted:,} accepted, {made.quarantined:,} quarantined",
    )
    return (
        Tile(f"{made.deliveries:,}", Words("交付批次", "deliveries"), deliveries),
        Tile(f"{made.records:,}", Words("交付记录", "records"), records),
    )


def _scores(made: Certificate) -> Section:
    rows = [
        [
            Cell(said(of_term(one.dimension))),
            Cell(one.points) if one.points else NOTHING,
            number(one.rules),
            number(one.judged),
            number(one.failing),
        ]
        for one in made.score.dimensions
    ]
    heads = (
        Column(Words("质量维度", "dimension")),
        Column(Words("得分", "points"), figure=True),
        Column(Words("规则", "rules"), figure=True),
        Column(Words("检查", "judged"), figure=True),
        Column(Words("不符", "failing"), figure=True),
    )
    title = Words("质量", "Quality")
    return Section(
        "quality", title, (Table("dimensions", title, heads, rows, Words("无", "none")),), "三(六)"
    )


def _resources(made: Certificate) -> Section:
    rows = [
        [
            stacked(Cell(said(one.name)), code(one.code)),
            number(one.deliveries),
            number(one.passed),
            number(one.rows),
            number(one.table_version),
        ]
        for one in made.resources
    ]
    heads = (
        Column(Words("信息资源", "resource"), width="40%"),
        Column(Words("批次", "deliveries"), figure=True),
        Column(Words("通过", "passed"), figure=True),
        Column(Words("权威库行数", "rows stored"), figure=True),
        Column(Words("表版本", "table version"), figure=True),
    )
    title = Words("登记与汇聚", "Registered and aggregated")
    coverage = made.score.coverage
    note = (
        Words(
            f"汇聚率 {coverage.aggregation or '–'}%，登记率 {coverage.registration or '–'}%。",
            f"Aggregation {coverage.aggregation or '–'}%, registration "
            f"{coverage.registration or '–'}%.",
        )
        if coverage
        else None
    )
    none = Words("没有登记的资源。", "No resource is registered.")
    return Section(
        "resources", title, (Table("certified", title, heads, rows, none),), "四(一)", note
    )


def _conduct(made: Certificate) -> Section:
    terms = [
        (of_term(state), number(made.violations[state.value]))
        for state in ViolationState
        if state.value in made.violations
    ]
    terms.append((Words("逾期问题单", "overdue cases"), number(made.score.overdue)))
    title = Words("违规与逾期", "Violations and overdue cases")
    return Section("conduct", title, (Terms(terms),), "十(一)、七(二)")


def _sealed(facts: Facts, made: Certificate) -> Section:
    authority = facts.catalog.departments[facts.catalog.city.authority].name
    terms = [
        (Words("规则参数", "profile"), code(made.profile)),
        *(
            (
                Words(f"台账 {one.ledger}", f"ledger {one.ledger}"),
                stacked(number(one.rows), code(one.sha256)),
            )
            for one in made.sources
        ),
        (Words("证明摘要", "SHA-256"), code(made.sha256)),
        (Words("出具单位", "issued by"), Cell(said(authority))),
        (Words("签章、日期", "seal, date"), Cell("<br><br>")),
    ]
    note = Words(
        "同一部门、同一月份在任何时候重新出具，内容和摘要都相同。",
        "Made again at any later time, the same department and month give the same digest.",
    )
    line = Command(f"quanshu certificate {made.department} --period {made.period} --json")
    return Section(
        "sealed", Words("凭据", "What it rests on"), (Terms(terms), line), "一(六)", note
    )


def _source(one: Source) -> tuple[Words, Cell]:
    name = Words(f"台账 {one.ledger}", f"ledger {one.ledger}")
    return name, stacked(number(one.rows), code(one.sha256))
