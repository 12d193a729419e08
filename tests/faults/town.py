"""A town whose few deliveries between them take every way through landing, gate and authoritative.

Belongs here: its catalogue, its deliveries, a home with all of them waiting. Keep out: faults,
assertions. `region` and `person` are snapshots, `visit` an upsert that refers to persons, `permit`
a change feed. Their deliveries make tables, merge into them and rewrite them whole; some rows
belong in quarantine, one delivery is refused, one file repeats another's bytes.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from stdnum.cn import ric

from catalog_specs.catalog import Catalog
from flow.city import City
from governance.keys import KeyRing
from storage.engines.workbench import Limits
from storage.layout import Layout
from tests.factories import MASTER_KEY, write_catalog

__all__ = [
    "KEY",
    "NOW",
    "REFS",
    "city_of",
    "deliver",
    "deliver_first",
    "deliver_further",
    "write_town",
]

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
KEY = MASTER_KEY
REGION, PERSON = "civil_affairs/region", "civil_affairs/person"
VISIT, PERMIT = "data_office/visit", "data_office/permit"
REFS = (REGION, PERSON, VISIT, PERMIT)

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
        {"code": "permit_name", "element": "permit_name", "required": True},
    ],
}
_PERMIT_ELEMENTS = [
    {"code": code, "name": name, "subject": "division", "type": "string", "sensitivity": "public"}
    for code, name in (("permit_no", "许可编号"), ("permit_name", "许可名称"))
]

Row = Sequence[object]


def write_town(folder: Path) -> Path:
    """Write the town's catalogue below a folder; return where it lies."""
    return write_catalog(
        folder,
        **{
            "resources/data_office/permit.yaml": _PERMIT,
            "elements/permits.yaml": _PERMIT_ELEMENTS,
        },
    )


def city_of(catalog: Catalog, home: Path) -> City:
    """Return the town at work over a home, at one fixed moment, with a key of its own."""
    keys = KeyRing.load(KEY, where="tests")
    return City(catalog, Layout(home), keys, lambda: NOW, limits=Limits("256MB", 2))


def deliver(home: Path) -> None:
    """Put every delivery into its inbox, each a minute younger than the one before."""
    _put(home, _deliveries())


def deliver_first(home: Path) -> None:
    """Put the first delivery of every resource into its inbox, and no other."""
    _put(home, {ref: (ref, *rest) for ref, *rest in reversed([*_deliveries()])}.values())


def deliver_further(home: Path) -> None:
    """Put one more delivery of visits into the inbox, younger than all others."""
    text = _csv(_VISITS, [_visit(n) for n in range(100, 103)])
    _put(home, [(VISIT, "visits-3.csv", text)], minute=30)


def _put(home: Path, deliveries: Iterable[tuple[str, ...]], minute: int = 0) -> None:
    for later, (ref, name, text) in enumerate(deliveries, start=minute):
        path = Layout(home).inbox(ref) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        moment = NOW.timestamp() - 3600 + 60 * later
        os.utime(path, (moment, moment))


def _deliveries() -> Iterable[tuple[str, str, str]]:
    regions = _csv("区划代码,区划名称", [(350500 + n, f"区{n}") for n in range(3)])
    people = [_person(n) for n in range(60)]
    first = [*people, ("350500000000000000", "假号", "1", "1990-01-01", 350500, "1.00")]
    first[7] = (*people[7][:4], 999999, people[7][5])
    later = [*people[:58], _person(60), _person(61, sex="9")]
    later[3] = _person(3, income="77.00")
    visits = [_visit(n) for n in range(30)]
    visits[4] = _visit(4, outcome="8")
    visits[5] = (*visits[5], "多余")
    visits[6] = (*visits[6][:6], "错名")
    yield REGION, "regions.csv", regions
    yield PERSON, "people-1.csv", _csv(_PEOPLE, first)
    yield PERSON, "people-2.csv", _csv(_PEOPLE, later)
    yield PERSON, "people-1-again.csv", _csv(_PEOPLE, first)
    yield VISIT, "visits-1.csv", _csv(_VISITS, visits)
    yield VISIT, "visits-2.csv", "办件编号,办件日期\nV1,2026-01-01\nV2,2026-01-02\n"
    permits = [("I", n, 350501, f"P{n:03}", f"许可{n}") for n in range(20)]
    yield PERMIT, "permits-1.csv", _csv(_PERMITS, [*permits, ("X", 99, 350501, "P099", "许可")])
    changed = [("U", 100 + n, 350501, f"P{n:03}", f"改{n}") for n in range(15)]
    yield PERMIT, "permits-2.csv", _csv(_PERMITS, [*changed, ("D", 200, 350501, "P019", "")])


_PEOPLE = "公民身份号码,姓名,性别,出生日期,户籍区划,登记收入"
_VISITS = "办件编号,办件日期,办件时刻,办理结果,跑动次数,申请人身份号码,申请人姓名"
_PERMITS = "操作,序号,区划代码,许可编号,许可名称"


def _csv(header: str, rows: Iterable[Row]) -> str:
    return "\n".join([header, *(",".join(map(str, row)) for row in rows), ""])


def _id(number: int) -> str:
    body = f"35050019900101{number:03}"
    return body + ric.calc_check_digit(body + "0")


def _person(number: int, sex: str = "1", income: str = "12.30") -> Row:
    return _id(number), f"人{number}", sex, "1990-01-01", 350500 + number % 3, income


def _visit(number: int, outcome: str = "1") -> Row:
    person = number % 20
    return f"V{number}", "2026-02-01", number % 24, outcome, 1, _id(person), f"人{person}"
