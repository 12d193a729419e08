"""Pages of resources: what each is, how fresh, its owners, the trend of every rule, deliveries.

Belongs here: the list of resources and the page of each. Keep out: single deliveries and rules
(`deliveries`, `rules`), what they disagree on (`matrix`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial

from authoritative.partitions import StoredPartition
from catalog_specs.models.organisation import Post
from outlets.reports import places
from outlets.reports.facts.city import Facts, ResourceFacts
from outlets.reports.marks import (
    NOTHING,
    Cell,
    bar,
    code,
    lamp,
    link,
    moment,
    number,
    said,
    stacked,
)
from outlets.reports.pages import deliveries, matrix, rules
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
from outlets.reports.words import STATES, Words, of_term

__all__ = ["COLUMNS", "pages", "post", "rows"]

NEWEST = 20
"""Deliveries that the page of a resource lists."""
NEWEST_PARTITIONS = 31
"""Partitions that it lists: a month of days."""

COLUMNS = (
    Column(Words("资源", "resource"), width="28%"),
    Column(Words("更新周期", "cycle")),
    Column(Words("最近批次", "newest delivery")),
    Column(Words("入库时间", "applied")),
    Column(Words("权威库行数", "rows stored"), figure=True),
    Column(Words("本批不符占比", "failing share"), figure=True),
)

PARTITION_COLUMNS = (
    Column(Words("分区", "partition"), brief=True),
    Column(Words("行数", "rows"), figure=True),
    Column(Words("最近批次", "newest delivery")),
    Column(Words("入库时间", "applied"), brief=True),
    Column(Words("该批不符占比", "its failing share"), figure=True),
    Column(Words("检查不符", "failing on recheck"), figure=True),
)


def pages(facts: Facts) -> Iterator[Planned]:
    """Plan the list of all resources, and the page of each."""
    yield Planned("resources.html", partial(_list, facts), facts.stamp)
    for mine in facts.resources.values():
        yield Planned(places.resource(mine.ref), partial(_page, facts, mine), mine.stamp)


def rows(facts: Facts, chosen: Sequence[ResourceFacts], up: str) -> list[list[Cell]]:
    """Return resources as rows of a list, on a page that lies `up` from the report's folder."""
    return [_row(facts, one, up) for one in chosen]


def _row(facts: Facts, mine: ResourceFacts, up: str) -> list[Cell]:
    newest = mine.entries[0] if mine.entries else None
    applied = mine.last_applied
    verdict = newest.verdict if newest else None
    name = link(f"{up}{places.resource(mine.ref)}", mine.resource.name)
    return [
        stacked(name, code(mine.ref)),
        Cell(said(of_term(mine.resource.update_cycle))),
        lamp(*STATES[newest.state])
        if newest
        else lamp("idle", Words("从未交付", "never delivered")),
        moment(applied.verdict.judged_at if applied and applied.verdict else None, facts.zone),
        number(mine.stored.rows),
        bar(verdict.quarantined, verdict.delivered) if verdict else NOTHING,
    ]


def _list(facts: Facts) -> Page:
    found = list(facts.resources.values())
    silent = sum(1 for one in found if not one.entries)
    title = Words("信息资源", "Resources")
    table = Table(
        "resources",
        title,
        COLUMNS,
        rows(facts, found, ""),
        Words("目录中没有资源。", "The catalogue has none."),
    )
    return Page(
        place="resources.html",
        title=title,
        kicker=Words("一数一源", "One number, one source"),
        lead=Words(
            f"共 {len(found)} 类信息资源，{len(found) - silent} 类已有交付，{silent} 类从未交付。",
            f"{len(found)} resources: {len(found) - silent} have been delivered, {silent} never.",
        ),
        sections=(Section("all", Words("全部资源", "All resources"), (table,), "四(一)"),),
        tab="resources",
    )


def _page(facts: Facts, mine: ResourceFacts) -> Page:
    declared = mine.resource
    return Page(
        place=places.resource(mine.ref),
        title=Words(declared.name),
        kicker=Words(f"信息资源 {declared.code}", f"Resource {declared.code}"),
        lead=Words(declared.summary),
        tiles=_tiles(mine),
        crumbs=(
            Crumb("departments.html", Words("部门", "Departments")),
            Crumb(places.department(mine.department.code), Words(mine.department.name)),
        ),
        sections=(
            Section(
                "rules",
                Words("规则与走势", "Rules and their trend"),
                (rules.of_resource(mine, ""),),
                "三(五)、三(六)",
                Words(
                    "走势为各批次不符记录的占比，由旧到新。",
                    "The line is the share of failing records, delivery by delivery.",
                ),
            ),
            _deliveries(facts, mine),
            *_partitions(facts, mine),
            matrix.of_resource(facts, mine),
            _about(mine),
        ),
        tab="resources",
    )


