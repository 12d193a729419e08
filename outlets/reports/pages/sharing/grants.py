"""The page of grants: what waits for a decision, and how each grant stands (五(四)、五(十)).

Belongs here: both lists. Keep out: one grant (`one_grant`), what stands beside grants (`matters`),
deciding (`governance.grants`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import partial

from catalog_specs.models.sharing import Grant
from catalog_specs.rules.decisions import DecisionReason
from governance.applications.deadlines import decision_due
from governance.grants.decisions import Decision, decide
from governance.grants.life import GrantEvent, GrantEventKind
from outlets.reports import places
from outlets.reports.facts.city import Facts
from outlets.reports.marks import NOTHING, Cell, code, lamp, link, number, said, stacked
from outlets.reports.pages.sharing import matters, one_grant
from outlets.reports.parts import Column, Command, Page, Planned, Section, Table, Tile, Tiles
from outlets.reports.words import Words, of_term
from register.copies import CopyState
from storage.digests import sha256_of_lines

__all__ = ["pages"]

SOON = 30
"""Days before the end of its term from which on a grant is said to end soon."""


def pages(facts: Facts) -> Iterator[Planned]:
    """Plan the list, and the page of each grant of the catalogue."""
    sharing, day = facts.sharing, facts.day.isoformat()
    every = (sharing.stamp_of(grant) for grant in facts.catalog.grants)
    yield Planned(
        "grants.html", partial(_page, facts), sha256_of_lines([day, repr(sharing.matters), *every])
    )
    for grant in facts.catalog.grants.values():
        stamp = sha256_of_lines([day, sharing.stamp_of(grant.code)])
        yield Planned(places.grant(grant.code), partial(one_grant.page, facts, grant), stamp)


def _decision(facts: Facts, grant: Grant) -> Decision:
    standing = facts.sharing.standings.get(grant.code)
    return decide(facts.catalog, grant, standing, facts.day)


def _ends(facts: Facts, grant: Grant) -> date:
    standing = facts.sharing.standings.get(grant.code)
    approved = standing.valid_to if standing else None
    return min(grant.valid_to, approved or grant.valid_to)


def _page(facts: Facts) -> Page:
    grants = list(facts.catalog.grants.values())
    holding = [one for one in grants if _decision(facts, one).allowed]
    soon = [one for one in holding if _ends(facts, one) <= facts.day + timedelta(days=SOON)]
    unused = [one for one in holding if not facts.sharing.last_use(one.code)]
    waiting = _applications(facts)
    return Page(
        place="grants.html",
        title=Words("授权", "Grants"),
        kicker=Words("谁可以使用什么数据", "Who may use which data"),
        lead=Words(
            f"{len(holding)} 项有效，{len(waiting.rows)} 项申请待审批。",
            f"{len(holding)} in force, {len(waiting.rows)} applications wait for decisions.",
        ),
        tiles=Tiles(
            (
                _tile(len(waiting.rows), "待审批", "waiting", "warn"),
                _tile(len(holding), "有效", "in force", "good"),
                _tile(len(soon), f"{SOON} 天内到期", f"end in {SOON} days", "warn"),
                _tile(len(grants) - len(holding), "无效", "not in force", "kept"),
                _tile(len(unused), "从未使用", "never used", "warn"),
            )
        ),
        sections=(
            Section(
                "waiting",
                Words("申请", "Applications"),
                (waiting, Command("quanshu grant decide")),
                "五(四)",
            ),
            Section(
                "grants",
                Words("各项授权", "Every grant"),
                (_grants(facts, grants), Command("quanshu grant list")),
                "二(二)、五(十)",
            ),
            *matters.sections(facts),
        ),
        tab="grants",
        as_of=facts.day.isoformat(),
    )


def _tile(count: int, zh: str, en: str, kind: str) -> Tile:
    return Tile(count, Words(zh, en), Words("项", "grants"), kind if count else "")


def _applications(facts: Facts) -> Table:
    """Return what waits: who asked for what, who has decided, and by when it is due."""
    rows = [
        _application(facts, grant, standing.pending or grant)
        for grant in facts.catalog.grants.values()
        if (standing := facts.sharing.standings.get(grant.code)) and standing.pending
    ]
    heads = (
        Column(Words("申请", "application"), width="30%"),
        Column(Words("应用单位", "consumer")),
        Column(Words("共享方式", "method"), brief=True),
        Column(Words("信息项", "items"), figure=True),
        Column(Words("申请日期", "applied")),
        Column(Words("已同意", "approved by")),
        Column(Words("审批期限", "due")),
    )
    none = Words("没有待审批的申请。", "No application waits.")
    return Table("applications", Words("待审批的申请", "Applications"), heads, rows, none)


def _application(facts: Facts, grant: Grant, asked: Grant) -> list[Cell]:
    events = [one for one in facts.sharing.events if one.grant == grant.code]
    newest = [one for one in events if one.kind is GrantEventKind.APPLIED][-1]
    due = decision_due(facts.catalog, newest.on)
    late = due is not None and facts.day > due.day
    return [
        stacked(link(places.grant(grant.code), grant.name), code(grant.code)),
        Cell(said(one_grant.department(facts, asked.consumer))),
        Cell(said(of_term(asked.method))),
        number(sum(len(one.items) for one in asked.resources)),
        Cell(f"<time>{newest.on}</time>"),
        _approved(facts, [one for one in events if one.application == newest.application]),
        lamp("stop" if late else "idle", Words(str(due.day))) if due else NOTHING,
    ]


def _approved(facts: Facts, events: Sequence[GrantEvent]) -> Cell:
    yes = [
        one_grant.department(facts, one.department)
        for one in events
        if one.kind is GrantEventKind.APPROVED
    ]
    return Cell(said("、".join(yes))) if yes else NOTHING


def _grants(facts: Facts, grants: Sequence[Grant]) -> Table:
    heads = (
        Column(Words("授权", "grant"), width="30%"),
        Column(Words("应用单位", "consumer")),
        Column(Words("共享方式", "method"), brief=True),
        Column(Words("现状", "now")),
        Column(Words("有效期至", "valid to")),
        Column(Words("在外副本", "copies out"), figure=True),
        Column(Words("答复", "answers"), figure=True),
        Column(Words("最近使用", "last used")),
    )
    rows = [_row(facts, one) for one in grants]
    none = Words("目录中没有授权。", "The catalogue has no grants.")
    return Table("grants-table", Words("授权", "Grants"), heads, rows, none)


def _row(facts: Facts, grant: Grant) -> list[Cell]:
    sharing, last = facts.sharing, facts.sharing.last_use(grant.code)
    out = [one for one in sharing.copies_of(grant.code) if one.receipt is None]
    overdue = any(one.state(facts.day.isoformat()) is CopyState.OVERDUE for one in out)
    return [
        stacked(link(places.grant(grant.code), grant.name), code(grant.code)),
        Cell(said(one_grant.department(facts, grant.consumer))),
        Cell(said(of_term(grant.method))),
        _state(facts, grant),
        Cell(f"<time>{_ends(facts, grant)}</time>"),
        lamp("stop", Words(str(len(out))), len(out)) if overdue else number(len(out)),
        number(sharing.answers[grant.code]),
        Cell(f"<time>{last}</time>") if last else Cell(said(Words("从未", "never")), "", "mild"),
    ]


def _state(facts: Facts, grant: Grant) -> Cell:
    decision = _decision(facts, grant)
    if not decision.allowed:
        held = decision.reason in {DecisionReason.SUSPENDED, DecisionReason.UNDECIDED}
        reason = Words(decision.explanation, decision.explanation_en)
        return stacked(
            lamp("warn" if held else "stop", Words("无效", "not in force"), 0), Cell(said(reason))
        )
    if _ends(facts, grant) <= facts.day + timedelta(days=SOON):
        return lamp("warn", Words("即将到期", "ends soon"), 1)
    return lamp("good", Words("有效", "in force"), 2)
