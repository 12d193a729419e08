"""The law of the second engine, at `check`."""

from __future__ import annotations

from pathlib import Path

import pytest

from quality.engine_law import engine_law
from tests.city import NOW
from tests.city.declared import change
from tests.unit.catalog_specs.laws.breach import (
    PERSON,
    Breach,
    assert_lawful,
    assert_reported_alone,
    at,
)

pytest.importorskip("sqlglot")
LAW = engine_law(NOW.date())
BLUNT = {"code": "blunt", "level": "warn", "dimension": "accuracy", "description": "试"}
BLUNT |= {"expect": "column_values_to_match_regex", "column": "name", "regex": r"\bA"}

MOVED = {"name": [{"step": "moments", "formats": ["%Y-%m-%d %H:%M:%S%z"]}]}


def _breach(name: str, says: str, **more: object) -> Breach:
    return at("CAT-181", name, (PERSON, "engine"), says, change(engine="spark", **more))


BREACHES = (
    _breach("a step", "typing its feed needs", feed__normalise=MOVED),
    _breach("a pattern", "rule blunt needs the escape \\b", quality=[BLUNT]),
)


@pytest.mark.parametrize("breach", BREACHES, ids=str)
def test_what_cannot_be_said_is_told_before_any_delivery(tmp_path: Path, breach: Breach) -> None:
    """By what asks it: typing, or the rule."""
    assert_reported_alone(breach, tmp_path, (LAW,))


def test_whoever_stays_here_is_not_asked(tmp_path: Path) -> None:
    """A choice that is open falls on DuckDB where something cannot be said."""
    for engine in ("auto", "duckdb"):
        edit = change(engine=engine, feed__normalise=MOVED)
        assert_lawful({PERSON: edit}, tmp_path / engine, (LAW,))


def test_what_can_be_said_is_lawful(tmp_path: Path) -> None:
    """The person of the small city may be typed and judged by either engine."""
    assert_lawful({PERSON: change(engine="spark")}, tmp_path, (LAW,))
