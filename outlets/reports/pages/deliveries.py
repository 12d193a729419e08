"""Pages of deliveries: the verdict, every rule with its counts, and how to get at the rows.

Belongs here: what stands on such a page, and a delivery as a row of other pages. Keep out: the rows
themselves, of which no page shows any.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from catalog_specs.rules.refusals import NOT_KEPT
from outlets.reports import places
from outlets.reports.facts.city import Facts, ResourceFacts
from outlets.reports.facts.results import Judged
from outlets.reports.marks import Cell, bar, code, lamp, link, moment, number, said, stacked
from outlets.reports.pages import rules
from outlets.reports.pages.reasons import meaning, remedy
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
from outlets.reports.words import DIMENSIONS, STATES, Words, of_term
from register.register import Entry
from storage.digests import sha256_of_lines

__all__ = ["COLUMNS", "KEPT", "pages", "row"]

KEPT = 1000
"""Newest deliveries of a resource that have a page; of older ones the ledgers tell."""


def pages(facts: Facts) -> Iterator[Planned]:
    """Plan a page for each of the newest deliveries."""
    for mine in facts.resources.values():
        shown = mine.entries[:KEPT]
        for place, entry in enumerate(shown):
            older = shown[place + 1].delivery if place + 1 < len(shown) else ""
            newer = shown[place - 1].delivery if place else ""
            yield _planned(facts, mine, entry, (older, newer))


def _planned(facts: Facts, mine: ResourceFacts, entry: Entry, beside: tuple[str, str]) -> Planned:
    waits = f"{entry.held} {entry.approval}"
    stamp = sha256_of_lines(
        [entry.delivery, entry.state, mine.results.stamp_of(entry.delivery), waits, *beside]
    )
    place = places.delivery(mine.ref, entry.delivery)
    return Planned(place, lambda: _page(facts, mine, entry, beside), stamp)


COLUMNS = (
    Column(Words("批次", "delivery")),
    Column(Words("状态", "state")),
    Column(Words("交付", "delivered"), figure=True),
    Column(Words("接收", "accepted"), figure=True),
    Column(Words("隔离", "quarantined"), figure=True),
    Column(Words("判定时间", "judged at")),
)
"""A delivery as a row, after its resource."""


def row(facts: Facts, entry: Entry, href: str) -> list[Cell]:
    """Return a delivery as a row of a list."""
    kind, words = STATES[entry.state]
    verdict = entry.verdict
    name = code(entry.delivery)
    counts = (
        [number(verdict.delivered), number(verdict.accepted), number(verdict.quarantined)]
        if verdict
        else [number(None)] * 3
    )
    return [
        Cell(f'<a href="{href}">{name.html}</a>'),
        lamp(kind, words),
        *counts,
        moment(verdict.judged_at if verdict else None, facts.zone),
    ]


def _page(facts: Facts, mine: ResourceFacts, entry: Entry, beside: tuple[str, str]) -> Page:
    kind, state = STATES[entry.state]
    place = places.delivery(mine.ref, entry.delivery)
    results = sorted(
        mine.results.of_delivery(entry.delivery), key=lambda one: (not one.failing, -one.failing)
    )
    by_code = {one.rule: one for one in results}
    return Page(
        place=place,
        title=Words(mine.resource.name),
        kicker=Words(f"交付批次 {entry.delivery}", f"Delivery {entry.delivery}"),
        lead=_lead(entry, state, results),
        tiles=_tiles(entry, kind, state, results),
        crumbs=(
            Crumb("departments.html", Words("部门", "Departments")),
            Crumb(places.department(mine.department.code), Words(mine.department.name)),
            Crumb(places.resource(mine.ref), Words(mine.resource.name)),
        ),
        sections=(
            *_why(entry, by_code),
            _rules(mine, results),
            _rows(mine, entry),
            _handed_over(facts, mine, entry, beside),
        ),
        tab="resources",
    )


def _lead(entry: Entry, state: Words, results: Sequence[Judged]) -> Words:
    failing = sum(1 for one in results if one.failing or not one.passed)
    if entry.verdict is None:
        return Words("已经收到，尚未判定。", "It has landed, and is not judged yet.")
    if not results:
        return Words(
            f"{state.zh}：没有逐条规则的结果。", f"It is {state.en}; no rule looked at it."
        )
    if not failing:
        return Words(
            f"{state.zh}。{len(results)} 条规则全部通过。",
            f"It is {state.en}. All {len(results)} rules passed.",
        )
    return Words(
        f"{state.zh}。{len(results)} 条规则中有 {failing} 条未全部通过。",
        f"It is {state.en}. {failing} of {len(results)} rules found records that fail them.",
    )


def _tiles(entry: Entry, kind: str, state: Words, results: Sequence[Judged]) -> Tiles | None:
    verdict, outcome = entry.verdict, entry.outcome
    if verdict is None:
        return None
    changed = outcome.inserted + outcome.updated + outcome.deleted if outcome else 0
    failing = sum(1 for one in results if one.failing or not one.passed)
    judged = [
        Tile(
            f"{failing:,}",
            Words("未通过的规则", "rules failed"),
            Words(f"共 {len(results)} 条", f"of {len(results)}"),
            "warn" if failing else "good",
            "#rules",
        )
    ]
    return Tiles(
        (
            Tile(f"{verdict.delivered:,}", Words("交付记录", "records delivered"), Words("")),
            Tile(
                f"{verdict.accepted:,}", Words("接收", "accepted"), Words("进入下一环节", "went on")
            ),
            Tile(
                f"{verdict.quarantined:,}",
                Words("隔离", "quarantined"),
                Words("留存待修复", "kept for repair"),
                "kept" if verdict.quarantined else "",
            ),
            *(judged if results else ()),
            Tile(f"{changed:,}", Words("权威库变动行", "rows changed"), state, kind),
        )
    )


def _why(entry: Entry, results: dict[str, Judged]) -> Iterator[Section]:
    """Yield why nothing was taken in, or why the delivery waits, where that is so."""
    verdict = entry.verdict
    if verdict is not None and verdict.kind.value == "rejected":
        rows = [
            (stacked(Cell(said(meaning(one, results))), code(one)), Cell(said(remedy(one))))
            for one in verdict.reasons
        ]
        heads = (Column(Words("原因", "reason")), Column(Words("如何处理", "what to do")))
        none = Words("没有登记原因。", "No reason is on record.")
        title = Words("为何拒收", "Why it was refused")
        yield Section("why", title, (Table("reasons", title, heads, rows, none),), "三(五)")
    if entry.held is not None and entry.state.value in {"held", "behind"}:
        held = entry.held
        title = Words("等待决定", "It waits for a decision")
        note = Words(
            f"应用后将删除 {held.stored:,} 行中的 {held.deleted:,} 行，超过限额，"
            "须凭文件批准或驳回。",
            f"It would delete {held.deleted:,} of {held.stored:,} rows: more than is allowed "
            "without a document.",
        )
        line = f"quanshu approve {held.resource} {held.behind or held.delivery} --document <文号>"
        yield Section("waits", title, (Command(line),), "八(二)", note)


def _rules(mine: ResourceFacts, results: Sequence[Judged]) -> Section:
    rows = [
        (
            Cell(
                f'<a href="../rules/{places.rule(mine.ref, one.rule).rpartition("/")[2]}">'
                f"{said(one.words)}</a><span class=sub>{code(one.rule).html}</span>",
                one.rule,
            ),
            rules.result_lamp(one),
            Cell(said(of_term(DIMENSIONS[one.dimension]))),
            number(one.failing),
            bar(one.failing, one.judged),
            Cell(said(one.clause)),
        )
        for one in results
    ]
    columns = (
        Column(Words("规则", "rule"), width="46%"),
        Column(Words("结果", "result")),
        Column(Words("维度", "dimension")),
        Column(Words("不符记录", "failing"), figure=True),
        Column(Words("占比", "share"), figure=True),
        Column(Words("条款", "clause")),
    )
    title = Words("逐条规则", "Rule by rule")
    failing = sum(one.failing for one in results)
    total = Words(
        f"合计 {len(results)} 条规则，{failing:,} 条次不符（一条记录可违反多条规则）",
        f"{len(results)} rules, {failing:,} failures (one record may fail several)",
    )
    none = Words(
        "没有规则结果：未能读出记录，或由早期版本判定（`quanshu evolve` 可补入）。",
        "There are none: no record could be read, or an earlier version judged (`quanshu evolve` "
        "brings them along).",
    )
    note = Words(
        "先列未通过的；规则文字为判定时的表述。",
        "Failing ones first, in the words by which they judged.",
    )
    return Section(
        "rules",
        title,
        (Table("by-rule", title, columns, rows, none, total),),
        "三(五)、三(六)",
        note,
    )


def _rows(mine: ResourceFacts, entry: Entry) -> Section:
    """Say how to get at the rows: by a command, which enters the act into the ledger of access."""
    title = Words("查看记录", "The records themselves")
    refusal = next(iter(entry.verdict.reasons), "") if entry.verdict else ""
    if refusal in NOT_KEPT:
        none = Words(
            "该文件未予留存，没有记录可看。", "Nothing of the file was kept: there are none to see."
        )
        return Section("rows", title, (), "一(二)", none)
    note = Words(
        "页面不显示任何记录。有权限者用以下命令查看，查看行为先登记入台账。",
        "No page shows a record. Who may see them uses these commands; the act is recorded first.",
    )
    lines = (
        Command(
            f"quanshu quarantine list --resource {mine.ref} --delivery {entry.delivery}\n"
            f"quanshu quarantine show {mine.ref} {entry.delivery}\n"
            f"quanshu quarantine export {mine.ref} --delivery {entry.delivery} --to repair.xlsx"
        ),
    )
    return Section("rows", title, lines, "八(四)", note)


def _handed_over(
    facts: Facts, mine: ResourceFacts, entry: Entry, beside: tuple[str, str]
) -> Section:
    receipt = mine.receipt(entry.delivery)
    judged = entry.verdict.judged_at if entry.verdict else None
    terms: list[tuple[Words, Cell]] = [
        (Words("文件", "file"), Cell("、".join(code(name).html for name in receipt.files))),
        (Words("接收时间", "landed at"), moment(receipt.landed_at, facts.zone)),
        (Words("判定时间", "judged at"), moment(judged, facts.zone)),
        (Words("方式", "came by"), code(receipt.origin)),
        # the whole digest of a file that holds one value would tell that value
        (Words("SHA-256", "SHA-256"), code(f"{receipt.sha256[:12]}…")),
    ]
    if receipt.as_of:
        terms.append((Words("所属日期", "stands for"), Cell(f"<time>{receipt.as_of}</time>")))
    if outcome := entry.outcome:
        told = Words(
            f"新增 {outcome.inserted:,} · 更新 {outcome.updated:,} · 删除 {outcome.deleted:,} · "
            f"未变 {outcome.unchanged:,}",
            f"{outcome.inserted:,} inserted · {outcome.updated:,} updated · "
            f"{outcome.deleted:,} deleted · {outcome.unchanged:,} unchanged",
        )
        terms.append((Words("权威库", "authoritative"), Cell(said(told))))
    if entry.approval:
        terms.append((Words("批准文件", "document"), code(entry.approval.document)))
    near = (Words("上一批次", "before"), Words("下一批次", "after"))
    for name, words in zip(beside, near, strict=True):
        if name:
            terms.append((words, link(f"{name}.html", name)))
    return Section("receipt", Words("交付情况", "What was handed over"), (Terms(terms),), "四(二)")
