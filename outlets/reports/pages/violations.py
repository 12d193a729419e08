"""The page of violations: what is suspected of 十(一), and what named posts made of it.

Belongs here: the list by kind and state. Keep out: suspecting and deciding.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial

from catalog_specs.rules.violations import ViolationKind, ViolationState
from governance.violations.life import Violation
from outlets.reports import places
from outlets.reports.facts.city import Facts
from outlets.reports.marks import NOTHING, Cell, code, lamp, link, moment, number, said, stacked
from outlets.reports.parts import Column, Command, Page, Planned, Section, Table, Tile, Tiles
from outlets.reports.words import Words, of_term

__all__ = ["pages"]

MOST = 150
"""Violations that a list shows; the command has all."""
LAMPS = {
    ViolationState.SUSPECTED: "warn",
    ViolationState.CONFIRMED: "stop",
    ViolationState.CIRCULATED: "stop",
    ViolationState.REFERRED: "stop",
    ViolationState.RECTIFIED: "good",
    ViolationState.DISMISSED: "idle",
}


def pages(facts: Facts) -> Iterator[Planned]:
    """Plan the page."""
    yield Planned("violations.html", partial(_page, facts), facts.stamp)


def _page(facts: Facts) -> Page:
    current = [one for one in facts.desk.violations if one.current]
    over = [one for one in facts.desk.violations if not one.current]
    confirmed = [one for one in current if one.state is not ViolationState.SUSPECTED]
    return Page(
        place="violations.html",
        title=Words("违规情形", "Violations"),
        kicker=Words("十(一) 的十种情形", "The ten of 十(一)"),
        lead=Words(
            f"{len(current) - len(confirmed)} 项疑似，{len(confirmed)} 项已认定待整改。"
            "疑似只是线索，经岗位凭文件认定才算数。",
            f"{len(current) - len(confirmed)} suspected, {len(confirmed)} confirmed and to be put "
            "right. A suspicion is a signal: it counts once a named post confirms it.",
        ),
        tiles=Tiles(
            (
                Tile(len(current) - len(confirmed), Words("疑似", "suspected"), Words(""), "warn"),
                Tile(
                    len(confirmed),
                    Words("待整改", "to be put right"),
                    Words(""),
                    "stop" if confirmed else "good",
                ),
                Tile(len(over), Words("已结束", "over"), Words("")),
            )
        ),
        sections=(
            _kinds(current),
            Section(
                "current",
                Words("待处理", "Current"),
                (_table(facts, "current-table", current), Command("quanshu violation show <id>")),
                "十(一)",
            ),
            Section(
                "over", Words("已结束", "Over"), (_table(facts, "over-table", over),), "十(一)"
            ),
        ),
        tab="violations",
        as_of=facts.day.isoformat(),
    )


def _kinds(current: Sequence[Violation]) -> Section:
    counted = Counter(one.kind for one in current)
    rows = [
        [
            stacked(Cell(said(Words(kind.label, kind.english))), code(kind.stored)),
            Cell(said(kind.clause)),
            number(counted[kind]),
            Cell(said(Words(kind.remedy_zh, kind.remedy))),
        ]
        for kind in ViolationKind
    ]
    heads = (
        Column(Words("情形", "kind"), width="36%"),
        Column(Words("条款", "clause")),
        Column(Words("项数", "current"), figure=True),
        Column(Words("如何处理", "what to do")),
    )
    title = Words("按情形", "By kind")
    total = Words(f"合计 {len(current)} 项", f"{len(current)} in all")
    return Section(
        "kinds", title, (Table("kinds-table", title, heads, rows, Words("无"), total),), "十(一)"
    )


def _table(facts: Facts, name: str, found: Sequence[Violation]) -> Table:
    ordered = sorted(found, key=lambda one: (one.kind.stored, one.department, one.about))
    rows = [_row(facts, one) for one in ordered[:MOST]]
    heads = (
        Column(Words("看到什么", "what was seen"), width="38%"),
        Column(Words("单位", "unit")),
        Column(Words("条款", "clause")),
        Column(Words("状态", "state")),
        Column(Words("把握", "confidence")),
        Column(Words("初见", "first seen")),
        Column(Words("整改期限", "put right by")),
    )
    none = Words("没有。", "There are none.")
    shown = f"，列出前 {MOST} 项" if len(found) > MOST else ""
    shown_en = f", the first {MOST} shown" if len(found) > MOST else ""
    total = Words(f"合计 {len(found):,} 项{shown}", f"{len(found):,} in all{shown_en}")
    return Table(name, Words("违规情形", "Violations"), heads, rows, none, total)


def _row(facts: Facts, one: Violation) -> list[Cell]:
    unit = facts.catalog.departments.get(one.department)
    provides = one.department in {each.resource.provider for each in facts.resources.values()}
    late = one.overdue(facts.day)
    return [
        stacked(Cell(said(Words(one.zh, one.en))), code(one.id)),
        link(places.department(one.department), unit.name)
        if unit and provides
        else Cell(said(unit.name if unit else one.department)),
        Cell(said(one.kind.clause)),
        lamp(LAMPS[one.state], of_term(one.state), list(LAMPS).index(one.state)),
        Cell(said(of_term(one.confidence))),
        moment(one.first_seen.isoformat(), facts.zone),
        (
            lamp("stop", Words(str(one.rectify_by)))
            if late
            else Cell(f"<time>{one.rectify_by}</time>")
        )
        if one.rectify_by
        else NOTHING,
    ]
