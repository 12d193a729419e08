"""The page of one grant: what leaves under which masks and why, who decided, what was handed out.

Belongs here: that page. Keep out: the list (`grants`), deciding (`governance.grants`). Row
conditions are told by their items, never by their values; who decided by department and post.
"""

from __future__ import annotations

from collections.abc import Iterator

from catalog_specs.errors import AccessError
from catalog_specs.models.resource import Item, Resource
from catalog_specs.models.sharing import Grant, GrantedResource
from catalog_specs.rules.leaving.masking import NamedBy, applied
from catalog_specs.vocabulary import Method
from governance.grants.decisions import Decision, decide
from governance.grants.life import GrantEventKind
from governance.grants.text import department_name, today_text
from governance.masks.columns import mask_of
from outlets.reports import places
from outlets.reports.facts.city import Facts
from outlets.reports.marks import NOTHING, Cell, code, lamp, said, stacked
from outlets.reports.pages.sharing.copies import copies_table
from outlets.reports.parts import Column, Command, Crumb, Page, Section, Table, Terms, Tile, Tiles
from outlets.reports.words import Words, of_term

__all__ = ["department", "page"]

_UP = "../"
_LAMPS = {
    GrantEventKind.APPROVED: "good",
    GrantEventKind.GRANTED: "good",
    GrantEventKind.RESUMED: "good",
    GrantEventKind.REFUSED: "stop",
    GrantEventKind.REVOKED: "stop",
    GrantEventKind.SUSPENDED: "warn",
    GrantEventKind.APPLIED: "idle",
}
_TODAY = {
    Method.VERIFY: "It may hand in a list, and is told match, mismatch or not found of each line.",
    Method.QUERY: "It may have the records of a list extracted, or take the masked file.",
    Method.STATISTICS: "It may have counts no smaller than the smallest cell, and no record.",
    Method.BATCH: "It may take the DuckDB file or a package of all masked records of the grant.",
}
"""What a consumer can do by each method, as `Method.today` says it in Chinese."""
_NAMED_BY = {
    NamedBy.EXIT: (Words("本授权约定", "agreed in the grant"), "二(二)"),
    NamedBy.ELEMENT: (Words("数据元规定", "of the data element"), "五(一)"),
    NamedBy.CLASS: (Words("敏感分级规定", "of the sensitivity class"), "五(一)"),
}


def department(facts: Facts, ref: str) -> str:
    """Return a department's name."""
    return department_name(facts.catalog, ref)


def page(facts: Facts, grant: Grant) -> Page:
    """Return the page of a grant."""
    sharing = facts.sharing
    decision = decide(facts.catalog, grant, sharing.standings.get(grant.code), facts.day)
    copies = sharing.copies_of(grant.code)
    last = sharing.last_use(grant.code)
    return Page(
        place=places.grant(grant.code),
        title=Words(grant.name),
        kicker=Words("授权", "Grant"),
        lead=Words(
            today_text(grant, allowed=decision.allowed),
            _TODAY[grant.method]
            if decision.allowed
            else "The grant does not hold today: no record is given, and no question is answered.",
        ),
        tiles=Tiles(
            (
                Tile(
                    Words("有效", "in force")
                    if decision.allowed
                    else Words("无效", "not in force"),
                    Words("今日", "today"),
                    Words(decision.explanation, decision.explanation_en),
                    "good" if decision.allowed else "stop",
                ),
                Tile(len(copies), Words("副本", "copies"), Words("累计", "so far"), "", "#copies"),
                Tile(
                    sharing.answers[grant.code],
                    Words("答复", "answers"),
                    Words(f"最近使用 {last or '从未'}", f"last used: {last or 'never'}"),
                ),
            )
        ),
        crumbs=(Crumb("grants.html", Words("授权", "Grants")),),
        sections=(
            Section(
                "terms", Words("授权内容", "What was asked for"), (_terms(facts, grant),), "二(二)"
            ),
            *_objections(decision),
            *(_leaving(facts, one, n) for n, one in enumerate(grant.resources, start=1)),
            Section(
                "decisions", Words("办理经过", "Decisions"), (_events(facts, grant),), "五(四)"
            ),
            Section(
                "copies",
                Words("副本与召回", "Copies and recalls"),
                (
                    copies_table(facts, "copies-table", copies, _UP),
                    Command(f"quanshu explain {grant.code}"),
                ),
                "五(十)",
            ),
        ),
        tab="grants",
        as_of=facts.day.isoformat(),
    )


