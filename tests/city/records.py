"""Records of the city as departments write them.

Belongs here: headers, records, CSV. Keep out: which deliveries are made of them (`deliveries`).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from stdnum.cn import ric

from catalog_specs.models.resource import Resource

__all__ = [
    "HEADER",
    "LINE",
    "PEOPLE",
    "PERMITS",
    "REGIONS",
    "VISITS",
    "Row",
    "csv_of",
    "csv_text",
    "good_people",
    "people",
    "person_id",
]

REGIONS = "区划代码,区划名称"
PEOPLE = "公民身份号码,姓名,性别,出生日期,户籍区划,登记收入"
VISITS = "办件编号,办件日期,办件时刻,办理结果,跑动次数,申请人身份号码,申请人姓名"
PERMITS = "操作,序号,区划代码,许可编号,许可名称"

HEADER = "name,resident_id,birth_date,income,seen_at,resident,sex,residence,employer,children"
LINE = "张三,{},1990-01-01,1.00,2024-01-01 00:00:00,1,1,350502,,3"
"""A record under it, of whatever id."""
GOOD_PERSON = {
    "name": "张三",
    "birth_date": "1949-12-31",
    "income": "0.10",
    "seen_at": "2026-03-03 23:59:59",
    "resident": "1",
    "sex": "1",
    "residence": "350502",
    "employer": "91350100M000100Y43",
    "children": "9",
}
"""What passes every rule of `resources.person`, at its very bounds."""

Row = Sequence[object]
Record = Mapping[str, str | None]


def csv_text(header: str, *rows: Row) -> str:
    """Return a CSV without quotes."""
    return "\n".join([header, *(",".join(map(str, row)) for row in rows), ""])


def csv_of(resource: Resource, records: Sequence[Record]) -> str:
    """Return records, part → text, as a CSV of the resource."""
    parts = dict(resource.feed.columns)
    if resource.feed.changes is not None:
        parts |= {resource.feed.changes.operation: "_op", resource.feed.changes.sequence: "_seq"}
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(parts)
    writer.writerows([record.get(part) for part in parts.values()] for record in records)
    return stream.getvalue()


def person_id(number: int) -> str:
    """Return the valid id of the number-th person."""
    body = f"3505{number // 1000:02}19900101{number % 1000:03}"
    return body + ric.calc_check_digit(body + "0")


def people(numbers: Iterable[int], **changed: Row) -> str:
    """Return a snapshot of persons; `p3=("X", …)` gives what follows the third one's id."""
    rows = (
        (person_id(n), *changed.get(f"p{n}", (f"人{n}", 1, "1990-01-01", 350500, "1.00")))
        for n in numbers
    )
    return csv_text(PEOPLE, *rows)


def good_people(*changes: Record) -> list[dict[str, str | None]]:
    """Return one person after another that passes every rule, each changed as given."""
    return [{"resident_id": person_id(n), **GOOD_PERSON, **c} for n, c in enumerate(changes)]
