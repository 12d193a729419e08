"""Pages of the audit log: how much was done on which day, for the authority and each producer.

Belongs here: counts by day and operation, checkpoint and witnesses. Keep out: entries themselves
(`quanshu audit show`). A producer's page is its digest of the days (八(四)), to be printed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from audit.acts import Operation
from catalog_specs.models.organisation import Department
from outlets.reports import places
from outlets.reports.facts.city import Facts
from outlets.reports.marks import Cell, code, link, number, said
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

__all__ = ["pages"]

DAYS = 31
"""Days of which a page tells each by itself."""
_DAMAGED = Words(
    "审计日志无法读取，运行 `quanshu audit verify`。",
    "The audit log cannot be read: run `quanshu audit verify`.",
)
Counts = Mapping[tuple[str, ...], int]
"""(day, operation) → acts."""


def pages(facts: Facts) -> Iterator[Planned]:
    """Plan the authority's page, and one for each producer."""
    sharing = facts.sharing
    stamp = sha256_of_lines([sharing.tally.stamp if sharing.tally else "", repr(sharing.witnesses)])
    yield Planned("audit.html", partial(_page, facts), stamp)
    for one in facts.producers if sharing.tally else ():
        stamp = sha256_of_lines([repr(sorted(_about(facts, one.code).items()))])
        yield Planned(places.audit(one.code), partial(_producer, facts, one), stamp)


def _about(facts: Facts, department: str) -> Counts:
    tally = facts.sharing.tally
    every = tally.about.items() if tally else ()
    return {key[1:]: count for key, count in every if key[0] == department}


def _table(name: str, counts: Counts) -> Table:
    """Return the newest days with what was done on each."""
    days = sorted({day for day, _ in counts}, reverse=True)[:DAYS]
    used = [one for one in Operation if any((day, one.value) in counts for day in days)]
    rows = [
        [
            Cell(f"<time>{day}</time>"),
            *(number(counts.get((day, one.value), 0)) for one in used),
            number(sum(counts.get((day, one.value), 0) for one in used)),
        ]
        for day in days
    ]
    heads = (
        Column(Words("日期", "day")),
        *(Column(of_term(one), figure=True) for one in used),
        Column(Words("合计", "sum"), figure=True),
    )
    acts = sum(counts.get((day, one.value), 0) for day in days for one in used)
    total = Words(f"合计 {len(days)} 天、{acts:,} 次操作", f"{len(days)} days, {acts:,} acts")
    none = Words("没有操作。", "Nothing was done.")
    return Table(name, Words("每日操作", "Acts by day"), heads, rows, none, total)


def _page(facts: Facts) -> Page:
    sharing, tally = facts.sharing, facts.sharing.tally
    title, kicker = Words("审计日志", "Audit log"), Words("八(二)、八(四)", "What was done")
    if tally is None:
        return Page(
            place="audit.html", title=title, kicker=kicker, lead=_DAMAGED, sections=(), tab="audit"
        )
    acts = sum(count for (who, _), count in tally.sums.items() if not who)
    return Page(
        place="audit.html",
        title=title,
        kicker=kicker,
        lead=Words(
            "每次操作先登记后进行；只有数量，没有数据值和人名。",
            "Every act is entered before it is done; counts alone, no value and no name.",
        ),
        tiles=Tiles(
            (
                Tile(f"{acts:,}", Words("操作", "acts"), Words("")),
                Tile(f"{sharing.entries:,}", Words("日志条目", "entries"), Words("编制时", "then")),
                Tile(len(sharing.witnesses), Words("见证单位", "witnesses"), Words("")),
            )
        ),
        sections=(
            Section(
                "days", Words("每日操作", "Acts by day"), (_table("by-day", tally.days),), "八(四)"
            ),
            Section("sums", Words("按操作", "By operation"), (_sums(facts),), "八(四)"),
            Section(
                "producers", Words("按数据生产单位", "By producer"), (_links(facts),), "八(四)"
            ),
            Section("checkpoint", Words("检查点", "Checkpoint"), _checkpoint(facts), "八(二)"),
        ),
        tab="audit",
    )


def _sums(facts: Facts) -> Table:
    tally = facts.sharing.tally
    counts = {one: tally.sums["", one.value] if tally else 0 for one in Operation}
    rows = [[Cell(said(of_term(one))), number(count)] for one, count in counts.items()]
    heads = (Column(Words("操作", "operation")), Column(Words("次数", "acts"), figure=True))
    every = sum(counts.values())
    total = Words(f"合计 {every:,} 次操作", f"{every:,} acts")
    title = Words("按操作", "By operation")
    return Table("by-operation", title, heads, rows, Words("没有", "none"), total)


def _links(facts: Facts) -> Table:
    tally = facts.sharing.tally
    rows = [
        [
            link(places.audit(one.code), one.name),
            number(sum(n for (who, _), n in tally.sums.items() if who == one.code) if tally else 0),
        ]
        for one in facts.producers
    ]
    heads = (Column(Words("单位", "producer")), Column(Words("次数", "acts"), figure=True))
    title = Words("按数据生产单位", "By producer")
    return Table("by-producer", title, heads, rows, Words("没有", "none"))


def _checkpoint(facts: Facts) -> tuple[Table | Terms | Command, ...]:
    sharing = facts.sharing
    rows = [[code(name), number(size)] for name, size in sharing.witnesses]
    heads = (Column(Words("见证", "witness")), Column(Words("已见证条目", "entries"), figure=True))
    title = Words("见证", "Witnesses")
    none = Words("尚无单位见证。", "Nobody has witnessed it yet.")
    root = code(f"{sharing.root[:16]}…") if sharing.root else Cell("–")
    told = Terms(((Words("检查点的根（编制时）", "root of the checkpoint then"), root),))
    return told, Table("witnesses", title, heads, rows, none), Command("quanshu audit verify")


def _producer(facts: Facts, one: Department) -> Page:
    counts = _about(facts, one.code)
    return Page(
        place=places.audit(one.code),
        title=Words(f"{one.name} 日志摘要", f"{one.name} digest"),
        kicker=Words("推送数据生产单位", "For the producer"),
        lead=Words(
            f"对本单位数据的操作，最近 {DAYS} 个有操作的日期。",
            f"What was done with its data, on the last {DAYS} days on which anything was.",
        ),
        sections=(
            Section(
                "days",
                Words("每日操作", "Acts by day"),
                (_table("by-day", counts), Command(f"quanshu audit digest {one.code}")),
                "八(四)",
            ),
        ),
        crumbs=(Crumb("audit.html", Words("审计日志", "Audit log")),),
        tab="audit",
        sheet=True,
    )
