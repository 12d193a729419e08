"""The page of mismatches: department by element, and which two departments disagree most.

Belongs here: the heat matrix, the pairs, the items behind each cell or of one resource. Keep out:
comparing (`quality.reconciliation`).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from outlets.reports import places
from outlets.reports.charts import spark
from outlets.reports.facts.city import Facts, ResourceFacts
from outlets.reports.marks import NOTHING, Cell, bar, code, link, number, percent, said, stacked
from outlets.reports.parts import Column, Command, Page, Planned, Section, Table, Tile, Tiles
from outlets.reports.words import Words
from quality.reconciliation.matrix import Cell as Square
from quality.reconciliation.matrix import Line

__all__ = ["of_resource", "pages"]

STEPS = (0.0, 0.005, 0.01, 0.03, 0.1)
"""Shares from which on a square is a step darker."""


def pages(facts: Facts) -> Iterator[Planned]:
    """Plan the page."""
    yield Planned("matrix.html", partial(_page, facts), facts.stamp)


def of_resource(facts: Facts, mine: ResourceFacts) -> Section:
    """Return the section of a resource's page about the items that it refers to."""
    names = {one.code: facts.catalog.name_of(one) for one in mine.resource.items}
    made = [
        [
            stacked(Cell(said(names.get(one.item, one.item))), code(one.item)),
            code(one.source),
            number(one.compared),
            number(one.mismatched),
            number(one.missing),
            bar(one.mismatched + one.missing, one.compared),
        ]
        for one in mine.compared
    ]
    columns = (
        Column(Words("引用项", "referred item")),
        Column(Words("唯一来源", "one source")),
        Column(Words("比对", "compared"), figure=True),
        Column(Words("不一致", "mismatched"), figure=True),
        Column(Words("来源中没有", "not in the source"), figure=True),
        Column(Words("占比", "share"), figure=True),
    )
    title = Words("与来源比对", "Compared with the source")
    none = Words(
        "这类资源不引用别处的信息项，或尚未比对。",
        "It refers to no item of others, or nothing was compared yet.",
    )
    wrong = sum(one.mismatched + one.missing for one in mine.compared)
    total = Words(
        f"合计 {len(made)} 项，{wrong:,} 处不符", f"{len(made)} items, {wrong:,} differences"
    )
    return Section(
        "compared", title, (Table("items", title, columns, made, none, total),), "三(一)、三(六)"
    )


def _page(facts: Facts) -> Page:
    found = facts.desk.matrix
    differing = [one for one in found.cells if one.mismatched or one.missing]
    return Page(
        place="matrix.html",
        title=Words("比对", "Mismatches"),
        kicker=Words("一数一源", "One number, one source"),
        lead=Words(
            f"比对 {found.compared:,} 处，{found.mismatched:,} 处与来源不一致，"
            f"{found.missing:,} 处来源中没有。",
            f"{found.compared:,} compared: {found.mismatched:,} differ from their source, "
            f"{found.missing:,} are not in it.",
        ),
        tiles=Tiles(
            (
                Tile(f"{found.compared:,}", Words("比对", "compared"), Words("")),
                Tile(f"{found.mismatched:,}", Words("不一致", "mismatched"), Words(""), "kept"),
                Tile(
                    f"{found.missing:,}",
                    Words("来源中没有", "not in the source"),
                    Words(""),
                    "warn",
                ),
                Tile(
                    len(differing),
                    Words("部门 × 数据元", "department × element"),
                    Words(f"共 {len(found.cells)} 格", f"of {len(found.cells)}"),
                ),
            )
        ),
        sections=(_heat(facts), _pairs(facts), _items(facts)),
        tab="matrix",
        as_of=facts.day.isoformat(),
    )


