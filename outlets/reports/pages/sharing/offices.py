"""Duties of offices as rows of pages: decisions, interfaces, reports, receipts.

Belongs here: the list for the page of what is due and for the page of the day. Keep out: what is
owed by when (`governance.owed`), deliveries (`due`), cases (`cases`).
"""

from __future__ import annotations

from collections.abc import Sequence

from governance.applications.matters.delegations import DelegatedTask
from governance.grants.text import department_name
from governance.owed import Owed, OwedKind
from outlets.reports import places
from outlets.reports.facts.city import Facts
from outlets.reports.marks import NOTHING, Cell, code, lamp, link, number, said, stacked
from outlets.reports.parts import Column, Table
from outlets.reports.words import Words

__all__ = ["overdue", "table"]


def overdue(facts: Facts) -> list[Owed]:
    """Return what should have been done by now, the longest ago first."""
    return [one for one in facts.sharing.owed if one.overdue]


def table(facts: Facts, found: Sequence[Owed], up: str, most: int | None = None) -> Table:
    """Return who owes what about what, by which day and clause; or the first of them."""
    heads = (
        Column(Words("事项", "what"), width="24%"),
        Column(Words("由谁办理", "by whom")),
        Column(Words("所涉", "about")),
        Column(Words("起始", "since")),
        Column(Words("应办时限", "due")),
        Column(Words("逾期工作日", "working days late"), figure=True),
        Column(Words("依据", "clause")),
    )
    late = sum(1 for one in found if one.overdue)
    rows = [_row(facts, one, up) for one in found[:most]]
    zh, en = f"合计 {len(found):,} 项，逾期 {late:,} 项", f"{len(found):,} in all, {late:,} overdue"
    if len(rows) < len(found):
        zh, en = f"{zh}，列出前 {len(rows)} 项", f"{en}, the first {len(rows)} shown"
    none = Words("没有应办事项。", "No office owes anything.")
    title = Words("应办事项", "Duties of offices")
    return Table("offices", title, heads, rows, none, Words(zh, en))


def _row(facts: Facts, one: Owed, up: str) -> list[Cell]:
    return [
        stacked(Cell(said(Words(one.kind.label, one.kind.english))), code(one.place)),
        Cell(said(department_name(facts.catalog, one.by))),
        _about(facts, one, up),
        Cell(f"<time>{one.since}</time>"),
        _due(one),
        number(one.late),
        Cell(said(one.clause)),
    ]


def _about(facts: Facts, one: Owed, up: str) -> Cell:
    """Return the name of the grant, resource, set or tasks, with its page where it has one."""
    catalog = facts.catalog
    if one.about in catalog.grants:
        return link(f"{up}{places.grant(one.about)}", catalog.grants[one.about].name)
    if one.about in catalog.resources:
        return link(f"{up}{places.resource(one.about)}", catalog.resources[one.about].name)
    if one.kind is OwedKind.ACCEPTANCE:
        tasks = [DelegatedTask(each) for each in one.about.split(", ")]
        zh, en = "、".join(each.label for each in tasks), ", ".join(each.english for each in tasks)
        return Cell(said(Words(zh, en)))
    opened = catalog.open_sets.get(one.about)
    return Cell(said(opened.name)) if opened else code(one.about)


def _due(one: Owed) -> Cell:
    if one.due is None:
        return NOTHING
    mark = lamp("stop" if one.overdue else "idle", Words(one.due.day.isoformat()))
    return stacked(mark, Cell(said(Words("暂定", "provisional")))) if one.due.provisional else mark
