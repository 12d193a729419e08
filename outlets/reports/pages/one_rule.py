"""The page of one rule: its share of failing records, its wordings, and every judgement.

Belongs here: that page. Keep out: lists of rules (`rules`), a rule on one delivery (`deliveries`).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from outlets.reports import places
from outlets.reports.charts import columns as column_chart
from outlets.reports.facts.city import Facts, ResourceFacts
from outlets.reports.facts.results import Judged, present_line
from outlets.reports.marks import Cell, bar, code, lamp, moment, number, said
from outlets.reports.parts import Chart, Column, Crumb, Page, Section, Table, Tile, Tiles
from outlets.reports.words import DIMENSIONS, LEVELS, Words, of_term
from register.rule_results import Origin

__all__ = ["rule_page"]

HISTORY = 60
"""Judgements that the page of a rule lists."""


def rule_page(facts: Facts, mine: ResourceFacts, results: Sequence[Judged]) -> Page:
    """Return the page of a rule, of its judgements in their order."""
    results = tuple(results)
    one, shown = results[-1], results[-HISTORY:]
    line = present_line(shown)
    level = LEVELS[one.level]
    drawn = column_chart(
        [
            (
                each.share,
                f"{_asked(each).zh} {100 * each.share:.2f}%",
                bool(each.failing),
            )
            for each in line
        ],
        one.rule,
    )
    return Page(
        place=places.rule(mine.ref, one.rule),
        title=one.words,
        kicker=Words(f"规则 {one.rule}", f"Rule {one.rule}"),
        tiles=Tiles(
            (
                Tile(
                    f"{one.failing:,}",
                    Words("最近不符", "failing last"),
                    Words(f"共 {one.judged:,} 条", f"of {one.judged:,}"),
                    "warn" if one.failing else "good",
                ),
                Tile(len(results), Words("判定次数", "judgements"), Words("")),
                Tile(of_term(level), Words("处置级别", "level"), Words(one.clause)),
                Tile(
                    of_term(DIMENSIONS[one.dimension]),
                    Words("质量维度", "dimension"),
                    Words("三(六)"),
                ),
            )
        ),
        crumbs=(
            Crumb(places.department(mine.department.code), Words(mine.department.name)),
            Crumb(places.resource(mine.ref), Words(mine.resource.name)),
        ),
        sections=(
            Section(
                "course",
                Words("不符占比", "Share of failing records"),
                (Chart(drawn, _asked(line[0]), _asked(line[-1])),),
                one.clause,
                Words("按现行定义。", "By the present definition."),
            ),
            _wordings(facts, results),
            _history(facts, shown, len(results)),
        ),
        tab="rules",
    )


def _wordings(facts: Facts, results: Sequence[Judged]) -> Section:
    lines = [
        list(each) for _, each in groupby(results, key=lambda one: (one.fingerprint, one.wording))
    ]
    rows = [
        [
            Cell(said(each[0].words)),
            code(each[0].fingerprint[:12] or "–"),
            moment(each[0].judged_at, facts.zone),
            moment(each[-1].judged_at, facts.zone),
            number(len(each)),
        ]
        for each in reversed(lines)
    ]
    heads = (
        Column(Words("表述", "wording"), width="45%"),
        Column(Words("定义摘要", "definition")),
        Column(Words("自", "from")),
        Column(Words("至", "to")),
        Column(Words("判定次数", "judgements"), figure=True),
    )
    title = Words("定义沿革", "What the rule has asked")
    note = Words(
        "定义变更后另起一行；旧判定保留当时的表述。",
        "A changed definition begins a new line; old verdicts keep their wording.",
    )
    return Section(
        "wordings",
        title,
        (Table("lines", title, heads, rows, Words("无", "none")),),
        "三(五)",
        note,
    )


def _asked(one: Judged) -> Words:
    """Return what a rule was asked of: a delivery, what is stored, or the day."""
    return Words(one.delivery) if one.delivery else _ORIGINS[one.origin]


_ORIGINS = {
    Origin.GATE.value: Words("门禁", "gate"),
    Origin.RECHECK.value: Words("定期检查", "recheck"),
    Origin.CLOCK.value: Words("时限检查", "clock"),
}


def _history(facts: Facts, shown: Sequence[Judged], many: int) -> Section:
    rows = [
        [
            Cell(f'<a href="../deliveries/{one.delivery}.html"><code>{one.delivery}</code></a>')
            if one.delivery
            else Cell(said(_asked(one))),
            lamp("good", Words("通过", "passed"), 1)
            if one.passed and not one.failing
            else lamp("warn", Words("不符", "failing"), 0),
            number(one.judged),
            number(one.failing),
            bar(one.failing, one.judged),
            moment(one.judged_at, facts.zone),
        ]
        for one in reversed(shown)
    ]
    heads = (
        Column(Words("批次", "delivery")),
        Column(Words("结果", "result")),
        Column(Words("检查", "judged"), figure=True),
        Column(Words("不符", "failing"), figure=True),
        Column(Words("占比", "share"), figure=True),
        Column(Words("判定时间", "judged at")),
    )
    title = Words("历次判定", "Every judgement")
    total = Words(
        f"合计 {many:,} 次，列出最近 {len(rows)} 次",
        f"{many:,} in all, the newest {len(rows)} shown",
    )
    return Section(
        "history",
        title,
        (Table("judgements", title, heads, rows, Words("无", "none"), total),),
        "三(五)",
    )
