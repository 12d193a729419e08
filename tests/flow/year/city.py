"""The city of the year: twelve departments, and how its catalogue changes as the year goes on.

Belongs here: documents. Keep out: what happens when (`acts`).
"""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.city import PERMIT, PERSON, REGION, VISIT
from tests.city.declared import change

__all__ = ["BEGUN", "BY_HAND", "CHANGED", "DRIFTS", "LATE", "READINGS", "RULE", "SILENT"]

OTHERS = tuple(f"office_{number:02}" for number in range(3, 13))
"""Ten departments beside civil_affairs and data_office."""
READINGS = tuple(f"{one}/reading" for one in ("data_office", *OTHERS))
DRIFTS, RULE, LATE, SILENT, BY_HAND = READINGS[1:6]
"""Whose figures drift, whose rule is changed, who is late once, who goes silent, and who delivers
nothing over New Year."""
STEWARD = "departments/civil_affairs.yaml"

NOTICE = {
    "year": 2027,
    "notice": "国办发明电〔2026〕7号",
    "days_off": [
        {"name": "元旦", "first": date(2027, 1, 1), "last": date(2027, 1, 3)},
        {"name": "劳动节", "first": date(2027, 5, 1), "last": date(2027, 5, 3)},
        {"name": "国庆节", "first": date(2027, 10, 1), "last": date(2027, 10, 7)},
    ],
}
_DAILY = {"update_cycle": "daily", "due": {"grace": 1, "time": "10:00"}}
_NEVER = {"update_cycle": "yearly"}
_STEADY = {
    "code": "steady",
    "description": "平均读数与近三次交付的中位数相差不超过两成",
    "dimension": "accuracy",
    "level": "warn",
    "drift": {"figure": "mean", "item": "figure", "deliveries": 3, "within": 20},
}


def _post(of: str) -> dict[str, Any]:
    return {"post": of, "since": date(2024, 1, 2), "filing_no": f"{of}-2024-01"}


def _department(code: str) -> dict[str, Any]:
    return {
        "code": code,
        "name": f"第{code[-2:]}局",
        "unit_code": f"9{code[-2:]}",
        "roles": ["producer"],
        "responsible": _post("分管领导"),
        "steward": _post("数据管理员"),
    }


def _reading(department: str, number: int, **figure: Any) -> dict[str, Any]:
    """Return a snapshot of stations, each with a figure that lies between 0 and 1,000."""
    item = {"range": {"min": 0, "max": 1000}, **figure}
    unit = "145" if department == "data_office" else f"9{number:02}"
    return {
        "code": f"{unit}-350500-0009",
        "resource": "reading",
        "name": f"第{number:02}类台站读数",
        "provider": department,
        "summary": "台站读数。",
        "subject": f"station_{number:02}",
        "key": ["station"],
        "published_on": date(2024, 1, 2),
        "share": {"type": "unconditional", "methods": ["query"]},
        "aggregation": {"mode": "batch", "filing_no": f"备2024-9{number:02}"},
        "feed": {
            "kind": "snapshot",
            "format": "csv",
            "columns": {"台站": "station", "读数": "figure"},
        },
        "items": [
            {"code": "station", "element": f"station_{number:02}", "required": True},
            {"code": "figure", "element": f"figure_{number:02}", "required": True, **item},
        ],
        "quality": [_STEADY] if number == 3 else [],
        **_DAILY,
    }


def _elements() -> list[dict[str, Any]]:
    return [
        {
            "code": f"{code}_{number:02}",
            "name": f"第{number:02}类{name}",
            "subject": f"station_{number:02}",
            "type": kind,
            "sensitivity": "public",
        }
        for number in range(2, 13)
        for code, name, kind in (("station", "台站", "string"), ("figure", "读数", "integer"))
    ]


def _subjects() -> list[dict[str, Any]]:
    return [
        {
            "code": f"station_{number:02}",
            "name": f"第{number:02}类台站",
            "key": [f"station_{number:02}"],
        }
        for number in range(2, 13)
    ]


BEGUN: dict[str, Any] = {
    "profiles/test_rules.yaml": change(
        correction_extension_days={"value": 5, "unit": "working_day", "clause": "七(二)"}
    ),
    STEWARD: change(steward__until=date(2026, 2, 10)),
    "subjects.yaml": lambda document: document.extend(_subjects()),
    "elements/readings.yaml": _elements(),
    f"resources/{PERSON}.yaml": change(**_DAILY),
    **{f"resources/{ref}.yaml": change(**_NEVER) for ref in (REGION, VISIT, PERMIT)},
    **{f"departments/{code}.yaml": _department(code) for code in OTHERS},
    **{
        f"resources/{ref}.yaml": _reading(ref.partition("/")[0], number)
        for number, ref in enumerate(READINGS, start=2)
    },
}
"""The catalogue of New Year's Day, as changes of the small city's."""

CHANGED: dict[str, Any] = {
    "a steward is named": {STEWARD: change(steward__since=date(2026, 3, 6))},
    "the rule is narrower": {
        f"resources/{RULE}.yaml": _reading("office_04", 4, range={"min": 0, "max": 500})
    },
    "the notice for 2027": {"calendar/2027.yaml": NOTICE},
}
"""What is changed in it over the year."""
