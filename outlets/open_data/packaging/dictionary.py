"""The data dictionary of a release (数据字典), as a table for people.

Belongs here: one row for every published column. Keep out: machine descriptors (`datapackage`).
"""

from __future__ import annotations

from catalog_specs.catalog import Catalog
from governance.masks.columns import MaskedColumn
from outlets.open_data.packaging.csv_flavour import csv_text
from outlets.open_data.packaging.facts import ReleaseFacts

__all__ = ["dictionary_csv", "meaning", "type_label"]

HEADER = ("信息项代码", "信息项名称", "数据类型", "说明", "脱敏方式")


def dictionary_csv(facts: ReleaseFacts) -> str:
    """Return the dictionary as CSV text."""
    rows = (
        (column.code, column.name, type_label(column), meaning(facts.catalog, column), column.note)
        for column in facts.columns
    )
    return csv_text(HEADER, rows)


def type_label(column: MaskedColumn) -> str:
    """Return the published type in the national guide's words."""
    return column.type.label


def meaning(catalog: Catalog, column: MaskedColumn) -> str:
    """Return what a column means: its definition, standard and code list."""
    element = column.element
    codes = catalog.code_lists.get(element.code_list or "")
    said = [element.definition or "", f"标准：{element.standard}" if element.standard else ""]
    if codes and column.mask.unchanged:
        listed = "，".join(f"{code}={name}" for code, name in list(codes.values.items())[:20])
        more = "等" if len(codes.values) > 20 else ""  # noqa: PLR2004 - enough for a cell
        said.append(f"代码表《{codes.name}》：{listed}{more}")
    return "；".join(part for part in said if part)