def _terms(facts: Facts, grant: Grant) -> Terms:
    told = [
        (Words("代码", "code"), code(grant.code)),
        (Words("数据应用单位", "consumer"), Cell(said(department(facts, grant.consumer)))),
        (Words("应用场景", "scenario"), Cell(said(grant.scenario))),
        (Words("用途", "purpose"), Cell(said(grant.purpose))),
        (Words("依据", "legal basis"), Cell(said("；".join(grant.legal_basis)))),
        (Words("共享方式", "method"), Cell(said(of_term(grant.method)))),
        (Words("介质", "medium"), Cell(said(of_term(grant.medium)))),
        (Words("有效期", "term"), Cell(f"{grant.valid_from} – {grant.valid_to}")),
        (Words("使用条款", "terms of use"), Cell(said(grant.terms))),
    ]
    if grant.batch_reason:
        told.append((Words("批量交换理由", "why a batch"), Cell(said(grant.batch_reason))))
    return Terms(tuple(told))


def _objections(decision: Decision) -> Iterator[Section]:
    """Yield why it does not hold, when it does not."""
    if decision.allowed:
        return
    rows = [
        [
            Cell(said(Words(one.reason.label, one.reason.english))),
            code(one.where) if one.where else NOTHING,
            Cell(said(one.clause)),
            Cell(said(Words(one.reason.remedy_zh, one.reason.remedy))),
        ]
        for one in decision.objections
    ]
    heads = (
        Column(Words("原因", "reason"), width="34%"),
        Column(Words("何处", "where")),
        Column(Words("条款", "clause")),
        Column(Words("如何处理", "what to do")),
    )
    title = Words("为何无效", "Why it does not hold")
    yield Section(
        "objections", title, (Table("objections-table", title, heads, rows, Words("无")),), "五(四)"
    )


def _leaving(facts: Facts, granted: GrantedResource, number: int) -> Section:
    """Return what leaves of a resource: each item with its mask, who says so, and by which rule."""
    resource = facts.catalog.resources.get(granted.resource)
    items = {one.code: one for one in resource.stored} if resource else {}
    rows = [
        _item(facts, resource, items[one], granted)
        if resource and one in items
        else [code(one), *[NOTHING] * 3, lamp("stop", Words("不在目录中", "not in the catalogue"))]
        for one in granted.items
    ]
    heads = (
        Column(Words("信息项", "item"), width="26%"),
        Column(Words("敏感分级", "class"), brief=True),
        Column(Words("由谁规定", "who says so")),
        Column(Words("条款", "clause")),
        Column(Words("提供什么", "what leaves")),
    )
    name = resource.name if resource else granted.resource
    title = Words(f"提供什么：{name}", f"What leaves: {name}")
    none = Words("没有信息项。", "No item.")
    table = Table(f"leaving-{number}", title, heads, rows, none)
    by = dict.fromkeys(
        facts.catalog.name_of(items[one.item]) if one.item in items else one.item
        for one in granted.where
    )
    note = (
        Words(f"行范围：按{'、'.join(by)}限定。", f"Rows: narrowed by {', '.join(by)}.")
        if by
        else Words("行范围：全部行。", "Rows: all of them.")
    )
    return Section(f"resource-{number}", title, (table,), "二(二)、五(一)", note)


def _item(facts: Facts, resource: Resource, item: Item, granted: GrantedResource) -> list[Cell]:
    catalog = facts.catalog
    element = catalog.element_of(item)
    kind = catalog.sensitivities.get(element.sensitivity)
    by = applied(item.code, element, kind, granted).by
    words, clause = _NAMED_BY[by] if by else (Words("–"), "–")
    try:
        mask = mask_of(catalog, resource, item, granted)
        leaves = Cell(said(Words(mask.note, mask.note_en)))
    except AccessError:
        leaves = lamp("stop", Words("不能提供", "may not leave"))
    return [
        stacked(Cell(said(catalog.name_of(item))), code(item.code)),
        Cell(said(kind.name if kind else element.sensitivity)),
        Cell(said(words)),
        Cell(said(clause)),
        leaves,
    ]


def _events(facts: Facts, grant: Grant) -> Table:
    events = [one for one in facts.sharing.events if one.grant == grant.code]
    rows = [
        [
            Cell(f"<time>{one.on}</time>"),
            lamp(_LAMPS[one.kind], of_term(one.kind)),
            Cell(said(department(facts, one.department))) if one.department else NOTHING,
            Cell(said(one.post)) if one.post else NOTHING,
            Cell(said(one.document)) if one.document else NOTHING,
        ]
        for one in events
    ]
    heads = (
        Column(Words("日期", "day")),
        Column(Words("事项", "what")),
        Column(Words("单位", "department"), width="30%"),
        Column(Words("岗位", "post")),
        Column(Words("文号", "document")),
    )
    none = Words("尚未申请。", "Nobody has applied for it.")
    return Table("events", Words("办理经过", "Decisions"), heads, rows, none)
