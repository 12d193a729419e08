"""Lists of rules: what failed most, and the rules of a resource as rows of its page.

Belongs here: the list over all resources, rules as rows of other pages. Keep out: the page of a
rule (`one_rule`), one rule on one delivery (`deliveries`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from catalog_specs.vocabulary import Level
from outlets.reports import places
from outlets.reports.charts import POINTS, spark
from outlets.reports.facts.city import Facts, ResourceFacts
from outlets.reports.facts.results import Judged, Judgements, present_line
from outlets.reports.marks import Cell, bar, code, lamp, link, number, said, stacked
from outlets.reports.pages.one_rule import rule_page
from outlets.reports.parts import (
    Column,
    Command,
    Page,
    Planned,
    Section,
    Table,
)
from outlets.reports.words import DIMENSIONS, LEVEL_LAMPS, LEVELS, Words, of_term
from storage.digests import sha256_of_lines

__all__ = ["Failing", "failing_lately", "failing_table", "of_resource", "pages", "result_lamp"]

DAYS = 30
"""Days that are "lately"."""
LISTED = 100
"""Rules that the list over all resources shows; the ledger has all."""


@dataclass(frozen=True)
class Failing:
    """A rule with what it found lately."""

    mine: ResourceFacts
    lately: tuple[Judged, ...]

    @property
    def rule(self) -> str:
        """Return the rule's code."""
        return self.lately[-1].rule

    @property
    def failing(self) -> int:
        """Return how many records it found."""
        return sum(one.failing for one in self.lately)

    @property
    def judged(self) -> int:
        """Return how many records it looked at."""
        return sum(one.judged for one in self.lately)


def failing_lately(facts: Facts) -> list[Failing]:
    """Return the rules that found anything lately, those with the most records first."""
    since = (facts.day - timedelta(days=DAYS)).isoformat()
    found = [
        Failing(mine, lately)
        for mine in facts.resources.values()
        for lately in mine.results.failing_since(since).values()
    ]
    return sorted(found, key=lambda one: (-one.failing, one.mine.ref, one.rule))


def pages(facts: Facts) -> Iterator[Planned]:
    """Plan the list of what failed lately, and the page of each rule that ever judged."""
    yield Planned("rules.html", partial(_list, facts), facts.stamp)
    for mine in facts.resources.values():
        for rule, results in mine.results.of_rules.items():
            stamp = sha256_of_lines([rule, str(len(results)), mine.results.stamp])
            place = places.rule(mine.ref, rule)
            yield Planned(place, partial(rule_page, facts, mine, results), stamp)


def of_resource(mine: ResourceFacts, up: str) -> Table:
    """Return every rule of a resource with its newest result and its trend."""
    found = sorted(
        ((results[-1], results) for results in mine.results.of_rules.values()),
        key=lambda pair: (not pair[0].failing, -pair[0].failing),
    )
    rows = [
        [
            stacked(link(f"{up}rules/{_file(mine, one.rule)}", one.words), code(one.rule)),
            result_lamp(one),
            Cell(said(of_term(DIMENSIONS[one.dimension]))),
            number(one.failing),
            bar(one.failing, one.judged),
            course(results),
        ]
        for one, results in found
    ]
    heads = (
        Column(Words("规则", "rule"), width="42%"),
        Column(Words("结果", "result")),
        Column(Words("维度", "dimension")),
        Column(Words("最近不符", "failing last"), figure=True),
        Column(Words("占比", "share"), figure=True),
        Column(Words("走势", "trend")),
    )
    none = Words("还没有规则判定过这类资源。", "No rule has judged this resource yet.")
    failing = sum(1 for one, _ in found if one.failing)
    total = Words(
        f"合计 {len(rows)} 条，最近 {failing} 条有不符",
        f"{len(rows)} in all, {failing} failing last",
    )
    return Table("rules-table", Words("规则", "Rules"), heads, rows, none, total)


def failing_table(found: Sequence[Failing], many: int, up: str) -> Table:
    """Return the rules that failed most lately."""
    rows = [
        [
            stacked(
                link(f"{up}{places.rule(one.mine.ref, one.rule)}", one.lately[-1].words),
                code(one.rule),
            ),
            stacked(
                link(f"{up}{places.resource(one.mine.ref)}", one.mine.resource.name),
                Cell(said(one.mine.department.name)),
            ),
            result_lamp(one.lately[-1]),
            number(one.failing),
            bar(one.failing, one.judged),
            course(one.mine.results.of_rules[one.rule]),
        ]
        for one in found[:many]
    ]
    heads = (
        Column(Words("规则", "rule"), width="36%"),
        Column(Words("资源、部门", "resource, department")),
        Column(Words("结果", "result")),
        Column(Words("不符记录", "failing"), figure=True),
        Column(Words("占比", "share"), figure=True),
        Column(Words("走势", "trend")),
    )
    none = Words(
        f"最近 {DAYS} 天没有规则发现不符。", f"No rule found anything in the last {DAYS} days."
    )
    failing = sum(one.failing for one in found)
    shown = "" if len(found) <= many else f"，列出前 {many} 条"
    shown_en = "" if len(found) <= many else f", the first {many} shown"
    total = Words(
        f"合计 {len(found)} 条规则、{failing:,} 条次不符{shown}",
        f"{len(found)} rules, {failing:,} failures{shown_en}",
    )
    return Table(
        "failing", Words("不符最多的规则", "Rules that failed most"), heads, rows, none, total
    )


def course(results: Judgements) -> Cell:
    """Return the course of a rule's shares, as far as it asked the same and can be told apart."""
    return spark([each.share for each in present_line(results[-POINTS:])])


def _file(mine: ResourceFacts, rule: str) -> str:
    return places.rule(mine.ref, rule).rpartition("/")[2]


def result_lamp(one: Judged) -> Cell:
    """Return what a rule said of a delivery: passed, or what its level does."""
    if one.passed and not one.failing:
        return lamp("good", Words("通过", "passed"), 3)
    level = LEVELS[one.level]
    ranks = {Level.REJECT: 0, Level.QUARANTINE: 1, Level.WARN: 2}
    return lamp(LEVEL_LAMPS[level], of_term(level), ranks[level])


def _list(facts: Facts) -> Page:
    found = failing_lately(facts)
    every = sum(len(one.results.of_rules) for one in facts.resources.values())
    asked = "SELECT resource, rule, sum(failing) FROM quality.rule_results GROUP BY ALL"
    return Page(
        place="rules.html",
        title=Words("规则", "Rules"),
        kicker=Words(f"最近 {DAYS} 天", f"The last {DAYS} days"),
        lead=Words(
            f"{every:,} 条规则中，{len(found):,} 条最近发现不符。",
            f"Of {every:,} rules, {len(found):,} found something lately.",
        ),
        sections=(
            Section(
                "failing-rules",
                Words("不符最多的规则", "Rules that failed most"),
                (failing_table(found, LISTED, ""),),
                "三(五)",
            ),
            Section(
                "more",
                Words("自己查询", "Ask yourself"),
                (Command(f'duckdb views/city.duckdb "{asked}"'),),
            ),
        ),
        tab="rules",
        as_of=facts.day.isoformat(),
    )
