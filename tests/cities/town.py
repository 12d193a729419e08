"""The town that most flows are tested with: the minimal city, and a change feed of permits.

Belongs here: its catalogue, the names of its resources, headers and records as departments write
them, the town at work over a home. Keep out: which deliveries a test makes of them, assertions.
`region` and `person` are snapshots, `visit` an upsert that refers to persons, `permit` a change
feed that refers to regions; a grant hands out persons, and an open set their profile.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from stdnum.cn import ric

from catalog_specs.catalog import Catalog
from flow.city import City
from governance.keys import KeyRing
from storage.engines.workbench import Limits
from storage.layout import Layout
from tests.factories import MASTER_KEY, Change, write_catalog

__all__ = [
    "NOW",
    "PEOPLE",
    "PERMIT",
    "PERMITS",
    "PERSON",
    "REFS",
    "REGION",
    "VISIT",
    "VISITS",
    "Row",
    "city_of",
    "csv_text",
    "person_id",
    "write_town",
]

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
REGION, PERSON = "civil_affairs/region", "civil_affairs/person"
VISIT, PERMIT = "data_office/visit", "data_office/permit"
REFS = (REGION, PERSON, VISIT, PERMIT)
PEOPLE = "公民身份号码,姓名,性别,出生日期,户籍区划,登记收入"
VISITS = "办件编号,办件日期,办件时刻,办理结果,跑动次数,申请人身份号码,申请人姓名"
PERMITS = "操作,序号,区划代码,许可编号,许可名称"

_PERMIT: dict[str, Any] = {
    "code": "145-350500-0002",
    "resource": "permit",
    "name": "许可信息",
    "provider": "data_office",
    "summary": "本市核发的许可。",
    "subject": "division",
    "key": ["division", "permit_no"],
    "update_cycle": "daily",
    "published_on": "2024-01-02",
    "share": {"type": "unconditional", "methods": ["query"]},
    "aggregation": {"mode": "realtime"},
    "feed": {
        "kind": "changes",
        "format": "csv",
        "changes": {"operation": "操作", "sequence": "序号"},
        "columns": {"区划代码": "division", "许可编号": "permit_no", "许可名称": "permit_name"},
    },
    "items": [
        {
            "code": "division",
            "element": "division_code",
            "source": "civil_affairs/region.code",
            "required": True,
        },
        {"code": "permit_no", "element": "permit_no", "required": True},
        {
            "code": "permit_name",
            "element": "permit_name",
            "required": True,
            "length": {"min": 1, "max": 4},
        },
    ],
}
_ELEMENTS = [
    {"code": code, "name": name, "subject": "division", "type": "string", "sensitivity": "public"}
    for code, name in (("permit_no", "许可编号"), ("permit_name", "许可名称"))
]

Row = Sequence[object]


def write_town(folder: Path, **changes: Change) -> Path:
    """Write the town's catalogue below a folder, changed in places; return where it lies."""
    permits = {"resources/data_office/permit.yaml": _PERMIT, "elements/permits.yaml": _ELEMENTS}
    return write_catalog(folder, **(permits | changes))


def city_of(catalog: Catalog, home: Path) -> City:
    """Return the town at work over a home, at one fixed moment, with a key of its own."""
    keys = KeyRing.load(MASTER_KEY, where="tests")
    return City(catalog, Layout(home), keys, lambda: NOW, limits=Limits("256MB", 2))


def csv_text(header: str, *rows: Row) -> str:
    """Return a CSV without quotes."""
    return "\n".join([header, *(",".join(map(str, row)) for row in rows), ""])


def person_id(number: int) -> str:
    """Return the valid id of the number-th person."""
    body = f"35050019900101{number:03}"
    return body + ric.calc_check_digit(body + "0")
