"""The page of copies: what was handed out, to whom, and what was called back (五(十)).

Belongs here: the list, and copies as rows of other pages. Keep out: calling back (`flow.handover`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial

from catalog_specs.rules.decisions import DecisionReason, ShareWithdrawal
from catalog_specs.vocabulary import Medium
from outlets.reports import places
from outlets.reports.facts.city import Facts
from outlets.reports.marks import NOTHING, Cell, code, lamp, link, moment, number, said, stacked
from outlets.reports.parts import Column, Command, Page, Planned, Section, Table, Tile, Tiles
from outlets.reports.words import Words, of_term
from register.copies import CopyState, Traced
from storage.digests import sha256_of_lines

__all__ = ["copies_table", "pages"]

MOST = 150
"""Copies that a list shows; the command has all."""
LAMPS = {
    CopyState.OVERDUE: "stop",
    CopyState.RECALLED: "warn",
    CopyState.OUT: "idle",
    CopyState.CLOSED: "good",
}
_REASONS = {one.stored: one for kind in (ShareWithdrawal, DecisionReason) for one in kind}


def pages(facts: Facts) -> Iterator[Planned]:
    """Plan the page."""
    copies = (repr(one) for one in facts.sharing.copies)
    stamp = sha256_of_lines([facts.day.isoformat(), *copies])
    yield Planned("copies.html", partial(_page, facts), stamp)


def copies_table(facts: Facts, name: str, found: Sequence[Traced], up: str) -> Table:
    """Return copies, the newest first: what, to whom, when, and how each stands."""
    rows = [_row(facts, one, up) for one in list(reversed(found))[:MOST]]
    heads = (
        Column(Words("副本", "copy"), width="26%"),
        Column(Words("授权、应用单位", "grant, consumer"), width="26%"),
        Column(Words("介质", "medium")),
        Column(Words("记录", "records"), figure=True),
        Column(Words("交付时间", "handed out")),
        Column(Words("现状", "now")),
        Column(Words("处置期限", "due")),
    )
    shown = (
        Words(f"，列出最近 {MOST} 份", f", the newest {MOST} shown") if len(found) > MOST else None
    )
    total = Words(
        f"合计 {len(found):,} 份{shown.zh if shown else ''}",
        f"{len(found):,} in all{shown.en if shown else ''}",
    )
    none = Words("没有副本。", "There are no copies.")
    return Table(name, Words("副本", "Copies"), heads, rows, none, total)


def _row(facts: Facts, one: Traced, up: str) -> list[Cell]:
    copy, state = one.copy, one.state(facts.day.isoformat())
    consumer = facts.catalog.departments.get(copy.consumer)
    grant = facts.catalog.grants.get(copy.grant)
    named = link(f"{up}{places.grant(copy.grant)}", grant.name) if grant else code(copy.grant)
    told = lamp(LAMPS[state], of_term(state), list(LAMPS).index(state))
    why = _REASONS.get(one.notice.reason) if one.notice else None
    if one.receipt is not None and one.receipt.disposal is not None:
        told = stacked(told, Cell(said(of_term(one.receipt.disposal))))
    elif why is not None:
        told = stacked(told, Cell(said(Words(why.label, why.english))))
    return [
        stacked(code(copy.copy), Cell(said(of_term(copy.form)))),
        stacked(named, Cell(said(consumer.name if consumer else copy.consumer))),
        Cell(said(of_term(Medium(copy.medium)))),
        number(copy.rows),
        moment(copy.at, facts.zone),
        told,
        Cell(f"<time>{one.notice.due}</time>") if one.notice else NOTHING,
    ]


def _page(facts: Facts) -> Page:
    copies, day = facts.sharing.copies, facts.day.isoformat()
    states = Counter(one.state(day) for one in copies)
    back = [one for one in copies if one.state(day) in {CopyState.OVERDUE, CopyState.RECALLED}]
    return Page(
        place="copies.html",
        title=Words("副本", "Copies"),
        kicker=Words("交付出去的数据副本", "Copies that were handed out"),
        lead=Words(
            f"共 {len(copies):,} 份；{len(back):,} 份已发召回通知而未回执。",
            f"{len(copies):,} in all; {len(back):,} called back and not acknowledged.",
        ),
        tiles=Tiles(
            tuple(
                Tile(
                    f"{states[state]:,}",
                    of_term(state),
                    Words("份", "copies"),
                    LAMPS[state] if states[state] else "",
                )
                for state in LAMPS
            )
        ),
        sections=(
            Section(
                "recalled",
                Words("召回未回执", "Called back"),
                (
                    copies_table(facts, "recalled-table", back, ""),
                    Command("quanshu copies acknowledge"),
                ),
                "五(十)",
            ),
            Section(
                "all",
                Words("全部副本", "All copies"),
                (copies_table(facts, "copies", copies, ""), Command("quanshu copies list")),
                "五(五)、八(四)",
            ),
        ),
        tab="copies",
        as_of=day,
    )
