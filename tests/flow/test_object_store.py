"""The town on an object store: everything ends as on a disk, and nothing lies elsewhere."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from catalog_specs.catalog import Catalog
from catalog_specs.errors import ObjectStoreError
from catalog_specs.loader import load
from catalog_specs.rules.homes.store_faults import StoreFault
from flow.backup.heads import last_head
from flow.backup.making import make
from flow.backup.restoring import build
from flow.city import City
from flow.failures import Faults
from flow.replays import replay
from flow.run import run
from flow.upkeep.clearing import clear_landing
from flow.upkeep.evolution import evolve
from flow.upkeep.tidying import tidy
from pipelines.settings import Settings, open_city
from quality.quarantine.repair import choose_for_repair, write_for_repair
from quality.quarantine.states import Chosen
from storage.backup.repository import Repository
from storage.engines.workbench import open_workbench
from storage.layout import Layout
from storage.places.claim import bind
from storage.places.object_path import ObjectPath
from tests.city import MASTER_KEY, PERSON
from tests.city.declared import change, write_catalog
from tests.city.deliveries import deliver, deliver_further
from tests.city.homes import city_of
from tests.city.lake import tables
from tests.faults.invariants import breaches
from tests.faults.state import raw_files, settled, state
from tests.harness.fixtures import store
from tests.harness.object_store import fetched, reaching, server
from tests.harness.placing import only_on_disk

__all__ = ["store"]

pytestmark = only_on_disk("takes both places by itself")
INCOME = 5
LATER = datetime(2100, 1, 1, tzinfo=UTC)
"""Later than any clock that files are written by."""


def at_work(catalog: Catalog, home: Path, store: ObjectPath | None) -> City:
    """Return the city over a home whose tables lie on a store, or on the disk without one."""
    city = city_of(catalog, home)
    layout = Layout(home, store)
    bind(layout.store_note, store, begun=False)
    return replace(city, layout=layout)


def wholly(city: City) -> None:
    """Run, and fail where anything did."""
    result = run(city)
    assert [str(one) for one in result.failures] == []


def repaired(city: City, folder: Path) -> None:
    """Repair what was quarantined of persons, and replay it."""
    file = folder / "repair.csv"
    with open_workbench(city.layout.work) as con:
        resource = city.catalog.resource(PERSON)
        assert choose_for_repair(con, city.layout, resource, Chosen())
        write_for_repair(con, city.layout, city.catalog, resource, file)
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("'9", "1"), encoding="utf-8", newline="")
    (done,) = replay(city, PERSON, file).outcomes
    assert done.accepted > 0


def lived(
    home: Path, folder: Path, catalogs: tuple[Catalog, Catalog], place: ObjectPath | None
) -> City:
    """Take a home through deliveries, corrections, a replay, and a change of the catalogue."""
    deliver(home)
    city = replace(at_work(catalogs[0], home, place), landed_bytes=0)
    wholly(city)
    cleared = clear_landing(city, Faults(city.layout))
    assert bool(cleared.files) is (place is not None)
    assert bool([*home.glob("lake/landing/*/*/*/raw/*")]) is (place is None)
    deliver_further(home)
    wholly(city)
    folder.mkdir()
    repaired(city, folder)
    wholly(city)
    city = replace(city, catalog=catalogs[1])
    assert [one for planned in evolve(city, "市数〔2026〕1号") for one in planned.refused] == []
    wholly(city)
    later = replace(city, clock=lambda: LATER)
    assert tidy(later)
    return city


def unlike(one: Path, other: Path) -> list[str]:
    """Name what differs between two homes; no two tables have the same identity."""
    states = [state(home) for home in (one, other)]
    for found in states:
        evolutions = found.ledgers["evolutions"].drop("table_id")
        found.ledgers["evolutions"] = settled(evolutions)
    return states[0].differences(states[1])


@pytest.fixture
def catalogs(tmp_path: Path) -> tuple[Catalog, Catalog]:
    """Return the town's catalogue, and the same with more digits of an income."""
    wider = {"elements/persons.yaml": change(**{f"{INCOME}__scale": 4})}
    first = load(write_catalog(tmp_path / "first"))
    return first, load(write_catalog(tmp_path / "second", **wider))