def _tiles(mine: ResourceFacts) -> Tiles:
    newest = mine.entries[0] if mine.entries else None
    kind, state = STATES[newest.state] if newest else ("idle", Words("从未交付", "never delivered"))
    verdict = newest.verdict if newest else None
    failing = [one[-1] for one in mine.results.of_rules.values() if one[-1].failing]
    rows = mine.stored.rows
    return Tiles(
        (
            Tile(
                "–" if rows is None else f"{rows:,}",
                Words("权威库行数", "rows stored"),
                Words(f"版本 {mine.stored.version}", f"version {mine.stored.version}")
                if mine.stored.version is not None
                else Words("尚无数据", "nothing yet"),
            ),
            Tile(
                f"{len(mine.entries):,}",
                Words("交付批次", "deliveries"),
                state,
                kind,
                "#deliveries",
            ),
            Tile(
                f"{verdict.quarantined:,}" if verdict else "–",
                Words("最近一批隔离", "quarantined last"),
                Words(f"交付 {verdict.delivered:,} 条", f"of {verdict.delivered:,} records")
                if verdict
                else Words("尚未判定", "not judged yet"),
                "kept" if verdict and verdict.quarantined else "",
            ),
            Tile(
                len(failing),
                Words("未通过的规则", "rules failing"),
                Words(f"共 {len(mine.results.of_rules)} 条", f"of {len(mine.results.of_rules)}"),
                "warn" if failing else "good",
                "#rules",
            ),
        )
    )


def _deliveries(facts: Facts, mine: ResourceFacts) -> Section:
    shown = mine.entries[:NEWEST]
    made = [deliveries.row(facts, one, f"deliveries/{one.delivery}.html") for one in shown]
    title = Words("最近交付", "Last deliveries")
    many = len(mine.entries)
    total = Words(
        f"合计 {many:,} 批，列出最近 {len(shown)} 批",
        f"{many:,} in all, the newest {len(shown)} shown",
    )
    none = Words("这类资源还没有交付过。", "This resource has never been delivered.")
    table = Table("newest", title, deliveries.COLUMNS, made, none, total)
    return Section("deliveries", title, (table,), "四(三)")


def _partitions(facts: Facts, mine: ResourceFacts) -> Iterator[Section]:
    declared, stored = mine.resource.partition, mine.stored.partitions
    if declared is None:
        return
    shown = stored[: -NEWEST_PARTITIONS - 1 : -1]
    title = Words("分区", "Partitions")
    names = {one.code: facts.catalog.name_of(one) for one in mine.resource.items}
    many = len(stored)
    total = Words(
        f"合计 {many:,} 个分区，列出最近 {len(shown)} 个",
        f"{many:,} in all, the newest {len(shown)} shown",
    )
    note = Words(
        f"{declared.by.label}存放，依据“{names[declared.of]}”。最近批次：带来该分区最新记录的批次；"
        "不符占比是该批次全部记录中被隔离的；检查不符是最近一次定期检查时各规则不符之和，其后有更新的不列。",
        f"Records lie apart by the {declared.by.value} of `{declared.of}`. The newest delivery is "
        "the one that brought the newest record, and the failing share that of all its records. "
        "The last column is what all rules found at the last recheck, unless records came later.",
    )
    made = [_partition(facts, mine, one) for one in shown]
    none = Words("表中还没有记录。", "The table has no record yet.")
    table = Table("parts", title, PARTITION_COLUMNS, made, none, total)
    yield Section("partitions", title, (table,), "三(一)", note)


def _partition(facts: Facts, mine: ResourceFacts, one: StoredPartition) -> list[Cell]:
    landed = mine.register.landed.names
    entry = mine.register.entry(one.newest) if one.newest in landed and one.newest else None
    verdict = entry.verdict if entry else None
    return [
        code(one.name),
        number(one.rows),
        link(f"deliveries/{entry.delivery}.html", entry.delivery) if entry else NOTHING,
        moment(verdict.judged_at if verdict else None, facts.zone),
        bar(verdict.quarantined, verdict.delivered) if verdict else NOTHING,
        number(_found(mine, one.name, verdict.judged_at) if verdict else None),
    ]


def _found(mine: ResourceFacts, partition: str, since: str) -> int | None:
    """Return what failed in a partition at the last recheck; None where that was before `since`."""
    if mine.results.rechecked is None:
        return None
    at, failing = mine.results.rechecked
    asked = datetime.fromisoformat(at) >= datetime.fromisoformat(since)
    return failing.get(partition, 0) if asked else None


def _about(mine: ResourceFacts) -> Section:
    declared, department = mine.resource, mine.department
    up = "../../../"
    terms = [
        (
            Words("提供部门", "provider"),
            link(f"{up}{places.department(department.code)}", department.name),
        ),
        (Words("数据管理员", "steward"), post(department.steward)),
        (Words("分管领导", "responsible leader"), post(department.responsible)),
        (Words("更新周期", "update cycle"), Cell(said(of_term(declared.update_cycle)))),
        (Words("供数类型", "feed kind"), Cell(said(of_term(declared.feed.kind)))),
        (Words("共享类型", "share type"), Cell(said(of_term(declared.share.type)))),
        (Words("主键", "key"), Cell("、".join(code(one).html for one in declared.key))),
        (Words("信息项", "items"), number(len(declared.items))),
        (Words("名称", "name in commands"), code(declared.ref)),
    ]
    title = Words("这是什么", "What it is")
    line = Command(f"quanshu quarantine list --resource {declared.ref}")
    return Section("about", title, (Terms(terms), line), "四(二)、九(二)")


def post(one: Post | None) -> Cell:
    """Return a post with its filing number: people are on record by post alone."""
    return NOTHING if one is None else stacked(Cell(said(one.post)), code(one.filing_no))
