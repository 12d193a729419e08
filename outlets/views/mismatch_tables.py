"""Tables of disagreement: the matrix of departments and elements, and how values differ.

Belongs here: `quality.mismatch_matrix` and `quality.mismatch_patterns`. Keep out: the figures
(`quality.reconciliation.matrix`), single mismatches (their ledger has a view of its own).
"""

from __future__ import annotations

from collections.abc import Iterable

from catalog_specs.catalog import Catalog
from outlets.views.sql import Commented, listed
from quality.reconciliation.matrix import Cell, Matrix
from storage.delta.table_shape import Column
from storage.sql import Value, literal

__all__ = ["mismatch_tables"]

_WHO = (
    Column("department", "VARCHAR", "引用方部门代码"),
    Column("department_name", "VARCHAR", "引用方部门"),
    Column("element", "VARCHAR", "数据元代码"),
    Column("element_name", "VARCHAR", "数据元"),
    Column("owner", "VARCHAR", "来源部门代码"),
    Column("owner_name", "VARCHAR", "来源部门"),
)
_MATRIX = (
    *_WHO,
    Column("compared", "BIGINT", "参与比对的记录数"),
    Column("mismatched", "BIGINT", "不一致的记录数"),
    Column("missing_in_source", "BIGINT", "来源中无此主体的记录数"),
    Column("mismatch_rate", "DOUBLE", "不一致率；没有可比对记录时为空"),
    Column("previous_rate", "DOUBLE", "上一次比对的不一致率；没有则为空"),
    Column("compared_at", "TIMESTAMP WITH TIME ZONE", "最近一次比对的时间"),
)
_PATTERNS = (
    *_WHO,
    Column("resource", "VARCHAR", "引用方信息资源"),
    Column("item", "VARCHAR", "引用的信息项"),
    Column("source", "VARCHAR", "唯一来源"),
    Column("pattern", "VARCHAR", "不一致的样式代码"),
    Column("meaning", "VARCHAR", "样式的含义"),
    Column("records", "BIGINT", "记录数"),
)


def mismatch_tables(catalog: Catalog, found: Matrix) -> tuple[Commented, Commented]:
    """Return `quality.mismatch_matrix` and `quality.mismatch_patterns`, of what stands."""
    matrix: list[tuple[Value, ...]] = [
        (
            *_who(catalog, cell),
            cell.compared,
            cell.mismatched,
            cell.missing,
            cell.rate,
            cell.trend[-2].rate if len(cell.trend) > 1 else None,
            max(line.compared_at for line in cell.lines),
        )
        for cell in found.cells
    ]
    patterns: list[tuple[Value, ...]] = [
        (*_who(catalog, cell), line.resource, line.item, line.source, code, code.label, records)
        for cell in found.cells
        for line in cell.lines
        for code, records in line.patterns
    ]
    return (
        _table("mismatch_matrix", "各部门引用的数据元与其唯一来源的不一致情况", _MATRIX, matrix),
        _table("mismatch_patterns", "各引用项与其来源不一致的样式及记录数", _PATTERNS, patterns),
    )


def _table(
    name: str, comment: str, columns: tuple[Column, ...], rows: Iterable[tuple[Value, ...]]
) -> Commented:
    rendered = (f"({', '.join(map(literal, row))})" for row in rows)
    return Commented("quality", name, listed(rendered, columns), comment, columns, stored=True)


def _who(catalog: Catalog, cell: Cell) -> tuple[str, ...]:
    named = catalog.departments
    return (
        cell.department,
        named[cell.department].name,
        cell.element,
        cell.name,
        cell.owner,
        named[cell.owner].name,
    )
