"""Reasons: what the codes of a verdict mean, and what is to be done, in both languages.

Belongs here: words for refusal codes and rule codes. Keep out: the codes themselves
(`catalog_specs.rules`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from catalog_specs.rules.refusals import DeliveryRefusal
from catalog_specs.rules.rule_kinds import RuleKind
from outlets.reports import places
from outlets.reports.facts.city import Facts, ResourceFacts
from outlets.reports.facts.results import Judged
from outlets.reports.marks import Cell, code, lamp, link, moment, said, stacked
from outlets.reports.parts import Column, Table
from outlets.reports.words import Words
from register.register import Entry, State

__all__ = ["DAYS", "meaning", "reasons", "refused_lately", "refused_table", "remedy"]

DAYS = 7
"""Days that a refusal is listed although a good delivery came since."""

_REFUSALS = {one.stored: one for one in DeliveryRefusal}
_KINDS = {one.value: one for one in RuleKind}
_ANY = _KINDS["named"]
"""What is told of a rule whose code says nothing of its kind."""


def meaning(reason: str, results: Mapping[str, Judged]) -> Words:
    """Return what a reason says: a refusal's own words, or those by which the rule judged."""
    if refusal := _REFUSALS.get(reason):
        return Words(refusal.label, refusal.english)
    if judged := results.get(reason):
        return judged.words
    kind = _KINDS.get(reason.rpartition(":")[2])
    return Words(kind.label, kind.english) if kind else Words(reason)


def remedy(reason: str) -> Words:
    """Return what is to be done about a reason."""
    worded = _REFUSALS.get(reason) or _KINDS.get(reason.rpartition(":")[2], _ANY)
    return Words(worded.remedy_zh, worded.remedy)


def reasons(given: Iterable[str], results: Mapping[str, Judged], most: int = 3) -> Cell:
    """Return the first reasons of a verdict, each with its code, and how many more there are."""
    told = list(given)
    shown = [stacked(Cell(said(meaning(one, results))), code(one)).html for one in told[:most]]
    if (more := len(told) - most) > 0:
        shown.append(said(Words(f"另有 {more} 条", f"and {more} more")))
    return Cell("".join(f"<div>{one}</div>" for one in shown), told[0] if told else "")


def refused_table(facts: Facts, refused: Sequence[tuple[ResourceFacts, Entry]], up: str) -> Table:
    """Return refused deliveries with why, and what their departments do about it."""
    rows = []
    for mine, entry in refused:
        results = {one.rule: one for one in mine.results.of_delivery(entry.delivery)}
        given = entry.verdict.reasons if entry.verdict else ()
        rows.append(
            [
                stacked(
                    link(f"{up}{places.resource(mine.ref)}", mine.resource.name),
                    Cell(said(mine.department.name)),
                ),
                link(f"{up}{places.delivery(mine.ref, entry.delivery)}", entry.delivery),
                _made_good(mine, entry),
                reasons(given, results),
                Cell("".join(f"<div>{said(remedy(one))}</div>" for one in given[:1])),
                moment(entry.verdict.judged_at if entry.verdict else None, facts.zone),
            ]
        )
    heads = (
        Column(Words("资源、部门", "resource, department"), width="20%"),
        Column(Words("批次", "delivery")),
        Column(Words("现状", "now")),
        Column(Words("原因", "reason"), width="26%"),
        Column(Words("如何处理", "what to do")),
        Column(Words("判定时间", "judged at")),
    )
    none = Words(
        f"最近 {DAYS} 天没有拒收，也没有未了的拒收。",
        f"Nothing was refused in the last {DAYS} days, and no refusal is open.",
    )
    still = sum(1 for mine, entry in refused if entry in mine.refused)
    total = Words(f"合计 {len(rows)} 批，{still} 批未了", f"{len(rows)} in all, {still} open")
    return Table("refusals", Words("拒收的交付", "Refused deliveries"), heads, rows, none, total)


def refused_lately(
    facts: Facts, chosen: Iterable[ResourceFacts]
) -> list[tuple[ResourceFacts, Entry]]:
    """Return what was refused in the last days, and what of longer ago is open; newest first."""
    since = (facts.day - timedelta(days=DAYS)).isoformat()
    found = [
        (mine, entry)
        for mine in chosen
        for entry in mine.entries
        if entry.state in {State.REJECTED, State.REFUSED}
        and (entry in mine.refused or (entry.verdict and entry.verdict.judged_at >= since))
    ]
    return sorted(found, key=lambda pair: _judged_at(pair[1]), reverse=True)


def _judged_at(entry: Entry) -> str:
    return entry.verdict.judged_at if entry.verdict else ""


def _made_good(mine: ResourceFacts, entry: Entry) -> Cell:
    """Say whether a refusal is open, or a good delivery came since."""
    if entry in mine.refused:
        return lamp("stop", Words("未了", "open"), 0)
    return lamp("good", Words("已有合格批次", "made good"), 1)
