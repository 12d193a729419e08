"""Legacy exchanges as a section of pages: what is still exchanged beside the platform (一(五)).

Belongs here: the inventory, of the city or of some departments. Keep out: overdue ones as
violations (`violations`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from catalog_specs.models.legacy import LegacyExchange, LegacyState
from outlets.reports import places
from outlets.reports.facts.city import Facts
from outlets.reports.marks import NOTHING, Cell, code, lamp, link, said, stacked
from outlets.reports.parts import Column, Section, Table
from outlets.reports.words import Words, of_term

__all__ = ["sections"]

LAMPS = {
    LegacyState.PLANNED: "idle",
    LegacyState.MIGRATING: "kept",
    LegacyState.MIGRATED: "good",
    LegacyState.CLOSED: "good",
}


def sections(facts: Facts, owners: Collection[str], up: str) -> Iterator[Section]:
    """Yield the inventory of the exchanges that some departments run; nothing where there is none.

    `up` leads from the page to the report's folder.
    """
    found = [one for one in facts.catalog.legacy.values() if one.owner in owners]
    if found:
        title = Words("原有交换系统迁移", "Migration of legacy exchanges")
        yield Section("legacy", title, (_table(facts, found, up),), "一(五)")


def _table(facts: Facts, found: list[LegacyExchange], up: str) -> Table:
    heads = (
        Column(Words("系统、单位", "system, unit"), width="30%"),
        Column(Words("交换内容", "exchanges")),
        Column(Words("迁移为", "becomes")),
        Column(Words("状态", "state")),
        Column(Words("期限", "due")),
        Column(Words("备案号", "filed")),
    )
    ordered = sorted(found, key=lambda one: (one.state.over, one.due, one.code))
    late = sum(one.overdue(facts.day) for one in found)
    total = Words(
        f"合计 {len(found)} 个系统，逾期 {late} 个", f"{len(found)} systems, {late} overdue"
    )
    none = Words("没有登记。", "None is declared.")
    title = Words("原有交换系统", "Legacy exchanges")
    return Table("legacy", title, heads, [_row(facts, one, up) for one in ordered], none, total)


def _row(facts: Facts, one: LegacyExchange, up: str) -> list[Cell]:
    late = one.overdue(facts.day)
    owner = facts.catalog.departments[one.owner].name
    names = [
        link(f"{up}{places.resource(ref)}", facts.catalog.resources[ref].name)
        if ref in facts.resources
        else code(ref)
        for ref in one.resources
    ]
    due = Words(f"{one.due}，逾期", f"{one.due}, overdue") if late else Words(f"{one.due}")
    return [
        stacked(Cell(said(one.name)), Cell(said(owner))),
        Cell(said(one.exchanges)),
        Cell("、".join(name.html for name in names)) if names else NOTHING,
        lamp(LAMPS[one.state], of_term(one.state), list(LAMPS).index(one.state)),
        lamp("stop", due) if late else Cell(f"<time>{one.due}</time>"),
        Cell(said(one.filing_no)),
    ]
