"""Defects of ten kinds, planted among 20,000 records: those are quarantined, and nothing else."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
from stdnum.cn import ric

from tests.city.declared import write_catalog
from tests.city.one_feed import REF, deliver, fed_city, take

RECORDS, EACH = 20_000, 23
"""Records, and how many of them have each kind of defect."""
COMMON = {"subject": "pupil", "sensitivity": "public"}
ELEMENTS: tuple[dict[str, Any], ...] = (
    {"code": "pupil_number", "name": "公民身份号码", "type": "string", "check": "resident_id"},
    {"code": "pupil_name", "name": "姓名", "type": "string", "shape": "person_name"},
    {"code": "pupil_born", "name": "出生日期", "type": "date"},
    {"code": "pupil_phone", "name": "联系电话", "type": "string", "shape": "phone"},
    {"code": "pupil_plate", "name": "车牌", "type": "string", "shape": "licence_plate"},
    {"code": "pupil_height", "name": "身高", "type": "integer", "range": {"min": 50, "max": 250}},
    {"code": "pupil_x", "name": "经度", "type": "decimal", "scale": 6},
    {"code": "pupil_y", "name": "纬度", "type": "decimal", "scale": 6},
)
ITEMS: tuple[dict[str, Any], ...] = (
    {"code": "number", "element": "pupil_number", "required": True}
    | {"division": {"on": "born", "or_later": True}},
    {"code": "name", "element": "pupil_name", "required": True},
    {"code": "born", "element": "pupil_born"}
    | {"by_number": {"item": "number", "part": "birth_date"}},
    {"code": "phone", "element": "pupil_phone"},
    {"code": "plate", "element": "pupil_plate"},
    {"code": "height", "element": "pupil_height"},
    {"code": "x", "element": "pupil_x", "within": {"latitude": "y", "area": "city"}},
    {"code": "y", "element": "pupil_y"},
)
CODES = [item["code"] for item in ITEMS]
AREA = {"city": {"name": "本市", "corners": [["117.5", "24.3"], ["119.2", "25.95"]]}}
Record = dict[str, str]


def _number(place: str, born: str, order: int) -> str:
    stem = f"{place}{born.replace('-', '')}{order:03}"
    return stem + ric.calc_check_digit(stem + "0")


def _good(n: int) -> Record:
    """Return a record that passes every rule; no two have one number."""
    born = (date(1998, 1, 1) + timedelta(days=n // 8)).isoformat()
    return {
        "number": _number("350502", born, n % 8 * 7 + 1),
        "name": "陈林黄张李王吴蔡"[n % 8] + "伟芳娜敏静丽强磊"[n // 8 % 8],
        "born": born,
        "phone": f"1{3 + n % 7}{n:09}",
        "plate": f"闽C{n:05}" if n % 3 else "",
        "height": str(50 + n % 201),
        "x": f"{117.5 + n % 1700 / 1000:.6f}",
        "y": f"{24.3 + n % 1650 / 1000:.6f}",
    }


def _misread(record: Record) -> Record:
    """Exchange the check character of the number for another one."""
    number = record["number"]
    return record | {"number": number[:-1] + ("1" if number[-1] != "1" else "2")}


def _abroad(record: Record) -> Record:
    """Give the number a county's code that was gone before the birth."""
    order = int(record["number"][14:17])
    return record | {"number": _number("352422", record["born"], order)}


DEFECTS: dict[str, Callable[[Record], Record]] = {
    "name:required": lambda record: record | {"name": ""},
    "name:person_name": lambda record: record | {"name": record["name"] + "2"},
    "born:by_number": lambda record: record | {"born": "1997-12-31"},
    "born:castable": lambda record: record | {"born": "1998-02-30"},
    "number:resident_id": _misread,
    "number:division": _abroad,
    "phone:phone": lambda record: record | {"phone": record["phone"][:-1]},
    "plate:licence_plate": lambda record: record | {"plate": "闽CI1234"},
    "height:range": lambda record: record | {"height": "251"},
    "x:within": lambda record: record | {"x": record["y"], "y": record["x"]},
}
DOUBLED, SPLIT = "key:unique", "record:field_count"


def _catalogue(folder: Path) -> Path:
    feed = {"kind": "snapshot", "format": "csv", "columns": {code: code for code in CODES}}
    subject = {"code": "pupil", "name": "学生", "key": ["pupil_number"]}

    def fed(document: dict[str, Any]) -> None:
        document |= {"feed": feed, "items": [*ITEMS], "key": ["number"], "subject": "pupil"}

    return write_catalog(
        folder,
        **{
            "resources/data_office/visit.yaml": fed,
            "subjects.yaml": lambda document: document.append(subject),
            "elements/pupils.yaml": [COMMON | one for one in ELEMENTS],
            "catalog.yaml": lambda document: document.update(areas=AREA),
        },
    )


def _planted() -> tuple[bytes, dict[int, list[str]]]:
    """Return the file, and record → rules of those that are spoilt."""
    chance = random.Random(61)
    kinds = [kind for kind in (*DEFECTS, DOUBLED, SPLIT) for _ in range(EACH)]
    places = chance.sample(range(RECORDS), len(kinds))
    spoilt = dict(zip(places, kinds, strict=True))
    lines, wanted = [",".join(CODES)], {}
    for n in range(RECORDS):
        record, kind = _good(n), spoilt.get(n)
        record = DEFECTS[kind](record) if kind in DEFECTS else record
        lines.append(",".join(record.values()) + ("," if kind == SPLIT else ""))
        if kind is not None:
            wanted[len(lines) - 1] = [kind]
        if kind == DOUBLED:  # once more, with another height: nobody knows which of the two is true
            lines.append(",".join((record | {"height": str(250 - n % 201)}).values()))
            wanted[len(lines) - 1] = [kind]
    return "\n".join([*lines, ""]).encode(), wanted


def test_what_was_planted_is_quarantined_and_nothing_else(tmp_path: Path) -> None:
    """Every spoilt record has the one rule that it was spoilt for; all the others are accepted."""
    data, wanted = _planted()
    with fed_city(_catalogue(tmp_path), tmp_path / "home") as (city, gate):
        deliver(city, {"pupils.csv": data})
        (outcome,) = take(city, gate)
        kept = pl.read_delta(str(city.layout.quarantine(REF))).select("row", "rules")
        stored = pl.read_delta(str(city.layout.authoritative(REF))).height
    assert dict(kept.rows()) == wanted
    assert outcome.delivered == RECORDS + EACH
    assert len(wanted) == EACH * (len(DEFECTS) + 3)
    assert stored == RECORDS - EACH * (len(DEFECTS) + 2)