def _heat(facts: Facts) -> Section:
    """Return the matrix as a list of its squares by department, each shaded by its rate."""
    squares = facts.desk.matrix.cells
    elements = {one.element: one.name for one in squares}
    rows = []
    for department in dict.fromkeys(one.department for one in squares):
        mine = {one.element: one for one in squares if one.department == department}
        name = facts.catalog.departments[department].name
        cells = "".join(_square(one) for one in mine.values())
        compared = sum(one.compared for one in mine.values())
        wrong = sum(one.mismatched for one in mine.values())
        rows.append(
            [
                link(places.department(department), name),
                Cell(f"<span class=squares>{cells}</span>", str(wrong)),
                bar(wrong, compared),
            ]
        )
    heads = (
        Column(Words("引用方部门", "who refers"), width="24%"),
        Column(Words("数据元：不一致率", "elements: rate of mismatch")),
        Column(Words("合计", "all"), figure=True, width="14%"),
    )
    title = Words("部门 × 数据元", "Department by element")
    note = Words("颜色越深，不一致率越高。", "The darker, the higher the rate.")
    none = Words("还没有可比对的引用项。", "Nothing was compared yet.")
    total = Words(
        f"合计 {len(rows)} 个部门、{len(elements)} 个数据元",
        f"{len(rows)} departments, {len(elements)} elements",
    )
    return Section(
        "heat", title, (Table("squares", title, heads, rows, none, total),), "三(六)", note
    )


def _square(one: Square) -> str:
    rate = one.rate or 0.0
    step = sum(1 for least in STEPS if rate > least)
    share = percent(one.mismatched, one.compared).html
    return f'<span class="square h{step}">{said(one.name)} <b>{share}</b></span>'


def _pairs(facts: Facts) -> Section:
    names = {code: one.name for code, one in facts.catalog.departments.items()}
    elements = {one.element: one.name for one in facts.desk.matrix.cells}
    rows = [
        [
            stacked(
                link(places.department(one.department), names[one.department]),
                Cell(said(Words(f"来源：{names[one.owner]}", f"source: {names[one.owner]}"))),
            ),
            Cell(said(elements.get(one.element, one.element))),
            number(one.mismatched),
            bar(one.mismatched, one.compared),
        ]
        for one in facts.desk.matrix.pairs
    ]
    heads = (
        Column(Words("引用方与来源", "who refers, and the source"), width="44%"),
        Column(Words("分歧最大的数据元", "element of most")),
        Column(Words("不一致", "mismatched"), figure=True),
        Column(Words("占比", "rate"), figure=True),
    )
    title = Words("哪两个部门分歧最大", "Which two departments disagree most")
    none = Words("没有部门之间的分歧。", "No two departments disagree.")
    return Section("pairs", title, (Table("departments", title, heads, rows, none),), "三(六)")


def _items(facts: Facts) -> Section:
    rows = [
        _item(facts, square, line)
        for square in facts.desk.matrix.cells
        for line in square.lines
        if line.mismatched or line.missing
    ]
    heads = (
        Column(Words("引用项", "referred item"), width="26%"),
        Column(Words("来源", "source")),
        Column(Words("怎样不一致", "how")),
        Column(Words("不一致", "mismatched"), figure=True),
        Column(Words("来源中没有", "not in it"), figure=True),
        Column(Words("走势", "trend")),
    )
    title = Words("逐项", "Item by item")
    none = Words("引用项与其唯一来源全部一致。", "Every referred item agrees with its one source.")
    lines = (Table("items", title, heads, rows, none), Command("quanshu reconcile list"))
    return Section("by-item", title, lines, "三(一)、三(六)")


def _item(facts: Facts, square: Square, line: Line) -> list[Cell]:
    name = facts.catalog.resources[line.resource].name
    how = [said(Words(one.label, one.english)) for one, _ in line.patterns[:2]]
    return [
        stacked(link(places.resource(line.resource), f"{name} · {square.name}"), code(line.item)),
        code(line.source),
        Cell("<br>".join(how)) if how else NOTHING,
        number(line.mismatched),
        number(line.missing),
        spark([one.rate or 0.0 for one in square.trend]),
    ]
