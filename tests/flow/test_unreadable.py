"""What the home holds and cannot be read is named by its place, once, and nothing else stops."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from catalog_specs.loader import load
from cli.run_summary import show
from flow.city import City
from flow.run import run
from flow.upkeep.doctor.registry import examine
from flow.upkeep.tidying import tidy
from tests.city import PERMIT, PERSON, REGION
from tests.city.declared import write_catalog
from tests.city.deliveries import deliver, deliver_first, deliver_further
from tests.city.homes import city_of
from tests.harness.placing import copy_home, opened, remove
from tests.tiers import then_thorough

GRANT, SET = "residents_for_office", "resident_profile"


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a town, taken all the way once; tests work on copies."""
    root = tmp_path_factory.mktemp("town")
    catalogue = write_catalog(root)
    deliver_first(root / "home")
    assert run(city_of(load(catalogue), root / "home")).failures == ()
    return root


@pytest.fixture
def town(standing: Path, tmp_path: Path) -> City:
    """Return the town over a copy of its home, with deliveries waiting everywhere."""
    shutil.copytree(standing / "catalogue", tmp_path / "catalogue")
    copy_home(standing / "home", tmp_path / "home")
    deliver(tmp_path / "home")
    deliver_further(tmp_path / "home")
    return city_of(load(tmp_path / "catalogue"), tmp_path / "home")


def _log(table: Path) -> None:
    max((table / "_delta_log").glob("*.json")).write_text('{"add": "鸑鷟"', encoding="utf-8")


def _cut(table: Path) -> None:
    for file in table.glob("*.parquet"):
        file.write_bytes(file.read_bytes()[:-20])


