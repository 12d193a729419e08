"""The law of declared SQL, at `check`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from quality.sql_law import SQL_LAW
from tests.city.declared import Change, change
from tests.unit.catalog_specs.laws.breach import (
    PERSON,
    VISIT,
    Breach,
    assert_lawful,
    assert_reported_alone,
    at,
)

REGIONS = "civil_affairs/region"


def _rule(sql: str, **more: Any) -> Change:
    plain = {"code": "tried", "level": "warn", "dimension": "accuracy", "description": "试"}
    return change(quality=[{**plain, "sql": sql, **more}])


def _breach(name: str, path: str, says: str, sql: str, **more: Any) -> Breach:
    return at("CAT-041", name, (PERSON, f"quality[0].{path}"), says, _rule(sql, **more))


BREACHES = (
    _breach("a file", "sql", "table function", "SELECT 1 AS _row FROM read_text('/etc/passwd')"),
    _breach(
        "a column there is not", "sql", 'Candidate bindings: "name"', "SELECT _row, nam FROM feed"
    ),
    _breach("no number", "sql", "begin with `SELECT _row`", "SELECT name FROM feed"),
    _breach(
        "a text as a number", "sql", "cannot run", "SELECT _row FROM feed WHERE birth_date > 5"
    ),
    _breach(
        "what it reads and does not say",
        "sql",
        f"add `{REGIONS}` to `reads`",
        "SELECT _row FROM feed JOIN civil_affairs.region r ON residence = r.code",
    ),
    _breach(
        "what it says and does not read",
        "reads",
        "does not read",
        "SELECT _row FROM feed",
        reads=[REGIONS],
    ),
    at(
        "CAT-040",
        "a resource there is not",
        (PERSON, "quality[0].reads[0]"),
        f"did you mean `{REGIONS}`?",
        _rule("SELECT _row FROM feed", reads=["civil_affairs/regio"]),
    ),
    at(
        "CAT-039",
        "rows beside a statement",
        (PERSON, "quality[0].where"),
        "move the conditions to `sql`",
        _rule("SELECT _row FROM feed", where=[{"item": "name", "op": "not_null"}]),
    ),
    at(
        "CAT-006",
        "a circle",
        (PERSON, "quality[0]"),
        "in a circle",
        _rule(
            "SELECT f._row FROM feed f JOIN data_office.visit v ON f.name = v.outcome",
            reads=["data_office/visit"],
        ),
    ),
)


@pytest.mark.parametrize("breach", BREACHES, ids=str)
def test_a_statement_that_may_not_run_is_reported(breach: Breach, tmp_path: Path) -> None:
    """At `check`, in its place, and not at the first delivery."""
    assert_reported_alone(breach, tmp_path, (SQL_LAW,))


def test_one_that_may_is_not(tmp_path: Path) -> None:
    """Over the delivery, other resources, and what is stored of its own."""
    sql = (
        "SELECT f._row FROM feed f JOIN civil_affairs.region r ON f.residence = r.code "
        "JOIN civil_affairs.person p USING (resident_id) WHERE f.birth_date < $today"
    )
    edit = _rule(sql, reads=[REGIONS, "civil_affairs/person"])
    assert_lawful({PERSON: edit}, tmp_path, (SQL_LAW,))
    assert_lawful(
        {VISIT: _rule("SELECT _row FROM feed WHERE trips > 3")}, tmp_path / "b", (SQL_LAW,)
    )
