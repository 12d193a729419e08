"""`quanshu tables`: the tables with their versions; what is not ours is listed, and decided."""

from __future__ import annotations

from pathlib import Path

import pytest
from deltalake import DeltaTable
from rich.cells import cell_len

from storage.foreign_commits import LOOKED
from tests.city import PERSON, REGION
from tests.city.one_feed import REF
from tests.city.records import person_id
from tests.city.taps import BY_MONTH, FIRST, Taps
from tests.unit.cli.homes import ACTOR, Home


@pytest.fixture
def held(home: Home) -> Home:
    """Return a home in whose table of persons somebody else deleted a row."""
    person = f"resident_id = '{person_id(1)}'"
    DeltaTable(str(home.layout.authoritative(PERSON))).delete(person)
    return home


def test_tables_are_listed_with_rows_and_version(shared: Home) -> None:
    """Those that were made, each on a line of its own, and it ends with 0."""
    said = shared.said("tables", "list", COLUMNS="80")
    told = shared.said("tables", "list", "--json").document

    assert said.code == 0
    assert f"{PERSON}  版本 / version 0  3 行" in said.out.splitlines()
    assert max(map(cell_len, said.out.splitlines())) <= 80
    assert {one["resource"]: (one["version"], one["rows"], one["foreign"]) for one in told} == {
        PERSON: (0, 3, []),
        REGION: (0, 2, []),
    }


def test_a_foreign_commit_is_listed(held: Home) -> None:
    """With version and operation below its table; the list ends with 1 while one waits."""
    said = held.said("tables", "list")
    told = held.said("tables", "list", "--json")

    assert (said.code, told.code) == (1, 1)
    lines = said.out.splitlines()
    place = lines.index(f"{PERSON}  版本 / version 1  2 行")
    assert lines[place + 1] == "    外部写入，待批准 / foreign, held: version 1 DELETE"
    foreign = {one["resource"]: one["foreign"] for one in told.document if one["foreign"]}
    assert foreign == {PERSON: [{"version": 1, "operation": "DELETE"}]}


def test_it_is_accepted_on_a_document_once(held: Home) -> None:
    """The decision is on record with document and actor, and nothing waits any more."""
    assert held.said("tables", "accept", "person").code == 2
    blank = held.said("tables", "accept", "person", "--document", " ")
    assert (blank.code, "--document" in blank.err) == (2, True)
    assert held.said("tables", "list").code == 1

    done = held.said("tables", "accept", "person", "--document", " 批1 ")
    assert (done.code, done.out.startswith("已接受 / accepted  ")) == (0, True)
    assert {(one.document, one.actor) for one in LOOKED.read(held.layout) if one.document} == {
        ("批1", ACTOR)
    }
    again = held.said("tables", "accept", "person", "--document", "批1")
    assert (again.code, "quanshu tables list" in again.err) == (2, True)
    assert held.said("tables", "list").code == 0


def test_of_a_table_of_ours_there_is_nothing_to_accept(shared: Home, tmp_path: Path) -> None:
    """Nor of one that was never made; it is wrong usage, and records nothing."""
    home = shared.copied(tmp_path / "copy")
    before = LOOKED.read(home.layout)

    for name in ("region", "visit"):
        assert home.said("tables", "accept", name, "--document", "批1").code == 2
    assert [one for one in LOOKED.read(home.layout) if one not in before and one.document] == []


def test_a_lost_partition_is_rebuilt(tmp_path: Path) -> None:
    """It says what it did, in words and as JSON; what cannot be rebuilt ends with 3."""
    taps = Taps(tmp_path, "upsert", BY_MONTH)
    taps.take(*FIRST)
    home, rows = Home(taps.catalogue.parent, taps.city), taps.rows
    same = home.said("tables", "rebuild", "visit", "2026-01")
    assert (same.code, "无变化 / as it ought to be" in same.out) == (0, True)
    for file in taps.found.within(["2026-01"]).files:
        Path(file).unlink()
    done = home.said("tables", "rebuild", "visit", "2026-01", "--json")
    assert done.code == 0
    assert done.document == {
        "resource": REF,
        "partition": "2026-01",
        "version": 1,
        "rows": 2,
        "came": 2,
        "left": None,
        "changed": True,
    }
    assert taps.rows == rows
    none = home.said("tables", "rebuild", "visit", "1999-01")
    assert (none.code, "no delivery in landing has a record of partition 1999-01" in none.err) == (
        3,
        True,
    )
