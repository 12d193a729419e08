"""Legacy exchanges: a state that agrees with its day, and what takes their place."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from catalog_specs.loader import check
from tests.city.declared import change, write_catalog
from tests.city.exchanges import EXCHANGE_FILE, exchange
from tests.unit.catalog_specs.laws.breach import (
    VISIT,
    Breach,
    assert_lawful,
    assert_reported_alone,
)

DAY = date(2026, 2, 1)


def _broken(name: str, path: str, says: str, **more: Any) -> Breach:
    return Breach("CAT-065", name, EXCHANGE_FILE, path, says, {EXCHANGE_FILE: exchange(**more)})


BREACHES = (
    _broken(
        "migrated into nothing",
        "resources",
        "no resource takes its place",
        state="migrated",
        done_on=DAY,
        resources=[],
    ),
    _broken("closed since nobody knows when", "done_on", "the day", state="closed"),
    _broken("done and not over", "state", "remove `done_on`", done_on=DAY),
    _broken("with itself", "partners[0]", "the other side", partners=["civil_affairs"]),
    Breach(
        "CAT-065",
        "replaced by what is retired",
        EXCHANGE_FILE,
        "resources[0]",
        "is retired",
        {
            EXCHANGE_FILE: exchange(resources=["data_office/visit"]),
            VISIT: change(retired={"on": DAY, "reason": "并入他处"}),
        },
    ),
)


@pytest.mark.parametrize("breach", BREACHES, ids=str)
def test_an_entry_that_is_not_whole_is_reported(breach: Breach, tmp_path: Path) -> None:
    """What the inventory does not say stands at the place to complete."""
    assert_reported_alone(breach, tmp_path)


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"state": "planned", "resources": []},
        {"state": "migrated", "done_on": DAY},
        {"state": "closed", "done_on": DAY, "resources": []},
        {"due": date(2020, 1, 1)},
    ],
    ids=["migrating", "planned", "migrated", "closed", "overdue"],
)
def test_every_state_can_be_declared(more: dict[str, Any], tmp_path: Path) -> None:
    """A term that is over breaks no law: a day that passes stops no city at work."""
    assert_lawful({EXCHANGE_FILE: exchange(**more)}, tmp_path)


@pytest.mark.parametrize(
    ("more", "path"),
    [
        ({"owner": "nobody"}, "owner"),
        ({"partners": ["nobody"]}, "partners[0]"),
        ({"resources": ["civil_affairs/persons"]}, "resources[0]"),
    ],
)
def test_what_an_entry_names_exists(more: dict[str, Any], path: str, tmp_path: Path) -> None:
    """Departments and resources are looked up like everywhere."""
    _, problems = check(write_catalog(tmp_path, **{EXCHANGE_FILE: exchange(**more)}))
    assert [(one.code, one.path) for one in problems] == [("CAT-003", path)]