@pytest.mark.thorough  # two whole lives; that a run on a store ends well is shown below
def test_the_town_ends_alike(
    store: ObjectPath, catalogs: tuple[Catalog, Catalog], tmp_path: Path
) -> None:
    """Tables, ledgers, quarantine, shares, views and releases: no row differs.

    The tables lie on the store alone, everything of ours holds on it, and a backup of the home
    restores it into one whose tables lie on its disk.
    """
    disk, home = tmp_path / "disk", tmp_path / "home"
    here = lived(disk, tmp_path / "1", catalogs, None)
    city = lived(home, tmp_path / "2", catalogs, store)

    copy = fetched(home, store, tmp_path / "copy")
    assert unlike(copy, disk) == []
    assert breaches(copy) == []
    assert {name.partition("/")[0] for name in tables(home / "lake")} == {"shares"}
    public = {
        path.relative_to(home).as_posix(): path.read_bytes()
        for path in (home / "open_data").rglob("*")
        if path.is_file() and "latest" not in path.parts
    }
    there = [one for one, _ in (store / "open_data").below()]
    assert {one.relative_to(store).as_posix(): one.read_bytes() for one in there} == public != {}
    assert raw_files(copy) == raw_files(disk) != {}
    assert not Path("s3:").exists()

    make(city, tmp_path / "backup", "")
    repository = Repository.open(tmp_path / "backup")
    head = last_head(repository)
    assert head is not None
    restored = replace(city, layout=Layout(tmp_path / "restored"))
    build(restored, repository, head, "")
    shutil.copytree(home / "keys", tmp_path / "restored" / "keys", dirs_exist_ok=True)
    for each in (restored, here):  # views are of before the tidying until a run follows it
        wholly(each)
    assert unlike(tmp_path / "restored", disk) == []


def test_no_key_is_written_anywhere(
    store: ObjectPath, catalogs: tuple[Catalog, Catalog], tmp_path: Path
) -> None:
    """A run on a store ends well, and nothing of home or store holds the store's secret."""
    deliver(tmp_path / "home")
    wholly(at_work(catalogs[0], tmp_path / "home", store))
    assert breaches(fetched(tmp_path / "home", store, tmp_path / "copy")) == []
    secret = server().environment["AWS_SECRET_ACCESS_KEY"].encode()
    files = [one for one in (tmp_path / "home").rglob("*") if one.is_file()]
    assert len(files) > 50
    assert not [one for one in files if secret in one.read_bytes()]
    assert not [one for one, _ in store.below() if secret in one.read_bytes()]


@pytest.mark.parametrize(
    ("changes", "address", "fault"),
    [
        ({}, "s3://no-such-bucket/city", StoreFault.NO_BUCKET),
        ({"AWS_SECRET_ACCESS_KEY": "mistyped"}, "s3://quanshu-tests/city", StoreFault.FORBIDDEN),
        (
            {"AWS_ENDPOINT_URL": "http://127.0.0.1:1"},
            "s3://quanshu-tests/city",
            StoreFault.UNREACHABLE,
        ),
        ({}, "file:///city", StoreFault.ADDRESS),
    ],
)
def test_work_does_not_begin_without_the_store(
    catalogs: tuple[Catalog, Catalog],
    tmp_path: Path,
    changes: dict[str, str],
    address: str,
    fault: StoreFault,
) -> None:
    """The refusal says what is wrong, in both languages, and leaves nothing behind."""
    del catalogs
    environment = {"QUANSHU_OBJECT_STORE": address, "QUANSHU_MASTER_KEY": MASTER_KEY}
    with reaching(server(), **changes), pytest.raises(ObjectStoreError) as raised:
        open_city(
            Settings.from_environment(
                environment, home=tmp_path / "home", catalog=tmp_path / "first" / "catalogue"
            )
        )
    assert raised.value.code is fault
    assert raised.value.code.label
    assert not (tmp_path / "home").exists()


@pytest.mark.thorough  # half of it is waiting; what each fault is called is tested above
def test_a_store_that_goes_away_fails_what_needs_it(
    store: ObjectPath, catalogs: tuple[Catalog, Catalog], tmp_path: Path
) -> None:
    """A run without its store ends before any work; the next one does all of it."""
    home = tmp_path / "home"
    deliver(home)
    city = at_work(catalogs[0], home, store)
    with (
        reaching(server(), AWS_ENDPOINT_URL="http://127.0.0.1:1"),
        pytest.raises(ObjectStoreError) as raised,
    ):
        run(city)
    assert raised.value.code is StoreFault.UNREACHABLE
    wholly(city)
