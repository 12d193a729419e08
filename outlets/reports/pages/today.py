"""The page of the day: what was refused, what waits, which numbers disagree, what fails most.

Belongs here: what an officer has to know first thing in the morning, in that order. Keep out: what
is asked later (every other page).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from outlets.reports import places
from outlets.reports.facts.city import Facts, ResourceFacts
from outlets.reports.marks import Cell, bar, code, link, moment, number, said, stacked
from outlets.reports.pages import cases, departments, due, rules
from outlets.reports.pages.reasons import refused_lately, refused_table
from outlets.reports.pages.sharing import offices
from outlets.reports.parts import Column, Command, Page, Planned, Section, Table, Tile, Tiles
from outlets.reports.words import Words
from quality.reconciliation.matrix import Line
from register.register import Entry
from storage.digests import sha256_of_lines

__all__ = ["pages"]

MOST = 10
"""Rules and mismatches that the page lists; other pages have all."""


def pages(facts: Facts) -> Iterator[Planned]:
    """Plan the page."""
    stamp = sha256_of_lines([facts.stamp, *map(repr, offices.overdue(facts))])
    yield Planned(places.TODAY, partial(_page, facts), stamp)


def _page(facts: Facts) -> Page:
    refused = refused_lately(facts, facts.resources.values())
    still = sum(len(mine.refused) for mine in facts.resources.values())
    awaiting = [(mine, one) for mine in facts.resources.values() for one in mine.awaiting]
    differing = _differing(facts)
    failing = rules.failing_lately(facts)
    late, owing = due.overdue(facts), cases.open_cases(facts)
    pressing = len(cases.pressing(facts))
    wrong = sum(_wrong(one) for _, one in differing)
    return Page(
        place=places.TODAY,
        title=Words("今日", "Today"),
        kicker=Words(_long_day(facts), f"{facts.day:%A}, {facts.day.day} {facts.day:%B %Y}"),
        lead=_lead(
            still, len(awaiting), len(late), pressing, len(offices.overdue(facts)), len(differing)
        ),
        tiles=Tiles(
            (
                Tile(
                    still,
                    Words("未了拒收", "open refusals"),
                    Words("之后没有合格批次", "nothing good came since"),
                    "stop" if still else "good",
                    "#refused",
                ),
                Tile(
                    len(awaiting),
                    Words("待批准", "awaiting approval"),
                    Words("须凭文件决定", "to be decided on a document"),
                    "warn" if awaiting else "good",
                    "#awaiting",
                ),
                Tile(
                    f"{wrong:,}",
                    Words("与来源不符", "mismatches"),
                    Words(f"{len(differing)} 个引用项", f"in {len(differing)} referred items"),
                    "kept" if wrong else "good",
                    "#differing",
                ),
                Tile(
                    len(late),
                    Words("缺交", "missing"),
                    Words("过期仍未交的资源", "resources past due"),
                    "stop" if late else "good",
                    "#late",
                ),
                Tile(
                    f"{len(owing):,}",
                    Words("待办问题单", "open cases"),
                    Words(
                        f"{pressing} 件紧迫",
                        f"{pressing} pressing",
                    ),
                    "warn" if cases.pressing(facts) else "",
                    "#decisions",
                ),
            )
        ),
        sections=(
            *_broken(facts),
            Section(
                "refused",
                Words("拒收了什么", "What was refused"),
                (refused_table(facts, refused, ""),),
                "三(五)",
            ),
            _awaiting(facts, awaiting),
            Section(
                "late",
                Words("谁逾期未交", "Who is late"),
                (due.overdue_table(facts, late, "", MOST),),
                "四(三)",
            ),
            *_overdue_offices(facts),
            _differing_section(facts, differing),
            Section(
                "decisions",
                Words("谁欠决定", "Who owes a decision"),
                (cases.table(facts, owing, MOST, ""),),
                facts.catalog.profile.correction_decision_days.clause,
                Words("最紧迫的在前。", "The most pressing first."),
            ),
            Section(
                "failing-rules",
                Words("哪些规则不符最多", "Which rules failed most"),
                (rules.failing_table(failing, MOST, ""),),
                "三(六)",
                Words(
                    f"最近 {rules.DAYS} 天，按不符记录排列。",
                    f"In the last {rules.DAYS} days, by failing records.",
                ),
            ),
            Section(
                "by-department",
                Words("各部门", "Departments"),
                (departments.table(facts),),
                "二(三)",
            ),
        ),
        tab="today",
        as_of=facts.day.isoformat(),
    )


_COUNTED = (
    Words("批交付被拒收、尚无合格批次接替", "refused and not made good yet"),
    Words("批全量交付等待批准", "awaiting an approval"),
    Words("类资源缺交", "resources missing"),
    Words("件问题单逾期或即将到期", "cases overdue or nearly so"),
    Words("项应办事项逾期", "duties of offices overdue"),
    Words("个引用项与唯一来源不一致", "referred items that differ from their source"),
)
"""What the lead counts, the most urgent first."""


def _long_day(facts: Facts) -> str:
    day = facts.day
    return f"{day.year}年{day.month}月{day.day}日 星期{'一二三四五六日'[day.weekday()]}"


def _lead(*counts: int) -> Words:
    """Return in one sentence of each language what needs somebody, most urgent first."""
    told = [(many, *words) for many, words in zip(counts, _COUNTED, strict=True) if many]
    if not told:
        return Words("今天没有需要处理的事项。", "Nothing needs you today.")
    return Words(
        "；".join(f"{many:,} {zh}" for many, zh, _ in told) + "。",
        "; ".join(f"{many:,} {en}" for many, _, en in told) + ".",
    )


def _broken(facts: Facts) -> Iterator[Section]:
    """Yield what nobody can tell anything of, where there is something."""
    if facts.broken:
        note = Words(
            f"{len(facts.broken)} 类资源无法读取，其页面停留在此前的内容。",
            f"{len(facts.broken)} resources cannot be read; their pages stay as they were.",
        )
        named = Command("quanshu doctor\n" + "\n".join(f"# {ref}" for ref in facts.broken))
        yield Section("broken", Words("无法读取", "What cannot be read"), (named,), "八(四)", note)


def _overdue_offices(facts: Facts) -> Iterator[Section]:
    """Yield what offices should have done by now, where there is something."""
    found = offices.overdue(facts)
    if found:
        title = Words("谁逾期未办", "Which offices are late")
        yield Section("offices", title, (offices.table(facts, found, "", MOST),), "二(三)、五(十)")


def _awaiting(facts: Facts, awaiting: list[tuple[ResourceFacts, Entry]]) -> Section:
    rows = [
        [
            stacked(
                link(places.resource(mine.ref), mine.resource.name),
                Cell(said(mine.department.name)),
            ),
            link(places.delivery(mine.ref, one.delivery), one.delivery),
            number(one.held.deleted),
            bar(one.held.deleted, one.held.stored),
            moment(one.held.at, facts.zone),
        ]
        for mine, one in awaiting
        if one.held
    ]
    heads = (
        Column(Words("资源、部门", "resource, department"), width="30%"),
        Column(Words("批次", "delivery")),
        Column(Words("将删除行", "would delete"), figure=True),
        Column(Words("占现有行", "of the rows stored"), figure=True),
        Column(Words("自", "since")),
    )
    title = Words("谁在等决定", "What waits for a decision")
    limit = facts.catalog.profile.snapshot_loss
    note = Words(
        f"全量交付将删除超过 {limit.value}% 的现有行，须凭文件批准或驳回。",
        f"A snapshot that would delete more than {limit.value}% of the rows needs a document.",
    )
    none = Words("没有等待决定的交付。", "No delivery waits for a decision.")
    return Section(
        "awaiting", title, (Table("held", title, heads, rows, none),), limit.clause, note
    )


def _wrong(one: Line) -> int:
    return one.mismatched + one.missing


def _differing(facts: Facts) -> list[tuple[ResourceFacts, Line]]:
    """Return the newest comparisons that found differences, those with the most first."""
    found = [
        (mine, one) for mine in facts.resources.values() for one in mine.compared if _wrong(one)
    ]
    return sorted(found, key=lambda pair: (-_wrong(pair[1]), pair[0].ref, pair[1].item))


def _differing_section(facts: Facts, differing: list[tuple[ResourceFacts, Line]]) -> Section:
    rows = []
    for mine, one in differing[:MOST]:
        owner, _ = facts.catalog.target(one.source)
        names = {each.code: facts.catalog.name_of(each) for each in mine.resource.items}
        rows.append(
            [
                stacked(Cell(said(names.get(one.item, one.item))), code(one.item)),
                stacked(
                    link(places.resource(mine.ref), mine.resource.name),
                    Cell(said(mine.department.name)),
                ),
                stacked(
                    link(places.resource(owner.ref), owner.name),
                    Cell(said(facts.catalog.departments[owner.provider].name)),
                ),
                number(one.mismatched),
                number(one.missing),
                bar(_wrong(one), one.compared),
            ]
        )
    heads = (
        Column(Words("信息项", "item")),
        Column(Words("引用方", "who refers")),
        Column(Words("来源，由其负责", "the source, which answers")),
        Column(Words("不一致", "mismatched"), figure=True),
        Column(Words("来源中没有", "not in the source"), figure=True),
        Column(Words("占比", "share"), figure=True),
    )
    title = Words("哪些数字对不上", "Which numbers disagree")
    wrong = sum(_wrong(one) for _, one in differing)
    shown = "" if len(differing) <= MOST else f"，列出前 {MOST} 项"
    shown_en = "" if len(differing) <= MOST else f", the first {MOST} shown"
    total = Words(
        f"合计 {len(differing)} 项、{wrong:,} 处{shown}",
        f"{len(differing)} items, {wrong:,} differences{shown_en}",
    )
    none = Words("引用项与其唯一来源全部一致。", "Every referred item agrees with its one source.")
    return Section(
        "differing",
        title,
        (Table("mismatches", title, heads, rows, none, total),),
        "三(一)、三(六)",
    )
