"""A partitioned table through the years: shares, releases, history, upkeep, backup, strangers."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pyrage
import pytest
from deltalake import DeltaTable
from frictionless import Package

from authoritative.lineage import key_of, row_lineage
from catalog_specs.errors import ForeignCommitError
from flow.backup.heads import Chosen
from flow.backup.key_copies import read_keys
from flow.backup.making import make
from flow.backup.restoring import restore
from flow.derived import release_set
from flow.failures import Faults
from flow.run import run
from flow.stops import promote_waiting
from flow.upkeep.joining import join_files
from flow.upkeep.tidying import tidy
from outlets.open_data.plan import plan_release
from outlets.open_data.release import Release
from storage.delta.tables import snapshot
from storage.layout import Layout
from tests.city.homes import KEYS
from tests.city.one_feed import NOW, REF, deliver, facts
from tests.city.taps import BY_MONTH, FIRST, HEADER, OPEN_SET, Taps, made
from tests.harness.placing import opened


@pytest.fixture
def taps(tmp_path: Path) -> Taps:
    """Return such taps."""
    return made(tmp_path)


def test_a_release_has_a_file_for_each_partition(taps: Taps) -> None:
    """A correction makes a new release, in which the files of other months have the same bytes."""
    city = taps.city
    first = release_set(city, "taps")
    assert isinstance(first, Release), first
    taps.take("b,2026-01-06,南", "c,2026-04-01,=1")
    city = replace(city, clock=lambda: NOW + timedelta(days=40))
    second = release_set(city, "taps")
    assert isinstance(second, Release), second
    assert (second.created, second.rows) == (True, 5)
    folders = [city.layout.release("taps", one.release) for one in (first, second)]
    before, after = ({path.name: path.read_bytes() for path in at.glob("*.csv")} for at in folders)
    assert sorted({*after} - {"dictionary.csv"}) == [f"data-2026-0{n}.csv" for n in (1, 2, 3, 4)]
    assert {name for name in before if before[name] != after[name]} == {"data-2026-01.csv"}
    january = pl.read_csv(folders[1] / "data-2026-01.csv")
    assert sorted(january.rows()) == [("2026-01-05", "东"), ("2026-01-06", "南")]
    package = Package(str(folders[1] / "datapackage.json"))
    assert package.validate_descriptor(package.to_dict()).valid
    assert [one.path for one in package.resources if one.format == "csv"] == sorted(
        {*after} - {"dictionary.csv"}
    )


def test_a_row_leads_to_its_line_and_to_the_past(taps: Taps) -> None:
    """Lineage names the delivery of each; an earlier version holds what it held."""
    taps.take("b,2026-01-06,南")
    city = taps.city
    resource = city.catalog.resource(REF)
    lines = {}
    for key in (("b", "2026-01-06"), ("a", "2026-03-05")):
        found = row_lineage(city.layout, city.catalog, REF, key_of(resource, key), record=True)
        assert found is not None
        lines[key[0]] = (found.place.file, found.place.line)
    assert lines == {"b": ("2.csv", 2), "a": ("1.csv", 5)}
    then = snapshot(city.layout.authoritative(REF), 0)
    assert then is not None
    with opened() as con:
        rows = con.sql(f"SELECT card, tapped_on::VARCHAR, stop FROM {then.scan_sql()}").fetchall()
    assert {",".join(row) for row in rows} == {*FIRST}


def test_upkeep_joins_and_removes_within_partitions(
    taps: Taps, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Small files of one partition are joined; dead files go from each folder; rows stay."""
    monkeypatch.setattr("flow.upkeep.joining.MOST_FILES", 2)
    for number in range(4):
        taps.take(f"n{number},2026-01-10,东")
    taps.take("a,2026-01-05,南")
    rows, city = taps.rows, taps.city
    faults = Faults(city.layout)
    join_files(city, faults)
    assert len(taps.found.within(["2026-01"]).files) == 1
    later = datetime.now(tz=UTC) + timedelta(days=9)
    tidy(replace(city, clock=lambda: later))
    assert faults.found == []
    left = {str(one) for one in taps.found.path.rglob("*.parquet") if "_delta_log" not in one.parts}
    assert left == {*taps.found.files}
    assert taps.rows == rows
    assert taps.take("n1,2026-01-10,北").updated == 1


def test_a_backup_brings_every_partition_back(taps: Taps) -> None:
    """A destroyed home is restored, and the next delivery goes on from there."""
    key = pyrage.x25519.Identity.generate()
    run(taps.city)
    city, to = taps.city, taps.folder / "backup"
    make(city, to, str(key.to_public()))
    rows, partitions = taps.rows, taps.found.partitions()
    keys, public = read_keys(city.layout.keys), city.audit.verifiers
    shutil.rmtree(city.layout.home)
    restore(city, to, Chosen(), identity=str(key), keys=keys, verifiers=public)
    assert (taps.rows, taps.found.partitions()) == (rows, partitions)
    outcome = taps.take("b,2026-01-06,南")
    assert outcome.updated == 1


def test_a_strangers_commit_holds_the_table(taps: Taps) -> None:
    """Whoever deletes rows of a partition with another tool is noticed before the next delivery."""
    run(taps.city)
    DeltaTable(str(taps.found.path)).delete("card = 'b'")
    city = taps.city
    deliver(city, {"9.csv": f"{HEADER}z,2026-01-01,东\n".encode()})
    with pytest.raises(ForeignCommitError):
        promote_waiting(city, REF)


def test_every_record_is_accepted_or_quarantined(taps: Taps) -> None:
    """Delivered = accepted + quarantined, over partitions new, old and none."""
    outcome = taps.take("b,2026-01-06,南", "c,2027-01-01,北", "c,,北", "c,昨天,北")
    assert (outcome.delivered, outcome.accepted, outcome.quarantined) == (4, 2, 2)
    assert len(facts(taps.city).quarantined) == 2


def test_how_a_table_lies_is_no_term_of_a_release_that_hides_the_item(tmp_path: Path) -> None:
    """A set of an earlier version is not released again because resources may be parted now."""
    taps = made(tmp_path, **{"open_data/taps.yaml": OPEN_SET | {"items": ["stop"]}})
    terms = set()
    for partition in (BY_MONTH, None):
        taps.catalogue = taps.declare(partition)
        catalog = taps.city.catalog
        plan = plan_release(Layout(tmp_path / "none"), catalog, catalog.open_sets["taps"], KEYS)
        terms.add(plan.terms)
    assert len(terms) == 1
