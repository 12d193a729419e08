"""What is due: nothing of what is not aggregated, nothing before it was published."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from catalog_specs.loader import check
from tests.city.declared import Change, change, write_catalog
from tests.unit.catalog_specs.laws.breach import (
    VISIT,
    Breach,
    assert_lawful,
    assert_reported_alone,
    at,
)

EXEMPT = {"mode": "exempt", "evidence": ["某法第一条"], "interface_spec": "接口规范 1.0"}


def _both(document: Any) -> None:
    document["aggregation"] = EXEMPT
    document["due"] = {"grace": 3}


BREACHES = (
    at("CAT-046", "of what is not aggregated", (VISIT, "due"), "nothing of it is due", _both),
    at(
        "CAT-046",
        "before it was published",
        (VISIT, "due.since"),
        "lies before the resource was published",
        change(due__since=date(2001, 1, 1)),
    ),
)

LAWFUL: dict[str, Change] = {
    "nothing said": change(),
    "all of it": change(
        due={"since": date(2026, 3, 1), "grace": 3, "time": "18:00", "every_day": True}
    ),
    "of what is not aggregated, nothing": change(aggregation=EXEMPT),
}


@pytest.mark.parametrize("breach", BREACHES, ids=str)
def test_an_idle_term_is_reported(breach: Breach, tmp_path: Path) -> None:
    """A term that nothing can be held to is reported in its place."""
    assert_reported_alone(breach, tmp_path)


@pytest.mark.parametrize("edit", LAWFUL.values(), ids=LAWFUL)
def test_a_term_is_lawful(edit: Change, tmp_path: Path) -> None:
    """Each detail may be declared, or none."""
    assert_lawful({VISIT: edit}, tmp_path)


@pytest.mark.parametrize(
    ("key", "value"), [("time", "25:00"), ("time", "6 pm"), ("grace", -1), ("grace", 61)]
)
def test_a_malformed_term_names_its_place(key: str, value: object, tmp_path: Path) -> None:
    """A time of day is HH:MM, and a grace is no longer than a quarter."""
    edit = change(**{f"due__{key}": value})
    catalog, problems = check(write_catalog(tmp_path, **{VISIT: edit}))
    assert catalog is None
    assert [(one.file, one.path) for one in problems] == [(VISIT, f"due.{key}")]
