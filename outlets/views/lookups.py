"""Look-up tables of the analysts' views: meanings of codes, freshness of tables, what waits.

Belongs here: the city's code lists, Quanshu's own codes, departments, freshness and unfinished
deliveries, as stored tables. Keep out: the views themselves (`sql`).
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping

from catalog_specs.catalog import Catalog
from catalog_specs.models.element import CodeList
from catalog_specs.models.organisation import Department
from catalog_specs.rules.families import FAMILIES
from governance.cases.disputes import Disputed
from outlets.views.sql import CODES, Commented, listed
from register.register import Entry, State
from storage.delta.table_shape import Column, empty_select
from storage.delta.tables import Snapshot, commits
from storage.sql import literal

__all__ = ["code_tables", "codes", "departments", "disputed", "freshness", "waiting"]


def code_tables(catalog: Catalog) -> tuple[Commented, ...]:
    """Return a table for each code list, `codes.<list>`: every code with its meaning."""
    return tuple(_code_table(codes) for codes in catalog.code_lists.values())


def _code_table(codes: CodeList) -> Commented:
    columns = (Column("code", "VARCHAR", "代码"), Column("name", "VARCHAR", "名称"))
    rows = ", ".join(
        f"({literal(code)}, {literal(name)})" for code, name in sorted(codes.values.items())
    )
    standard = f"（{codes.standard}）" if codes.standard else ""
    query = f"FROM (VALUES {rows}) AS listed (code, name)" if rows else None
    empty = f"FROM {empty_select(columns)}"
    comment = f"{codes.name}{standard}"
    return Commented(CODES, codes.code, query or empty, comment, columns, stored=True)


def codes() -> Commented:
    """Return `quality.codes`: what every code in the ledgers beside it means, and what to do."""
    columns = (
        Column("code", "VARCHAR", "代码"),
        Column("family", "VARCHAR", "类别"),
        Column("meaning", "VARCHAR", "含义"),
        Column("meaning_en", "VARCHAR", "英文含义"),
        Column("remedy", "VARCHAR", "处理办法"),
        Column("remedy_en", "VARCHAR", "英文处理办法"),
        Column("clause", "VARCHAR", "依据条款；没有则为空"),
    )
    rows = (
        (
            code.stored,
            family.title_zh,
            code.label,
            code.english,
            code.remedy_zh,
            code.remedy,
            code.clause or None,
        )
        for family in FAMILIES
        for code in family.codes
    )
    rendered = (f"({', '.join(map(literal, row))})" for row in rows)
    comment = "台账、收据与提示中各代码的含义、处理办法和依据条款"
    return Commented("quality", "codes", listed(rendered, columns), comment, columns, stored=True)


def departments(catalog: Catalog) -> Commented:
    """Return `quality.departments`: every department's name and the posts that answer for it."""
    columns = (
        Column("department", "VARCHAR", "部门代码"),
        Column("name", "VARCHAR", "部门名称"),
        Column("steward", "VARCHAR", "数据专员岗位（九(二)）"),
        Column("responsible", "VARCHAR", "责任人岗位（九(二)）；未登记为空"),
    )
    rows = (
        f"({', '.join(map(literal, (code, one.name, *_posts(one))))})"
        for code, one in catalog.departments.items()
    )
    comment = "各部门及其登记在册的岗位"
    return Commented("quality", "departments", listed(rows, columns), comment, columns, stored=True)


def _posts(department: Department) -> tuple[str | None, str | None]:
    steward, responsible = department.steward, department.responsible
    return steward.post if steward else None, responsible.post if responsible else None


