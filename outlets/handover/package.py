"""The package of a batch exchange: data, dictionary, terms and receipt (五(三)、五(五)).

Belongs here: the files of one package, from the extracts of a grant. Keep out: whether it may
leave (`flow.handover`), its seal (`sealing`) and its order (`in_order`). Parquet holds the values
as they are; CSV and XLSX hold them so that a spreadsheet changes none: ids are texts there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from catalog_specs.catalog import Catalog
from catalog_specs.local_time import local_moment
from governance.grants.text import department_name
from governance.keys import DerivedKey
from outlets.as_of import acquired_at
from outlets.handover.in_order import write_in_order
from outlets.handover.watermark import NOTE, mark
from outlets.open_data.packages import write_csv
from outlets.open_data.packaging.checksums import measured
from outlets.open_data.packaging.csv_flavour import CSV_FLAVOUR, LINE_END, csv_text, guarded
from outlets.open_data.packaging.dictionary import meaning, type_label
from outlets.open_data.packaging.escaping import markdown_text
from outlets.open_data.packaging.facts import PackageFile
from outlets.open_data.workbooks import write_workbooks
from outlets.shares.plan import Part, SharePlan
from register.copies import Copy
from storage.layout import Layout

__all__ = ["RECEIPT_FILE", "Packed", "describe", "write_data_files"]

RECEIPT_FILE = "receipt.json"
_HEADER = ("信息资源", "信息项代码", "信息项名称", "数据类型", "说明", "脱敏方式")


@dataclass(frozen=True)
class Packed:
    """The files of one resource, its rows, its workbooks, and why it has none where that is so."""

    part: Part
    rows: int
    files: tuple[PackageFile, ...]
    workbooks: int
    no_workbook: str | None


def write_data_files(
    layout: Layout, plan: SharePlan, folder: Path, named: tuple[str, DerivedKey], made: datetime
) -> tuple[Packed, ...]:
    """Write every resource of a grant that is aggregated, in the order and with the mark of a copy.

    `named` is the copy and its key. Memory is bounded: rows are sorted on disk and written in
    pieces.
    """
    return tuple(
        _write_part(layout, plan.grant.code, part, folder, (*named, made))
        for part in plan.parts
        if part.found
    )


def _write_part(
    layout: Layout,
    grant: str,
    part: Part,
    folder: Path,
    about: tuple[str, DerivedKey, datetime],
) -> Packed:
    copy, key, made = about
    ref = part.resource.ref
    table, text, book = (
        folder / f"{ref.replace('/', '.')}.{kind}" for kind in ("parquet", "csv", "xlsx")
    )
    token = mark(key, copy)
    rows = write_in_order(layout, grant, part, table, key, {NOTE: token})
    named = {column.code for column in part.columns}
    beside = [pl.col(name) for name in part.shape.names if name not in named]
    write_csv(table, text, [*guarded(part.columns), *beside], LINE_END)
    books, missing = write_workbooks(table, book, made, token)
    return Packed(
        part, rows, tuple(measured(path) for path in (table, text, *books)), len(books), missing
    )


def describe(
    catalog: Catalog, plan: SharePlan, packed: tuple[Packed, ...], copy: Copy, folder: Path
) -> None:
    """Write dictionary, terms and receipt beside the data files."""
    receipt = json.dumps(_receipt(catalog, plan, packed, copy), ensure_ascii=False, indent=1)
    texts = {
        "dictionary.csv": csv_text(_HEADER, _dictionary(catalog, packed)),
        "TERMS.md": _terms(catalog, plan, copy),
        RECEIPT_FILE: receipt + "\n",
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", newline="")


def _dictionary(catalog: Catalog, packed: tuple[Packed, ...]) -> Iterator[tuple[str, ...]]:
    for one in packed:
        name = one.part.resource.name
        for column in one.part.columns:
            told = meaning(catalog, column)
            yield name, column.code, column.name, type_label(column), told, column.note


def _receipt(
    catalog: Catalog, plan: SharePlan, packed: tuple[Packed, ...], copy: Copy
) -> dict[str, Any]:
    """Return the receipt: what was obtained, when, from which version, by which right (五(五))."""
    grant = plan.grant
    return {
        "副本编号": copy.copy,
        "授权代码": grant.code,
        "授权名称": grant.name,
        "审批文号": copy.approval,
        "数据应用单位": department_name(catalog, grant.consumer),
        "用途": grant.purpose,
        "获取时间": local_moment(catalog, datetime.fromisoformat(copy.at)).isoformat(
            timespec="seconds"
        ),
        "获取方式": grant.method.label,
        "介质类型": grant.medium.label,
        "经办": copy.by,
        "有效期至": grant.valid_to.isoformat(),
        "csv": CSV_FLAVOUR,
        "数据": [_source(catalog, one) for one in packed],
    }


def _source(catalog: Catalog, one: Packed) -> dict[str, Any]:
    resource, found = one.part.resource, one.part.found
    if found is None:
        raise ValueError("a resource that is not aggregated is in no package")
    return {
        "信息资源": resource.name,
        "信息资源代码": resource.code,
        "来源": resource.ref,
        "数据来源单位": department_name(catalog, resource.provider),
        "数据版本": found.version,
        "数据时点": acquired_at(catalog, found).isoformat(timespec="seconds"),
        "行数": one.rows,
        "文件": [asdict(file) for file in one.files],
        "xlsx": one.no_workbook or _workbooks(one),
    }


def _workbooks(one: Packed) -> str:
    kept = "标识类信息项以文本保存，电子表格打开时不丢位数"
    split = f"；行数超过一张工作表，按顺序分为 {one.workbooks} 个文件"
    return kept + (split if one.workbooks > 1 else "")


def _terms(catalog: Catalog, plan: SharePlan, copy: Copy) -> str:
    grant = plan.grant
    said = (
        ("副本编号", copy.copy),
        ("授权", f"{grant.name}（{grant.code}）"),
        ("审批文号", copy.approval),
        ("数据应用单位", department_name(catalog, grant.consumer)),
        ("应用场景", grant.scenario),
        ("用途", grant.purpose),
        ("依据", "；".join(grant.legal_basis)),
        ("有效期至", grant.valid_to.isoformat()),
        ("使用条款", grant.terms),
    )
    lines = (f"- {name}：{markdown_text(text)}" for name, text in said)
    return "\n".join(
        (
            "# 使用条款",
            "",
            *lines,
            "",
            (
                "本副本已在副本台账登记，并带有可追溯到本副本的标记。授权暂停、终止或者到期后，"
                "收到召回通知的，须在通知所列日期前销毁或退回，并书面回执。"
            ),
            "",
        )
    )
