"""Pages of cases: what somebody must put right, by when, and everything that happened to it.

Belongs here: the list, the page of each case, cases as rows of other pages. Keep out: a consumer's
own words and notes of decisions, which may quote a value: the command shows them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from governance.cases.clocks import Standing
from outlets.reports import places
from outlets.reports.facts.city import Facts
from outlets.reports.marks import NOTHING, Cell, code, lamp, link, moment, number, said, stacked
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

if TYPE_CHECKING:
    from governance.cases.reading import CaseFile, Shown

__all__ = ["open_cases", "pages", "pressing", "table"]

LISTED = 150
"""Cases that the list shows; the command has all."""
LAMPS = {
    Standing.OVERDUE: "stop",
    Standing.SOON: "warn",
    Standing.IN_TIME: "idle",
    Standing.OVER: "good",
}


def pages(facts: Facts) -> Iterator[Planned]:
    """Plan the list of cases, and the page of each."""
    yield Planned("cases.html", partial(_list, facts), facts.stamp)
    for one in facts.desk.cases:
        stamp = sha256_of_lines([repr(one).replace("\n", " ")])
        yield Planned(places.case(one.shown.case.number), partial(_page, facts, one), stamp)


def open_cases(facts: Facts) -> list[Shown]:
    """Return the cases in which somebody still has to do something, the most pressing first."""
    return [one.shown for one in facts.desk.cases if one.shown.case.state.open]


def pressing(facts: Facts) -> list[Shown]:
    """Return the cases that are overdue or nearly so."""
    near = {Standing.OVERDUE, Standing.SOON}
    return [one for one in open_cases(facts) if one.standing in near]


def table(facts: Facts, found: Sequence[Shown], most: int, up: str) -> Table:
    """Return cases as a list: reason, who answers, state, due day."""
    heads = (
        Column(Words("问题单", "case"), width="38%"),
        Column(Words("由谁处理", "who answers")),
        Column(Words("状态", "state")),
        Column(Words("期限", "due")),
        Column(Words("时限", "clock")),
        Column(Words("处数", "places"), figure=True),
    )
    rows = [_row(facts, one, up) for one in found[:most]]
    shown = f"，列出前 {most} 件" if len(found) > most else ""
    shown_en = f", the first {most} shown" if len(found) > most else ""
    late = sum(1 for one in found if one.standing is Standing.OVERDUE)
    total = Words(
        f"合计 {len(found):,} 件，逾期 {late:,} 件{shown}",
        f"{len(found):,} in all, {late:,} overdue{shown_en}",
    )
    none = Words("没有这样的问题单。", "There is no such case.")
    return Table("cases", Words("问题单", "Cases"), heads, rows, none, total)


def _row(facts: Facts, one: Shown, up: str) -> list[Cell]:
    case = one.case
    declared = facts.catalog.resources.get(case.resource)
    owner = facts.catalog.departments.get(case.owner)
    return [
        stacked(
            link(f"{up}{places.case(case.number)}", _reason(one)),
            Cell(said(f"{declared.name if declared else case.resource} · #{case.number}")),
        ),
        Cell(said(owner.name if owner else case.owner)),
        Cell(said(of_term(case.state))),
        _due(one),
        lamp(LAMPS[one.standing], of_term(one.standing), list(LAMPS).index(one.standing)),
        number(case.count),
    ]


def _reason(one: Shown) -> Words:
    return Words(one.reason, one.reason_en)


def _due(one: Shown) -> Cell:
    if one.due is None:
        return NOTHING
    day = Cell(f"<time>{one.due.day.isoformat()}</time>")
    return stacked(day, Cell(said(Words("暂定", "provisional")))) if one.due.provisional else day


def _list(facts: Facts) -> Page:
    found = open_cases(facts)
    over = [one.shown for one in facts.desk.cases if not one.shown.case.state.open]
    late = sum(1 for one in found if one.standing is Standing.OVERDUE)
    profile = facts.catalog.profile
    decide, correct = profile.correction_decision_days, profile.correction_days
    return Page(
        place="cases.html",
        title=Words("问题单", "Cases"),
        kicker=Words("须整改的事项", "What must be put right"),
        lead=Words(
            f"{len(found):,} 件待办，其中 {late:,} 件逾期；{len(over):,} 件已结束。",
            f"{len(found):,} open, {late:,} of them overdue; {len(over):,} are over.",
        ),
        sections=(
            Section(
                "open",
                Words("待办", "Open"),
                (table(facts, found, LISTED, ""), Command("quanshu case list --all")),
                decide.clause,
                Words(
                    f"分发后 {decide.value} 个工作日内决定，"
                    f"决定后 {correct.value} 个工作日内重新汇聚。",
                    f"Decided within {decide.value} working days of dispatch; delivered again "
                    f"within {correct.value} of the decision.",
                ),
            ),
        ),
        tab="cases",
        as_of=facts.day.isoformat(),
    )


def _page(facts: Facts, file: CaseFile) -> Page:
    one, case = file.shown, file.shown.case
    declared = facts.catalog.resources.get(case.resource)
    owner = facts.catalog.departments.get(case.owner)
    due = one.due.day.isoformat() if one.due else "–"
    clause = one.due.clause if one.due else ""
    provisional = Words("暂定：当年日历尚未公布", "provisional: the calendar is not published")
    note = provisional if one.due and one.due.provisional else Words(clause)
    return Page(
        place=places.case(case.number),
        title=_reason(one),
        kicker=Words(f"问题单 #{case.number}", f"Case #{case.number}"),
        tiles=Tiles(
            (
                Tile(of_term(case.state), Words("状态", "state"), of_term(case.origin)),
                Tile(due, Words("期限", "due"), note, LAMPS[one.standing]),
                Tile(f"{case.count:,}", Words("处数", "places"), Words("最近一次", "seen last")),
            )
        ),
        crumbs=(Crumb("cases.html", Words("问题单", "Cases")),),
        sections=(
            _about(facts, file, owner.name if owner else case.owner, declared is not None),
            _events(facts, file),
            _told(facts, file),
            _next(file),
        ),
        tab="cases",
    )


def _about(facts: Facts, file: CaseFile, owner: str, declared: bool) -> Section:
    case, report = file.shown.case, file.report
    name = facts.catalog.resources[case.resource].name if declared else case.resource
    to = link(f"../{places.resource(case.resource)}", name) if declared else code(case.resource)
    terms: list[tuple[Words, Cell]] = [
        (Words("信息资源", "resource"), to),
        (Words("由谁处理", "who answers"), Cell(said(owner))),
        (Words("涉及", "about"), code(case.about)),
        (Words("原因代码", "cause"), code(case.cause or "–")),
        *(
            (_FACTS.get(name, Words(name)), code(str(value)))
            for name, value in case.evidence.items()
        ),
    ]
    if report:
        terms += [
            (Words("信息项", "item"), code(report.item)),
            (Words("表版本", "table version"), number(report.version)),
            (Words("纠错单位", "reported by"), code(report.consumer)),
            (Words("依据授权", "under grant"), code(report.grant)),
        ]
    return Section("about", Words("是什么", "What it is about"), (Terms(terms),), "七(二)")


_FACTS = {
    "level": Words("处置级别", "level"),
    "delivery": Words("批次", "delivery"),
    "period": Words("所属期", "period"),
    "version": Words("表版本", "table version"),
    "record": Words("记录序号", "record"),
    "record_gone": Words("记录已删除", "record deleted"),
    "due": Words("应交时限", "due"),
    "provisional": Words("时限暂定", "due time provisional"),
    "element": Words("数据元", "element"),
    "source": Words("唯一来源", "source"),
    "source_version": Words("来源表版本", "version of the source"),
    "pattern": Words("不一致的样式", "pattern"),
    "compared": Words("比对记录数", "records compared"),
    "changed_to": Words("规则现定义", "definition now"),
    "no_longer_asked": Words("规则已取消", "rule no longer asked"),
}
"""What facts of a case are called; others by their own names."""


def _events(facts: Facts, file: CaseFile) -> Section:
    rows = [
        [
            moment(each.at.isoformat(), facts.zone),
            Cell(said(of_term(each.kind))),
            code(each.by),
            code(each.document) if each.document else NOTHING,
        ]
        for each in file.events
    ]
    heads = (
        Column(Words("时间", "at")),
        Column(Words("事件", "event")),
        Column(Words("登记人", "entered by")),
        Column(Words("文件", "document")),
    )
    title = Words("经过", "What happened")
    return Section(
        "events", title, (Table("events-table", title, heads, rows, Words("无", "none")),), "八(二)"
    )


def _told(facts: Facts, file: CaseFile) -> Section:
    rows = [
        [
            code(each.party),
            code(each.kind),
            code(each.grant) if each.grant else NOTHING,
            moment(each.at.isoformat(), facts.zone),
        ]
        for each in file.notices
    ]
    heads = (
        Column(Words("告知谁", "who")),
        Column(Words("内容", "of what")),
        Column(Words("授权", "grant")),
        Column(Words("时间", "at")),
    )
    title = Words("告知了谁", "Who was told")
    none = Words("没有需要告知的单位。", "Nobody had to be told.")
    return Section("told", title, (Table("notices", title, heads, rows, none),), "七(二)")


def _next(file: CaseFile) -> Section:
    number_ = file.shown.case.number
    note = Words(
        "附言和涉及的记录只在命令中显示，查看记录先登记。",
        "Notes, and the records it is about, are shown by the command alone, on record.",
    )
    lines = f"quanshu case show {number_}\nquanshu case show {number_} --values"
    return Section("next", Words("下一步", "What to do"), (Command(lines),), "八(四)", note)
