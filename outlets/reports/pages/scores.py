"""The page of scores: every department's points by dimension, its coverage, and the formula.

Belongs here: the scorecard as a list. Keep out: the formula itself (`governance.scores`),
certificates (`certificates`).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from catalog_specs.vocabulary import Dimension
from governance.scores.scorecard import Score
from outlets.reports import places
from outlets.reports.charts import spark
from outlets.reports.facts.city import Facts
from outlets.reports.marks import NOTHING, Cell, code, link, number, stacked
from outlets.reports.pages import certificates
from outlets.reports.parts import Column, Command, Page, Planned, Section, Table, Terms
from outlets.reports.words import Words, of_term

__all__ = ["marked", "pages"]

LOW, FAIR = 90.0, 97.0
"""Points below which a figure stands out, and below which it is shaded."""


def pages(facts: Facts) -> Iterator[Planned]:
    """Plan the page."""
    yield Planned("scores.html", partial(_page, facts), facts.stamp)


def marked(points: str | None) -> Cell:
    """Return points, shaded where they are low."""
    if points is None:
        return NOTHING
    value = float(points)
    mark = "h4" if value < LOW else "h2" if value < FAIR else ""
    return Cell(points, points, mark)


def _page(facts: Facts) -> Page:
    found = facts.desk.scores.departments if facts.desk.scores else ()
    scored = [float(one.total) for one in found if one.total is not None]
    since = facts.desk.scores.since.isoformat() if facts.desk.scores else ""
    lead = (
        Words(
            f"{len(scored)} 个部门有得分，最高 {max(scored):.2f}，最低 {min(scored):.2f}。",
            f"{len(scored)} departments have a score, from {min(scored):.2f} to {max(scored):.2f}.",
        )
        if scored
        else Words("还没有可计分的结果。", "There is nothing to score yet.")
    )
    return Page(
        place="scores.html",
        title=Words("得分", "Scores"),
        kicker=Words(f"{since} 至 {facts.day}", f"{since} to {facts.day}"),
        lead=lead,
        sections=(_points(facts), _coverage(facts), _formula(facts)),
        tab="scores",
        as_of=facts.day.isoformat(),
    )


def _points(facts: Facts) -> Section:
    found = facts.desk.scores.departments if facts.desk.scores else ()
    heads = (
        Column(Words("部门", "department"), width="26%"),
        *(Column(of_term(one), figure=True) for one in Dimension),
        Column(Words("扣分情形", "deductions"), figure=True),
        Column(Words("总分", "total"), figure=True),
        Column(Words("走势", "trend")),
    )
    ordered = sorted(found, key=lambda one: (one.total is None, float(one.total or 0)))
    rows = [_row(facts, one) for one in ordered]
    title = Words("各部门得分", "Points by department")
    none = Words("还没有可计分的结果。", "There is nothing to score yet.")
    note = Words("满分 100，得分低的在前。", "Of 100; the lowest come first.")
    return Section(
        "points", title, (Table("by-department", title, heads, rows, none),), "九(一)", note
    )


def _row(facts: Facts, one: Score) -> list[Cell]:
    months = certificates.months(facts, one.department)
    to = places.certificate(one.department, months[0]) if months else ""
    name = link(to, one.name) if to else link(places.department(one.department), one.name)
    by_dimension = {each.dimension: each.points for each in one.dimensions}
    trend = [float(each.total) / 100 for each in one.trend if each.total is not None]
    return [
        stacked(name, code(one.department)),
        *(marked(by_dimension.get(each)) for each in Dimension),
        number(one.violations + one.overdue),
        marked(one.total),
        spark(trend),
    ]


def _coverage(facts: Facts) -> Section:
    found = facts.desk.scores.departments if facts.desk.scores else ()
    rows = [
        [
            link(places.department(one.department), one.name),
            number(one.coverage.resources),
            number(one.coverage.aggregated),
            number(one.coverage.exempt),
            Cell(f"{one.coverage.aggregation or '–'}"),
            Cell(f"{one.coverage.registration or '–'}"),
        ]
        for one in found
        if one.coverage and one.department in {each.code for each in facts.producers}
    ]
    heads = (
        Column(Words("部门", "department"), width="30%"),
        Column(Words("登记资源", "registered"), figure=True),
        Column(Words("已汇聚", "aggregated"), figure=True),
        Column(Words("不予汇聚", "exempt"), figure=True),
        Column(Words("汇聚率 %", "aggregation %"), figure=True),
        Column(Words("登记率 %", "registration %"), figure=True),
    )
    title = Words("应登尽登、应汇尽汇", "Registered and aggregated")
    none = Words("没有登记的资源。", "No resource is registered.")
    return Section(
        "coverage", title, (Table("coverage-table", title, heads, rows, none),), "四(一)"
    )


def _formula(facts: Facts) -> Section:
    scoring = facts.catalog.profile.supervision.scoring
    weighed = [(of_term(one), getattr(scoring, one.value)) for one in Dimension]
    terms = [(words, Cell(f"{figure.value} · {figure.clause}")) for words, figure in weighed]
    off = (
        (Words("每项认定的违规", "each confirmed violation"), scoring.violation),
        (Words("每件逾期问题单", "each overdue case"), scoring.overdue),
    )
    terms += [(words, Cell(f"−{figure.value} · {figure.clause}")) for words, figure in off]
    title = Words("怎样算出来的", "What it is made of")
    note = Words(
        f"近 {scoring.days.value} 天：各维度按规则加权的合格率，再按权重平均，减去扣分。",
        f"Of {scoring.days.value} days: in each dimension the weighed share that passed, averaged "
        "by these weights, less the deductions.",
    )
    return Section(
        "formula", title, (Terms(terms), Command("quanshu score --json")), "九(一)", note
    )
