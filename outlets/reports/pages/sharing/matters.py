"""The lists of what stands beside grants: openings, interface requests and delegations.

Belongs here: one list of each kind, for the page of grants (二(三)、二(五)、六(四)). Keep out: the
states and days of these matters (`governance.applications.matters`), grants (`grants`).
"""

from __future__ import annotations

from collections.abc import Iterator

from governance.applications.matters.delegations import DELEGATION, DelegatedTask
from governance.applications.matters.interfaces import INTERFACE
from governance.applications.matters.openings import OPENING
from governance.applications.matters.reading import ShownMatter, shown
from governance.grants.text import department_name
from outlets.reports.facts.city import Facts
from outlets.reports.marks import NOTHING, Cell, code, lamp, said, stacked
from outlets.reports.parts import Column, Command, Section, Table
from outlets.reports.words import Words

__all__ = ["sections"]

_KINDS = (
    (OPENING.kind, "授权开放", "Openings", "六(四)", "quanshu opening list"),
    (INTERFACE.kind, "接口需求", "Interface requests", "二(三)", "quanshu interface list"),
    (DELEGATION.kind, "委托", "Delegations", "二(五)", "quanshu delegation list"),
)
"""Kind, both words, clause, and the command that lists it."""


def sections(facts: Facts) -> Iterator[Section]:
    """Yield a section for each kind, also for one of which there is none."""
    for kind, zh, en, clause, command in _KINDS:
        found = [
            shown(facts.catalog, one, facts.day)
            for one in facts.sharing.matters
            if one.kind == kind
        ]
        words = Words(zh, en)
        yield Section(kind, words, (_table(facts, kind, words, found), Command(command)), clause)


def _table(facts: Facts, kind: str, words: Words, found: list[ShownMatter]) -> Table:
    heads = (
        Column(Words("事项", "about"), width="30%"),
        Column(Words("编号", "number")),
        Column(Words("提出单位", "asked by")),
        Column(Words("提出日期", "asked on")),
        Column(Words("现状", "now")),
        Column(Words("有效期至", "valid to")),
        Column(Words("应办", "due")),
    )
    none = Words(f"没有{words.zh}。", f"No {words.en.lower()}.")
    return Table(f"{kind}-table", words, heads, [_row(facts, one) for one in found], none)


def _row(facts: Facts, one: ShownMatter) -> list[Cell]:
    state = Words(one.state.label, one.state.english)
    return [
        _about(facts, one),
        code(str(one.matter.number)),
        Cell(said(department_name(facts.catalog, one.asked_by))),
        Cell(f"<time>{one.since}</time>"),
        lamp("good" if one.in_force else "idle", state),
        Cell(f"<time>{one.until}</time>") if one.until else NOTHING,
        _due(one),
    ]


def _about(facts: Facts, one: ShownMatter) -> Cell:
    """Return the name of the set, resource or unit, and its code, or what it is delegated."""
    catalog, about = facts.catalog, one.about
    if about in catalog.open_sets:
        return stacked(Cell(said(catalog.open_sets[about].name)), code(about))
    if about in catalog.resources:
        return stacked(Cell(said(catalog.resources[about].name)), code(about))
    unit = Cell(said(department_name(catalog, about)))
    tasks = [DelegatedTask(one) for one in one.matter.content.get("tasks", ())]
    if not tasks:
        return unit
    zh, en = "、".join(one.label for one in tasks), ", ".join(one.english for one in tasks)
    return stacked(unit, Cell(said(Words(zh, en))))


def _due(one: ShownMatter) -> Cell:
    if one.due is None:
        return NOTHING
    mark = lamp("stop" if one.overdue else "idle", Words(one.due.day.isoformat()))
    return stacked(mark, Cell(said(one.due.what)))
