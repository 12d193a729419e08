"""Records of the city as departments write them.

Belongs here: headers, records, CSV. Keep out: which deliveries are made of them (`deliveries`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from stdnum.cn import ric

__all__ = ["PEOPLE", "PERMITS", "REGIONS", "VISITS", "Row", "csv_text", "people", "person_id"]

REGIONS = "区划代码,区划名称"
PEOPLE = "公民身份号码,姓名,性别,出生日期,户籍区划,登记收入"
VISITS = "办件编号,办件日期,办件时刻,办理结果,跑动次数,申请人身份号码,申请人姓名"
PERMITS = "操作,序号,区划代码,许可编号,许可名称"

Row = Sequence[object]


def csv_text(header: str, *rows: Row) -> str:
    """Return a CSV without quotes."""
    return "\n".join([header, *(",".join(map(str, row)) for row in rows), ""])


def person_id(number: int) -> str:
    """Return the valid id of the number-th person."""
    body = f"35050019900101{number:03}"
    return body + ric.calc_check_digit(body + "0")


def people(numbers: Iterable[int], **changed: Row) -> str:
    """Return a snapshot of persons; `p3=("X", …)` gives what follows the third one's id."""
    rows = (
        (person_id(n), *changed.get(f"p{n}", (f"人{n}", 1, "1990-01-01", 350500, "1.00")))
        for n in numbers
    )
    return csv_text(PEOPLE, *rows)