def _scrambled(table: Path) -> None:
    for file in table.glob("*.parquet"):
        data = bytearray(file.read_bytes())
        data[4 : len(data) // 3] = bytes(byte ^ 0x5A for byte in data[4 : len(data) // 3])
        file.write_bytes(data)


def _gone(table: Path) -> None:
    for file in table.glob("*.parquet"):
        file.unlink()


@pytest.mark.parametrize(
    "damage",
    then_thorough(
        [
            (f"lake/authoritative/{PERSON}", _log),
            (f"lake/quarantine/{PERSON}", _gone),
            ("lake/ledgers/verdicts", _scrambled),
        ],
        [
            (f"lake/authoritative/{PERSON}", _cut),
            (f"lake/authoritative/{PERSON}", _scrambled),
            ("lake/ledgers/opening", _log),
        ],
    ),
)
def test_a_damaged_table_is_named_and_told_once(
    town: City, capsys: pytest.CaptureFixture[str], damage: tuple[str, Callable[[Path], None]]
) -> None:
    """Whatever engine met it: one code, the table's place, and one line for all that need it."""
    place, harm = damage
    harm((town.layout.store or town.layout.home) / place)

    result = run(town)
    show(town, result)
    said = capsys.readouterr().err

    assert {(one.code, one.where) for one in result.failures} == {("HOME-001", place)}
    assert said.count("HOME-001") == said.count(place) == 1
    assert "鸑鷟" not in said


def test_views_of_whole_tables_are_built_beside_one_with_a_damaged_file(town: City) -> None:
    """The broken one and what joins it are left out, told in every run, and back when repaired."""
    table = town.layout.authoritative(PERSON)
    kept = {file: file.read_bytes() for file in table.glob("*.parquet")}
    _gone(table)

    def views() -> set[tuple[str, str]]:
        with opened(town.layout.city_views) as con:
            listed = "SELECT schema_name, view_name FROM duckdb_views() WHERE NOT internal"
            return {(schema, name) for schema, name in con.execute(listed).fetchall()}

    for _ in range(2):
        told = [one for one in run(town).failures if one.stop == "views"]
        assert {one.where for one in told} == {f"lake/authoritative/{PERSON}"}
        assert ("civil_affairs", "region") in views()
        assert ("civil_affairs", "person") not in views()

    for file, data in kept.items():
        file.write_bytes(data)
    assert run(town).failures == ()
    assert ("civil_affairs", "person") in views()


def test_a_subject_view_lacks_no_rows_of_a_broken_table(town: City) -> None:
    """A join that would show its persons as if they were not there is left out."""

    def shown() -> tuple[set[str], set[str]]:
        with opened(town.layout.city_views) as con:
            listed = "SELECT view_name FROM duckdb_views() WHERE schema_name = 'subjects'"
            fresh = con.execute("SELECT resource FROM quality.freshness").fetchall()
            return {name for (name,) in con.execute(listed).fetchall()}, {ref for (ref,) in fresh}

    before, _ = shown()
    _log(town.layout.authoritative(PERSON))

    assert run(town).views_rebuilt

    after, fresh = shown()
    assert before - after == {"人口"}
    assert PERSON not in fresh
    assert REGION in fresh


def test_a_damaged_receipt_stops_its_resource_alone(town: City) -> None:
    """The receipt's delivery is named; everything else is taken."""
    receipt = next(town.layout.landing(REGION).glob("*/receipt.json"))
    receipt.write_text('{"resource": "鸑鷟"}', encoding="utf-8")

    result = run(town)

    where = str(receipt.relative_to(town.layout.home))
    assert {(one.code, one.subject, one.where) for one in result.failures} == {
        ("HOME-001", REGION, where)
    }
    assert PERSON in {f"{one.department}/{one.resource}" for one in result.outcomes}


@pytest.mark.parametrize("harm", then_thorough([_gone], [_cut]))
def test_a_damaged_delivery_is_named_when_its_rows_are_needed(
    town: City, harm: Callable[[Path], None]
) -> None:
    """A table that has to be made anew cannot be, and says which delivery's folder is wrong."""
    remove(town.layout.authoritative(PERSON))
    folder = min(town.layout.landing(PERSON).iterdir())
    harm(folder)
    if town.layout.store is not None:  # else it would be had from there
        harm(town.layout.deposits(PERSON) / folder.name)

    told = [one for one in run(town).failures if one.subject == PERSON]

    where = str(folder.relative_to(town.layout.home))
    assert [(one.code, one.where) for one in told] == [("HOME-001", where)]


def test_moved_aside_an_authoritative_table_is_made_anew(town: City) -> None:
    """What the remedy says is so, of a snapshot and of a change feed."""
    for ref in (PERSON, PERMIT):
        _log(town.layout.authoritative(ref))
    assert run(town).failures
    for ref in (PERSON, PERMIT):
        town.layout.authoritative(ref).rename(town.layout.home / f"aside.{ref.replace('/', '.')}")

    again = run(town)

    assert again.failures == ()
    assert all(town.layout.authoritative(ref).is_dir() for ref in (PERSON, PERMIT))


def test_one_unreadable_table_keeps_no_other_from_being_tidied(town: City) -> None:
    """The vacuum goes on, names the table, and so does the doctor."""
    _log(town.layout.authoritative(PERSON))

    told = tidy(town)

    assert [one.table for one in told if one.unreadable] == [f"authoritative/{PERSON}"]
    named = {one.where for one in examine(town) if one.code == "DOC-304"}
    assert named == {f"lake/authoritative/{PERSON}"}


def test_a_table_is_not_made_anew_beside_a_quarantine_that_lost_rows(town: City) -> None:
    """What a verdict quarantined is never applied because the record of it is gone."""
    log = town.layout.quarantine(PERSON) / "_delta_log"
    max(log.glob("*.json")).write_bytes(b"")  # what a power failure may leave of a commit
    remove(town.layout.authoritative(PERSON))

    result = run(town)

    told = [one for one in result.failures if one.subject == PERSON]
    assert [one.code for one in told] == ["GATE-500"]
    assert "quarantine" in told[0].what
