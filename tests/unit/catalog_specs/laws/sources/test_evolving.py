"""The catalogue's own past: renamed and retired items that can be true."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.city.declared import Change, change
from tests.unit.catalog_specs.laws.breach import (
    PERSON,
    Breach,
    assert_lawful,
    assert_reported_alone,
    at,
)

BREACHES = (
    at(
        "CAT-150",
        "renamed from an item of today",
        (PERSON, "items[5].formerly"),
        "`sex` is an item of today",
        change(items__5__formerly="sex"),
    ),
    at(
        "CAT-150",
        "two items that were one",
        (PERSON, "items[5].formerly"),
        "`old` is said to be `sex` as well",
        change(items__2__formerly="old", items__5__formerly="old"),
    ),
    at(
        "CAT-150",
        "renamed and retired",
        (PERSON, "items[5].formerly"),
        "`old` is retired, too",
        change(
            items__5__formerly="old",
            retired_items={"old": {"on": "2026-03-01", "reason": "停用"}},
        ),
    ),
    at(
        "CAT-151",
        "retired and collected",
        (PERSON, "retired_items.income"),
        "`income` is an item of today and retired",
        change(retired_items={"income": {"on": "2026-03-01", "reason": "停用"}}),
    ),
)


def _retired(*codes: str) -> dict[str, Any]:
    return {code: {"on": "2026-03-01", "reason": "停用"} for code in codes}


LAWFUL: dict[str, Change] = {
    "two items renamed": change(items__2__formerly="gender", items__5__formerly="wage"),
    "one renamed, another retired": change(
        items__5__formerly="wage", retired_items=_retired("phone", "address")
    ),
}


@pytest.mark.parametrize("breach", BREACHES, ids=str)
def test_a_past_that_cannot_be_true_is_reported(breach: Breach, tmp_path: Path) -> None:
    """A former code that is not free, or a retired item of today, is reported in its place."""
    assert_reported_alone(breach, tmp_path)


@pytest.mark.parametrize("edit", LAWFUL.values(), ids=LAWFUL)
def test_free_codes_may_be_former_or_retired(edit: Change, tmp_path: Path) -> None:
    """Each code that no item has today may be one item's past, or retired."""
    assert_lawful({PERSON: edit}, tmp_path)
