"""Look-up tables of the analysts' views: what codes mean, how fresh tables are."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import duckdb

from catalog_specs.rules.families import FAMILIES
from governance.cases.disputes import Disputed
from outlets.views.lookups import code_tables, codes, departments, disputed, freshness
from outlets.views.sql import Commented
from storage.delta.tables import snapshot
from storage.layout import Layout
from tests.city import PERMIT, PERSON, REGION, VISIT
from tests.city.declared import compiled
from tests.city.tables import fill, persons


def made(table: Commented) -> list[tuple[object, ...]]:
    """Make a table as the analysts' file does; return its rows."""
    with duckdb.connect() as con:
        con.execute(f"CREATE SCHEMA IF NOT EXISTS {table.schema}")
        for statement in table.statements():
            con.execute(statement)
        found = con.sql(f'FROM "{table.schema}"."{table.name}"')
        assert found.columns == [column.name for column in table.columns]
        return found.fetchall()


def test_every_code_of_a_list_has_its_meaning() -> None:
    """One table for each list, sorted by code."""
    catalog = compiled()
    found = {table.name: made(table) for table in code_tables(catalog)}

    assert found.keys() == catalog.code_lists.keys()
    assert found["sex"] == sorted(catalog.code_lists["sex"].values.items())


def test_every_code_of_our_own_has_words_and_a_remedy() -> None:
    """In both languages, once each within its family."""
    rows = made(codes())

    assert len(rows) == sum(len(family.codes) for family in FAMILIES) == len({r[:2] for r in rows})
    assert all(text for row in rows for text in row[:4])


def test_every_department_has_its_name_and_its_posts() -> None:
    """Posts and never persons; one that is not on record is null."""
    catalog = compiled()
    told = {row[0]: row[1:] for row in made(departments(catalog))}

    assert told.keys() == catalog.departments.keys()
    for code, (name, steward, responsible) in told.items():
        one = catalog.departments[code]
        assert name == one.name
        assert steward == (one.steward and one.steward.post)
        assert responsible == (one.responsible and one.responsible.post)


def test_freshness_tells_version_and_rows(tmp_path: Path) -> None:
    """Of what was not delivered yet it says so, and of a broken table nothing."""
    layout, catalog = Layout(tmp_path), compiled()
    fill(layout, catalog, PERSON, persons(5))
    found = snapshot(layout.authoritative(PERSON))
    assert found

    rows = {row[0]: row[3:] for row in made(freshness(catalog, {PERSON: found}, broken={VISIT}))}

    assert rows.keys() == {PERSON, REGION, PERMIT}
    assert rows[PERSON][:2] == (found.version, 5)
    assert rows[PERSON][2] is not None
    assert rows[REGION] == (None, 0, None)


def test_disputed_values_are_listed_by_their_place() -> None:
    """The place is that of the resource's view; the moment is one."""
    one = Disputed(PERSON, "000001-a", 7, "name", 3, "2026-03-02T09:30:00+08:00")
    [row] = made(disputed((one,)))
    assert row[:5] == (PERSON, "000001-a", 7, "name", 3)
    assert row[5] == datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
    assert made(disputed(())) == []
