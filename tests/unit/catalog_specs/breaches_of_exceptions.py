"""Breaches of the law about exceptions from the catalogue."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.unit.catalog_specs.breach import Breach

__all__ = ["EXCEPTIONS"]

FILE = "exceptions/flood_relief.yaml"


def document(code: str = "flood_relief", **more: Any) -> dict[str, Any]:
    """Return an exception that breaks no law, changed in places."""
    return {
        "code": code,
        "resource": "civil_affairs/person",
        "headers": ["临时安置点"],
        "reason": "防汛救灾",
        "approver": "数据管理科科长",
        "document": "泉数应急〔2026〕1号",
        "valid_from": date(2026, 6, 1),
        "valid_to": date(2026, 8, 31),
        **more,
    }


def _broken(name: str, path: str, says: str, **more: Any) -> Breach:
    return Breach("CAT-028", name, FILE, path, says, {FILE: document(**more)})


EXCEPTIONS = (
    _broken(
        "an exception that ends before it begins",
        "valid_to",
        "lies before",
        valid_to=date(2026, 5, 1),
    ),
    _broken("an exception for years", "valid_to", "longer than", valid_to=date(2028, 6, 1)),
    _broken(
        "an exception for a declared column",
        "headers[1]",
        "is a declared column",
        headers=["临时安置点", "姓名"],
    ),
    _broken("a header twice", "headers[1]", "named twice", headers=["安置点", "安置点"]),
    Breach(
        "CAT-028",
        "two exceptions at once",
        FILE,
        "headers",
        "at the same time",
        {
            "exceptions/a_relief.yaml": document("a_relief", valid_to=date(2026, 6, 1)),
            FILE: document(),
        },
    ),
    Breach(
        "CAT-003",
        "an exception for an unknown resource",
        FILE,
        "resource",
        "there is no resource",
        {FILE: document(resource="civil_affairs/persons")},
    ),
)