def freshness(
    catalog: Catalog, tables: Mapping[str, Snapshot], broken: Container[str] = ()
) -> Commented:
    """Return `quality.freshness`: as of when each resource's table is, and how many rows it has.

    Of a broken table nothing is known, and nothing is said.
    """
    columns = (
        Column("resource", "VARCHAR", "信息资源"),
        Column("name", "VARCHAR", "信息资源名称"),
        Column("update_cycle", "VARCHAR", "更新周期"),
        Column("version", "BIGINT", "表版本；尚未汇聚为空"),
        Column("rows", "BIGINT", "行数"),
        Column("as_of", "TIMESTAMP WITH TIME ZONE", "最近一次变更的时刻"),
    )
    rows = (
        _freshness(ref, one.name, one.update_cycle.label, tables.get(ref))
        for ref, one in catalog.resources.items()
        if ref not in broken
    )
    return Commented(
        "quality",
        "freshness",
        listed(rows, columns),
        "各信息资源权威数据表的版本、行数与数据时点",
        columns,
        stored=True,
    )


def _freshness(ref: str, name: str, cycle: str, table: Snapshot | None) -> str:
    if table is None:
        return f"({literal(ref)}, {literal(name)}, {literal(cycle)}, NULL, 0, NULL)"
    changed = next(iter(commits(table.path, limit=1)), {}).get("timestamp")
    moment = f"to_timestamp({int(changed)} / 1000.0)" if changed is not None else "NULL"
    facts = f"{literal(ref)}, {literal(name)}, {literal(cycle)}, {table.version}, {table.rows()}"
    return f"({facts}, {moment})"


def waiting(entries: Iterable[tuple[str, Entry]]) -> Commented:
    """Return `quality.waiting`: the deliveries that are not over, and what each waits for.

    `entries` are resources with entries of their registers.
    """
    columns = (
        Column("resource", "VARCHAR", "信息资源"),
        Column("delivery", "VARCHAR", "交付批次"),
        Column("sequence", "BIGINT", "批次序号"),
        Column(
            "state", "VARCHAR", "状态：landed 待判定，passed 待入库，held 待批准，behind 排在其后"
        ),
        Column("behind", "VARCHAR", "排在哪一批次之后；否则为空"),
        Column("deleted", "BIGINT", "应用后将删除的行数；非待批准为空"),
        Column("since", "TIMESTAMP WITH TIME ZONE", "登记等待的时间；无登记为空"),
    )
    rows = (_waiting(ref, one) for ref, one in entries)
    comment = "尚未处理完的交付批次及其等待的原因"
    return Commented("quality", "waiting", listed(rows, columns), comment, columns, stored=True)


def _waiting(ref: str, one: Entry) -> str:
    why = one.held if one.state in {State.HELD, State.BEHIND} else None
    facts = [literal(ref), literal(one.delivery), str(one.sequence), literal(one.state.value)]
    told = "NULL, NULL, NULL"
    if why is not None:
        behind = literal(why.behind) if why.behind else "NULL"
        deleted = "NULL" if why.behind else str(why.deleted)
        told = f"{behind}, {deleted}, {literal(why.at)}"
    return f"({', '.join(facts)}, {told})"


def disputed(found: Iterable[Disputed]) -> Commented:
    """Return `quality.disputed`: the values that consumers reported and nobody has settled yet.

    `delivery` and `row` are the `_delivery` and `_row` of the resource's view.
    """
    columns = (
        Column("resource", "VARCHAR", "信息资源"),
        Column("delivery", "VARCHAR", "带来该行的交付批次"),
        Column("row", "BIGINT", "该行在批次中的记录序号"),
        Column("item", "VARCHAR", "有争议的信息项"),
        Column("case", "BIGINT", "问题单编号"),
        Column("since", "TIMESTAMP WITH TIME ZONE", "提出纠错的时间"),
    )
    rows = (
        f"({literal(one.resource)}, {literal(one.delivery)}, {one.record}, {literal(one.item)}, "
        f"{one.case}, {literal(one.since)})"
        for one in found
    )
    comment = "数据应用单位提出纠错、尚在核实或更正的数据值"
    return Commented("quality", "disputed", listed(rows, columns), comment, columns, stored=True)
