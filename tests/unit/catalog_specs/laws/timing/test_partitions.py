"""Partitions: a date or a moment of the key, and late deliveries let in."""

from __future__ import annotations

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

KEY = ["resident_id", "visit_no", "visited_at"]
SNAPSHOT = {"feed__kind": "snapshot", "feed__as_of": {"file_name": r"(\d{8})"}}
CHANGES = {
    "feed__kind": "changes",
    "feed__changes": {"operation": "操作", "sequence": "序号"},
}


def parted(of: str = "visited_at", key: list[str] | None = None, **more: Any) -> Change:
    """Return an edit that parts visits by the month of an item."""
    return change(**{"key": key or KEY, "partition": {"by": "month", "of": of}, **more})


BREACHES = (
    at(
        "CAT-190",
        "of an item that is not there",
        (VISIT, "partition.of"),
        "`day` is no item of the resource name `visited_at`",
        parted("day"),
    ),
    at(
        "CAT-190",
        "of a number",
        (VISIT, "partition.of"),
        "is string, which has no day, month or year",
        parted("visit_no"),
    ),
    at(
        "CAT-190",
        "beside the key",
        (VISIT, "partition.of"),
        "add `visited_at` to `key`",
        parted(key=KEY[:2]),
    ),
    at(
        "CAT-190",
        "of a change feed",
        (VISIT, "partition"),
        "a change feed is not parted",
        parted(**CHANGES),
    ),
    at(
        "CAT-190",
        "late ones rejected",
        (VISIT, "feed.as_of.late"),
        "write `late: apply`",
        parted(**SNAPSHOT),
    ),
)

LAWFUL: dict[str, Change] = {
    "upsert": parted(),
    "snapshot": parted(feed__kind="snapshot"),
    "snapshot of a day that lets late ones in": parted(
        **{**SNAPSHOT, "feed__as_of": {"file_name": r"(\d{8})", "late": "apply"}}
    ),
}


@pytest.mark.parametrize("breach", BREACHES, ids=str)
def test_a_partition_that_cannot_hold_is_reported(breach: Breach, tmp_path: Path) -> None:
    """The item, the key or the feed is named, with what to write."""
    assert_reported_alone(breach, tmp_path)


@pytest.mark.parametrize("edit", LAWFUL.values(), ids=LAWFUL)
def test_a_partition_of_the_key_is_lawful(edit: Change, tmp_path: Path) -> None:
    """What is added to and what is delivered whole may both lie apart."""
    assert_lawful({VISIT: edit}, tmp_path)


@pytest.mark.parametrize("by", ["hour", "quarter", ""])
def test_a_grain_is_a_day_a_month_or_a_year(by: str, tmp_path: Path) -> None:
    """Anything else is no grain, and its place is named."""
    edit = parted(partition={"by": by, "of": "visited_at"})
    catalog, problems = check(write_catalog(tmp_path, **{VISIT: edit}))
    assert catalog is None
    assert [(one.file, one.path) for one in problems] == [(VISIT, "partition.by")]
