"""Disk use stays bounded: what no version in use needs goes, and nothing else."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from deltalake import DeltaTable

from flow.derived import due_shares
from flow.failures import Faults
from flow.run import run
from flow.upkeep.tidying import tidy
from storage.delta.tables import version
from storage.tidied import TIDIED
from tests.city import PERSON, VISIT
from tests.city.homes import Town
from tests.city.records import VISITS, csv_text, people, person_id
from tests.contract.command import KEY, quanshu
from tests.harness.placing import only_on_disk, opened


@pytest.fixture(scope="module")
def delivered(tmp_path_factory: pytest.TempPathFactory) -> Town:
    """Return a town whose table of visits has five versions, which no test changes."""
    made = Town(tmp_path_factory.mktemp("delivered"))
    made.take(PERSON, "p.csv", people(range(4)))
    for day in range(1, 6):
        visit = (f"V{day % 2}", f"2026-01-0{day}", 9, 1, 1, person_id(day % 2), "")
        made.take(VISIT, f"v{day}.csv", csv_text(VISITS, visit))
    return made


@pytest.fixture
def town(delivered: Town, tmp_path: Path) -> Town:
    """Return such a town with views over its table, and with what a killed writer left."""
    made = delivered.copied(tmp_path)
    run(made.city)
    folder = made.layout.authoritative(VISIT)
    for name in ("part-orphan.parquet", "part-staged.parquet#1"):
        (folder / name).write_bytes(b"x" * 1000)
        if isinstance(folder, Path):  # nobody can make an object older than it is
            os.utime(folder / name, (1e9, 1e9))
    return made


def in_days(town: Town, days: int) -> None:
    """Let days pass, counted from the machine's own clock, by which Delta writes its log."""
    later = datetime.now(tz=UTC) + timedelta(days=days)
    town.city = replace(town.city, clock=lambda: later)


def parquet_files(town: Town, ref: str) -> set[str]:
    """Return every data file below a table, dead or alive."""
    folder = town.layout.authoritative(ref)
    return {path.name for path in folder.rglob("*.parquet*") if "_delta_log" not in path.parts}


def test_what_the_newest_version_does_not_use_goes(town: Town) -> None:
    """Old versions, change data and leavings of the killed; rows, version, views stay."""
    rows, before = (
        town.rows(VISIT, "visit_no", "visited_at"),
        version(town.layout.authoritative(VISIT)),
    )
    in_days(town, 2)

    would = tidy(town.city, dry_run=True)
    assert "part-orphan.parquet" in parquet_files(town, VISIT)
    done = tidy(town.city)

    assert done == would
    live = {Path(uri).name for uri in DeltaTable(str(town.layout.authoritative(VISIT))).file_uris()}
    assert parquet_files(town, VISIT) == live
    assert town.rows(VISIT, "visit_no", "visited_at") == rows
    assert version(town.layout.authoritative(VISIT)) == before
    with opened(town.layout.city_views) as con:
        assert con.execute("SELECT count(*) FROM data_office.visit").fetchall() == [(len(rows),)]
    assert due_shares(town.city, Faults(town.layout)) == {}
    [entry] = [e for e in TIDIED.read(town.layout) if e.resource.endswith(VISIT)]
    assert entry.bytes > 2000
    assert tidy(town.city) == ()


def test_disk_use_stays_within_what_a_day_wrote(town: Town) -> None:
    """Delivery after delivery, a table's folder holds its live files and the last day's."""
    sizes = []
    for day in range(1, 5):
        in_days(town, 2 * day)
        tidy(town.city)
        visit = ("V1", f"2026-02-0{day}", 9, 1, 1, person_id(1), "")
        town.take(VISIT, f"w{day}.csv", csv_text(VISITS, visit))
        sizes.append(len(parquet_files(town, VISIT)))

    assert len(set(sizes)) == 1


@only_on_disk("no object can be made older than it is, so that nothing would go yet")
def test_the_command_says_what_goes(town: Town) -> None:
    """With --dry-run nothing does."""
    words = ("vacuum", "--home", str(town.home), "--catalog", str(town.folder / "catalogue"))

    told = quanshu(town.folder, *words, "--dry-run", "--json", **KEY).document
    done = quanshu(town.folder, *words, **KEY)

    assert {one["table"]: one["files"] for one in told} == {f"authoritative/{VISIT}": 2}
    assert f"authoritative/{VISIT}: 2 " in done.out
    assert quanshu(town.folder, *words, "--days", "8", **KEY).code == 2
