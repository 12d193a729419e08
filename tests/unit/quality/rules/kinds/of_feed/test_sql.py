"""The kind `sql`: records that a declared statement returns, judged by the gate."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from catalog_specs.catalog import Catalog
from catalog_specs.errors import CheckError
from catalog_specs.models.resource import Resource
from quality.rules.derivation import rules_for
from quality.rules.kind import Lookup
from quality.rules.kinds.of_feed.sql import KIND
from quality.rules.rule import Rule
from storage.engines.connection import Connection
from storage.engines.relation import Relation
from storage.engines.workbench import open_workbench
from storage.layout import Layout
from tests.city import REGION
from tests.city.resources import catalog_of, firm, person
from tests.city.tables import fill_regions

TODAY = date(2026, 3, 3)
PEOPLE = (
    "(1, NULL, '张三', DATE '2000-01-01', '350502'), "
    "(2, NULL, '李四', DATE '2026-03-03', '350599'), "
    "(3, 'quoting', '王五', NULL, NULL), (4, NULL, NULL, DATE '2026-03-04', '350502')"
)


def _rule(made: Resource, sql: str, *reads: str) -> tuple[Catalog, Rule]:
    told = person({"code": "one", "level": "warn", "sql": sql, "reads": reads})
    asked = made.model_copy(update={"quality": told.quality})
    catalog = catalog_of(asked)
    return catalog, next(one for one in rules_for(catalog, asked) if one.code == "one")


def _people(con: Connection) -> Relation:
    con.execute(
        f"CREATE TABLE typed AS SELECT * FROM (VALUES {PEOPLE}) "
        "t(_row, _defect, name, birth_date, residence)"
    )
    return Relation(con, "typed")


def _returned(folder: Path, sql: str, *reads: str, regions: tuple[str, ...] = ()) -> list[int]:
    """Return the numbers that a statement brings of four persons."""
    catalog, rule = _rule(person(), sql, *reads)
    layout = Layout(folder)
    if regions:
        fill_regions(layout, catalog, *regions)
    with open_workbench(layout.work) as con:
        KIND.bring(Lookup(con, layout, catalog, _people(con), TODAY), rule)
        found = con.execute('SELECT _row FROM "sql__one" ORDER BY 1').fetchall()
    return [number for (number,) in found]


@pytest.mark.parametrize(
    ("sql", "numbers"),
    [
        ("SELECT _row FROM feed", [1, 2, 4]),
        ("SELECT _row FROM feed UNION ALL SELECT _row FROM feed", [1, 2, 4]),
        ("SELECT _row FROM feed WHERE birth_date > $today", [4]),
        ("SELECT _row FROM feed WHERE birth_date >= $today", [2, 4]),
        ("SELECT max(_row) AS _row FROM feed GROUP BY residence = '350502'", [2, 4]),
        ("SELECT NULL::BIGINT AS _row FROM feed", []),
    ],
)
def test_it_brings_the_numbers_that_a_statement_returns(
    tmp_path: Path, sql: str, numbers: list[int]
) -> None:
    """Each once; a record that could not be split into its fields is not seen."""
    assert _returned(tmp_path, sql) == numbers


def test_a_statement_reads_other_resources_as_they_are_stored(tmp_path: Path) -> None:
    """Empty before their first delivery."""
    sql = "SELECT _row FROM feed ANTI JOIN civil_affairs.region r ON residence = r.code"
    assert _returned(tmp_path / "none", sql, REGION) == [1, 2, 4]
    assert _returned(tmp_path / "some", sql, REGION, regions=("350502",)) == [2]


def test_deletions_of_a_change_feed_are_not_seen(tmp_path: Path) -> None:
    """They hold their key alone."""
    catalog, rule = _rule(firm(), "SELECT _row FROM feed")
    layout = Layout(tmp_path)
    with open_workbench(layout.work) as con:
        con.execute("CREATE TABLE typed AS SELECT 1 AS _row, NULL AS _defect, 'D' AS _op")
        con.execute("INSERT INTO typed VALUES (2, NULL, 'U')")
        KIND.bring(Lookup(con, layout, catalog, Relation(con, "typed"), TODAY), rule)
        assert con.execute('FROM "sql__one"').fetchall() == [(2,)]


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("SELECT _row FROM civil_affairs.region", "which is no resource"),
        ("SELECT 1 AS _row FROM read_text('/etc/hostname')", "table function"),
        ("SELECT _row FROM feed WHERE CAST(name AS INTEGER) = 1", "its statement fails"),
    ],
)
def test_a_statement_that_may_not_or_cannot_run_stops_the_judging(
    tmp_path: Path, sql: str, says: str
) -> None:
    """The catalogue's author is told which rule, and no value of the data."""
    with pytest.raises(CheckError, match=says) as raised:
        _returned(tmp_path, sql)
    told: Any = str(raised.value)
    assert "rule one" in told
    assert "张三" not in told


def test_it_always_looks_at_the_whole_delivery() -> None:
    """So its deliveries are judged one by one."""
    _, rule = _rule(person(), "SELECT _row FROM feed")
    assert KIND.itself(person(), rule)
    assert not KIND.alone(person(), rule)
