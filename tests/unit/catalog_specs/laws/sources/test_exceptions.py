"""Collection exceptions: temporary, and only for undeclared columns."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from catalog_specs.laws.sources.exceptions import LONGEST
from tests.city.declared import Change, change
from tests.unit.catalog_specs.laws.breach import (
    PERSON,
    Breach,
    assert_lawful,
    assert_reported_alone,
)

FILE = "exceptions/flood_relief.yaml"
EARLIER = "exceptions/a_relief.yaml"
FIRST, LAST = date(2026, 6, 1), date(2026, 8, 31)


def _exception(code: str = "flood_relief", **more: Any) -> dict[str, Any]:
    """Return an exception that breaks no law, changed in places."""
    return {
        "code": code,
        "resource": "civil_affairs/person",
        "headers": ["临时安置点"],
        "reason": "防汛救灾",
        "approver": "数据管理科科长",
        "document": "泉数应急〔2026〕1号",
        "valid_from": FIRST,
        "valid_to": LAST,
        **more,
    }


def _broken(name: str, path: str, says: str, **more: Any) -> Breach:
    return Breach("CAT-028", name, FILE, path, says, {FILE: _exception(**more)})


def _beside(**more: Any) -> dict[str, Change]:
    """Return an exception, and an earlier one of the same resource with its own say."""
    return {EARLIER: _exception("a_relief", **more), FILE: _exception()}


BREACHES = (
    _broken(
        "an exception that ends before it begins",
        "valid_to",
        "lies before",
        valid_to=FIRST - timedelta(days=1),
    ),
    _broken(
        "an exception of a day more than a year",
        "valid_to",
        "longer than 366 days",
        valid_to=FIRST + LONGEST,
    ),
    _broken(
        "an exception for a declared column",
        "headers[1]",
        "is a declared column",
        headers=["临时安置点", "姓名"],
    ),
    Breach(
        "CAT-028",
        "an exception for the column of operations",
        FILE,
        "headers[0]",
        "is a declared column",
        {
            PERSON: change(
                feed__kind="changes", feed__changes={"operation": "操作", "sequence": "序号"}
            ),
            FILE: _exception(headers=["操作"]),
        },
    ),
    _broken("a header twice", "headers[1]", "named twice", headers=["安置点", "安置点"]),
    Breach(
        "CAT-028",
        "two exceptions at once, for one day",
        FILE,
        "headers",
        "`a_relief` covers 临时安置点 at the same time",
        _beside(valid_from=date(2026, 5, 1), valid_to=FIRST),
    ),
    Breach(
        "CAT-028",
        "two exceptions at once, on the last day",
        FILE,
        "headers",
        "at the same time",
        _beside(valid_from=LAST, valid_to=LAST + timedelta(days=9)),
    ),
)

LAWFUL: dict[str, dict[str, Change]] = {
    "an exception of one day": {FILE: _exception(valid_to=FIRST)},
    "an exception of a whole year": {
        FILE: _exception(valid_to=FIRST + LONGEST - timedelta(days=1))
    },
    "one after the other": _beside(valid_from=date(2026, 5, 1), valid_to=FIRST - timedelta(days=1)),
    "one before the other": _beside(
        valid_from=LAST + timedelta(days=1), valid_to=LAST + timedelta(days=9)
    ),
    "another column at the same time": _beside(headers=["物资需求"]),
    "another resource at the same time": _beside(resource="civil_affairs/region"),
}


@pytest.mark.parametrize("breach", BREACHES, ids=str)
def test_a_lasting_or_idle_exception_is_reported(breach: Breach, tmp_path: Path) -> None:
    """A term that is none, and a column that needs no exception, are reported in their place."""
    assert_reported_alone(breach, tmp_path)


@pytest.mark.parametrize("changes", LAWFUL.values(), ids=LAWFUL)
def test_a_temporary_exception_is_not(changes: dict[str, Change], tmp_path: Path) -> None:
    """Up to a year, one at a time, each undeclared column may be collected."""
    assert_lawful(changes, tmp_path)
