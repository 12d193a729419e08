"""The page of what is due: who owes what by when, and what came late or not at all.

Belongs here: the list over all resources, and what is overdue as rows of other pages. Keep out:
counting days (`quality.timeliness`), what offices owe (`offices`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial

from outlets.reports import places
from outlets.reports.facts.city import Facts
from outlets.reports.marks import NOTHING, Cell, code, lamp, link, moment, number, said, stacked
from outlets.reports.pages.sharing import offices
from outlets.reports.parts import Column, Command, Page, Planned, Section, Table, Tile, Tiles
from outlets.reports.words import CYCLES, Words, of_term
from quality.timeliness.duties import Timeliness
from quality.timeliness.settling import DueState
from storage.digests import sha256_of_lines

__all__ = ["overdue", "overdue_table", "pages"]

LAMPS = {
    DueState.MISSING: "stop",
    DueState.LATE: "kept",
    DueState.WAITING: "idle",
    DueState.MET: "good",
}
SHOWN = 8
"""Periods of a resource that its row shows."""


def pages(facts: Facts) -> Iterator[Planned]:
    """Plan the page."""
    stamp = sha256_of_lines([facts.stamp, repr(facts.sharing.owed)])
    yield Planned("due.html", partial(_page, facts), stamp)


def overdue(facts: Facts) -> list[Timeliness]:
    """Return the resources of which something is missing, that due longest ago first."""
    late = [one for one in facts.desk.dues if one.missed]
    return sorted(late, key=lambda one: (one.missed[0].due, one.resource))


def overdue_table(
    facts: Facts, found: Sequence[Timeliness], up: str, most: int | None = None
) -> Table:
    """Return what is missing: resource, department, since when, how many periods; or the first."""
    rows = [
        [
            _name(facts, one, up),
            code(one.missed[0].period),
            _moment(facts, one),
            number(one.missed[0].days_late),
            number(len(one.missed)),
            moment(one.newest.isoformat() if one.newest else None, facts.zone),
        ]
        for one in found[:most]
    ]
    heads = (
        Column(Words("资源、部门", "resource, department"), width="34%"),
        Column(Words("所属期", "period")),
        Column(Words("应交时间", "due")),
        Column(Words("逾期工作日", "working days late"), figure=True),
        Column(Words("缺交期数", "periods missing"), figure=True),
        Column(Words("最近一次交付", "last came")),
    )
    none = Words("没有缺交的资源。", "Nothing is missing.")
    first = Words("", "") if len(rows) == len(found) else _first(len(rows))
    total = Words(f"合计 {len(found)} 类资源{first.zh}", f"{len(found)} resources{first.en}")
    return Table("overdue", Words("缺交", "Missing"), heads, rows, none, total)


def _first(shown: int) -> Words:
    return Words(f"，列出前 {shown} 类", f", the first {shown} shown")


def _name(facts: Facts, one: Timeliness, up: str) -> Cell:
    department = facts.catalog.departments[one.department].name
    return stacked(link(f"{up}{places.resource(one.resource)}", one.name), Cell(said(department)))


def _moment(facts: Facts, one: Timeliness) -> Cell:
    owed = one.owed
    if owed is None:
        return NOTHING
    due = moment(owed.due.isoformat(), facts.zone)
    return stacked(due, Cell(said(Words("暂定", "provisional")))) if owed.provisional else due


def _page(facts: Facts) -> Page:
    dues = facts.desk.dues
    missing = overdue(facts)
    states = Counter(duty.state for one in dues for duty in one.duties)
    never = sum(1 for one in dues if not one.duties)
    late = len(offices.overdue(facts))
    return Page(
        place="due.html",
        title=Words("应交", "Due"),
        kicker=Words("按更新周期和工作日历", "By update cycle and working-day calendar"),
        lead=Words(
            f"{len(missing)} 类资源缺交；{never} 类从未交付，期限未起算；{late} 项应办事项逾期。",
            f"{len(missing)} resources are missing; {never} never came, so that no term runs; "
            f"duties of offices overdue: {late}.",
        ),
        tiles=Tiles(
            tuple(
                Tile(
                    f"{states[state]:,}",
                    of_term(state),
                    Words("期", "periods"),
                    LAMPS[state] if states[state] else "",
                )
                for state in LAMPS
            )
        ),
        sections=(
            Section(
                "missing", Words("缺交", "Missing"), (overdue_table(facts, missing, ""),), "四(三)"
            ),
            _calendar(facts),
            _offices(facts),
            Section(
                "ask", Words("逐部门查询", "By department"), (Command("quanshu due"),), "四(三)"
            ),
        ),
        tab="due",
        as_of=facts.day.isoformat(),
    )


def _offices(facts: Facts) -> Section:
    note = Words(
        "未规定期限的只列起始日期；逾期的列为疑似违规，经认定方才成立。",
        "What has no set term shows its first day alone; what is overdue is a suspected violation.",
    )
    title = Words("谁何时应办什么", "What offices owe by when")
    clauses = "二(三)、五(四)、五(十)、六(五)、六(七)"
    return Section("offices", title, (offices.table(facts, facts.sharing.owed, ""),), clauses, note)


def _calendar(facts: Facts) -> Section:
    ordered = sorted(
        facts.desk.dues,
        key=lambda one: (one.owed is None, one.owed.due.isoformat() if one.owed else ""),
    )
    rows = [
        [
            _name(facts, one, ""),
            Cell(said(CYCLES[one.cycle])),
            _owed(one),
            _moment(facts, one),
            Cell("".join(_dot(duty.state, duty.period) for duty in one.duties[-SHOWN:]) or "–"),
        ]
        for one in ordered
    ]
    heads = (
        Column(Words("资源、部门", "resource, department"), width="36%"),
        Column(Words("更新周期", "cycle")),
        Column(Words("现状", "now")),
        Column(Words("下次应交", "due next")),
        Column(Words(f"近 {SHOWN} 期", f"last {SHOWN} periods")),
    )
    title = Words("谁何时应交什么", "Who owes what by when")
    none = Words("没有按周期应交的资源。", "No resource is due by a cycle.")
    return Section("calendar", title, (Table("dues", title, heads, rows, none),), "四(三)")


def _owed(one: Timeliness) -> Cell:
    if not one.duties:
        return lamp("idle", Words("从未交付", "never delivered"), 3)
    if one.missed:
        return lamp("stop", Words("缺交", "missing"), 0)
    if one.stale:
        return lamp("warn", Words("陈旧", "stale"), 1)
    return lamp("good", Words("正常", "in order"), 2)


def _dot(state: DueState, period: str) -> str:
    kind, name = LAMPS[state], said(Words(f"{period} {state.label}"))
    told = f"<span class=unseen>{state.label}</span>"
    return f'<span class="lamp dot {kind}" title="{name}">{told}</span>'
