"""Joining of small files: which tables have too many, and what is left alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from deltalake import DeltaTable, write_deltalake

from audit.lake import unexplained
from flow.city import City
from flow.failures import Faults
from flow.upkeep import joining
from flow.upkeep.joining import join_files
from flow.upkeep.sealing import seal_lake
from storage.delta.tables import snapshot
from storage.layout import Layout
from tests.city import NOW, PERSON
from tests.city.homes import KEYS
from tests.city.registers import delivery
from tests.city.resources import catalog_of
from tests.city.tables import apply, bench, someone

TABLE = f"authoritative/{PERSON}"


@pytest.fixture
def city(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> City:
    """Return a city whose table of persons has three small files, where one is allowed."""
    monkeypatch.setattr(joining, "MOST_FILES", 2)
    layout, catalog = Layout(tmp_path), catalog_of()
    with bench(tmp_path) as con:
        for number in (1, 2, 3):
            apply(
                con, layout, catalog, delivery(PERSON, number), [someone(n) for n in range(number)]
            )
    made = City(catalog, layout, KEYS, lambda: NOW)
    if len(files(made)) < 3:
        rows = DeltaTable(str(layout.authoritative(PERSON))).to_pyarrow_table().slice(0, 1)
        for _ in range(3):
            write_deltalake(layout.authoritative(PERSON), rows, mode="append")
    return made


def files(city: City) -> tuple[str, ...]:
    """Return the files of the table."""
    found = snapshot(city.layout.authoritative(PERSON))
    assert found
    return found.files


def test_a_table_of_many_small_files_has_few_afterwards(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its rows stay, the audit log explains the commit, and a second time nothing is done."""
    monkeypatch.setattr(joining, "held", lambda *_: False)
    rows = DeltaTable(str(city.layout.authoritative(PERSON))).count()
    faults, before = Faults(city.layout), len(files(city))
    seal_lake(city, faults, {TABLE}, "泉数审〔2026〕1号")

    would = join_files(city, faults, dry_run=True)
    assert [(one.table, one.before, one.after) for one in would] == [(TABLE, before, None)]
    assert len(files(city)) == before

    done = join_files(city, faults)
    assert [(one.table, one.before, one.after) for one in done] == [(TABLE, before, 1)]
    assert len(files(city)) == 1
    assert DeltaTable(str(city.layout.authoritative(PERSON))).count() == rows
    assert (seal_lake(city, faults), [*unexplained(city.audit)], faults.found) == ((), [], [])
    assert join_files(city, faults) == ()


def test_a_held_table_is_left_as_it_is(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    """What somebody else committed stays to be seen."""
    monkeypatch.setattr(joining, "held", lambda *_: True)
    before = files(city)
    assert join_files(city, Faults(city.layout)) == ()
    assert files(city) == before


def test_a_table_that_cannot_be_read_keeps_no_other_from_it(city: City) -> None:
    """It is told, and the others are joined."""
    log = city.layout.quarantine("a/b") / "_delta_log"
    log.mkdir(parents=True)
    (log / f"{0:020}.json").write_text("{", encoding="utf-8")
    faults = Faults(city.layout)
    assert [one.table for one in join_files(city, faults, dry_run=True)] == [TABLE]
    assert [one.subject for one in faults.found] == ["quarantine/a/b"]
