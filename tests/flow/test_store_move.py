"""The town moved from its disk to an object store: all of it, whatever happens meanwhile.

`tests/unit/flow/upkeep/test_moving.py` shows the same of a few tables.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import pytest

from audit.lake import unexplained
from catalog_specs.errors import ObjectStoreError
from catalog_specs.loader import load
from catalog_specs.rules.homes.store_faults import StoreFault
from flow.backup.heads import last_head
from flow.backup.making import make
from flow.backup.restoring import build
from flow.city import City
from flow.run import run
from flow.upkeep.moving import move, plan
from storage.backup.repository import Repository
from storage.layout import Layout
from storage.places.claim import bind, lies_at
from storage.places.object_path import ObjectPath
from tests.city import PERSON
from tests.city.declared import write_catalog
from tests.city.deliveries import deliver, deliver_further
from tests.city.homes import city_of
from tests.city.lake import tables
from tests.contract.command import KEY, STARTED
from tests.faults.invariants import breaches
from tests.faults.state import State, state
from tests.harness.fixtures import store
from tests.harness.object_store import fetched, prefix, reaching, server
from tests.harness.placing import only_on_disk
from tests.harness.store_watch import watching

__all__ = ["store"]

pytestmark = [
    pytest.mark.thorough,
    only_on_disk("takes both places by itself"),
]
POINTS = 12
BESIDE = 5
"""Writes of a move that put no file: its look whether the store is safe, its claim."""
ON_THE_WAY = 10
"""Files at most that were put, or nearly, and that a killed move had not remembered."""


@dataclass(frozen=True)
class Lived:
    """A home after a run, with more deliveries waiting, and how it ends when they are taken."""

    folder: Path
    now: State
    end: State

    def copied(self, to: Path) -> City:
        """Return the city over a copy of the home."""
        shutil.copytree(self.folder / "home", to, symlinks=True)
        return city_of(load(self.folder / "catalogue"), to, decide=False)


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Lived:
    """Let the town live on its disk."""
    folder = tmp_path_factory.mktemp("lived")
    city = city_of(load(write_catalog(folder)), folder / "home")
    deliver(city.layout.home)
    _wholly(city)
    now = state(city.layout.home)
    deliver_further(city.layout.home)
    shutil.copytree(city.layout.home, folder / "further", symlinks=True)
    further = replace(city, layout=Layout(folder / "further"))
    _wholly(further)
    return Lived(folder, now, state(further.layout.home))


def _wholly(city: City) -> None:
    assert [str(one) for one in run(city).failures] == []


def _gone_over(city: City, place: ObjectPath) -> City:
    """Return the city with its tables on the store, as any later process finds it."""
    layout = Layout(city.layout.home, place)
    bind(layout.store_note, place, begun=True)
    return replace(city, layout=layout)


def _logs(lake: Path) -> Mapping[str, str]:
    """Return the digest of every file of every table's log."""
    return {
        path.relative_to(lake).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in lake.glob("*/**/_delta_log/*")
        if "shares" not in path.parts
    }


def test_the_tables_go_over_with_their_history(
    lived: Lived, store: ObjectPath, tmp_path: Path
) -> None:
    """No byte of a log differs, every commit is explained, and the next run goes on there."""
    city = lived.copied(tmp_path / "home")
    logs = _logs(city.layout.lake)
    told = plan(city, store)
    assert told.tables.keys() >= {f"authoritative/{PERSON}", "ledgers/deliveries"}
    assert [*store.below()] == []
    assert not city.layout.store_note.exists()

    done = move(city, store)

    assert (done.tables, done.files, done.size) == (told.tables, told.files, told.size)
    assert {name.partition("/")[0] for name in tables(city.layout.lake)} == {"shares"}
    city = _gone_over(city, store)
    assert list(unexplained(city.audit)) == []
    copy = fetched(city.layout.home, store, tmp_path / "copy")
    assert _logs(copy / "lake") == logs
    assert breaches(copy) == []
    _wholly(city)
    end = fetched(city.layout.home, store, tmp_path / "end")
    assert state(end).differences(lived.end) == []
    with duckdb.connect(city.layout.city_views, read_only=True) as con:
        said = con.sql("SELECT string_agg(sql) FROM duckdb_views() WHERE NOT internal").fetchone()
    assert said
    assert str(store) in said[0]
    assert str(city.layout.lake / "authoritative") not in said[0]


def test_runs_go_on_while_most_is_copied(lived: Lived, store: ObjectPath, tmp_path: Path) -> None:
    """What is committed after a table was copied, and before no act may begin, goes over too."""
    city = lived.copied(tmp_path / "home")
    running: list[object] = []

    def told(*_: int) -> None:
        if not running:
            with ThreadPoolExecutor(1) as pool:  # as another process: no act of this thread's
                running.append(pool.submit(_wholly, city).result())

    move(city, store, told)

    assert running
    _wholly(_gone_over(city, store))
    end = fetched(city.layout.home, store, tmp_path / "end")
    assert state(end).differences(lived.end) == []
    assert breaches(end) == []


def test_from_one_store_to_another_the_way_is_a_backup(
    lived: Lived, store: ObjectPath, tmp_path: Path
) -> None:
    """A move is refused and says so; a home that is restored and moved goes on on the other."""
    city = lived.copied(tmp_path / "home")
    move(city, store)
    city = _gone_over(city, store)
    other = prefix()
    for act in (plan, move):
        with pytest.raises(ObjectStoreError) as raised:
            act(city, other)
        assert raised.value.fault is StoreFault.ANOTHER_STORE
        assert "quanshu restore" in str(raised.value)
    assert [*other.below()] == []

    make(city, tmp_path / "backup", "")
    repository = Repository.open(tmp_path / "backup")
    head = last_head(repository)
    assert head is not None
    restored = replace(city, layout=Layout(tmp_path / "restored"))
    build(restored, repository, head, "")
    shutil.copytree(city.layout.keys, restored.layout.keys, dirs_exist_ok=True)
    assert move(restored, other).done

    city = _gone_over(restored, other)
    _wholly(city)
    assert list(unexplained(city.audit)) == []
    end = fetched(city.layout.home, other, tmp_path / "end")
    assert breaches(end) == []
    assert state(end).differences(lived.end) == []


@pytest.mark.parametrize("point", range(1, POINTS + 1))
def test_a_killed_move_is_gone_on_with(lived: Lived, tmp_path: Path, point: int) -> None:
    """Killed at a write, the home works on its disk as ever; the next move takes all of it."""
    with reaching(server()):
        place = prefix()
        city = lived.copied(tmp_path / "home")
        waiting = plan(city, place).files
        words = ["store", "move", "--home", str(city.layout.home)]
        words += ["--catalog", str(lived.folder / "catalogue")]
        command = [sys.executable, "-c", STARTED, *words]
        environment = {**server().environment, **KEY, "QUANSHU_OBJECT_STORE": str(place)}
        number = point * waiting // POINTS
        with watching(server().port, number, after=bool(point % 2)) as watch:
            code, said = watch.run(command, environment)
            assert watch.struck, said
        assert code == -9, said
        assert lies_at(city.layout.store_note) == ""
        assert breaches(city.layout.home) == []
        assert state(city.layout.home).differences(lived.now) == ["inbox"]
        ran = point % 3 == 0
        if ran:
            _wholly(city)
        with watching(server().port) as watch:
            code, said = watch.run(command, environment)
            assert code == 0, said
            put = max(0, number - BESIDE - ON_THE_WAY)
            assert ran or watch.writes <= waiting + BESIDE - put
        _wholly(_gone_over(city, place))
        end = fetched(city.layout.home, place, tmp_path / "end")
        assert breaches(end) == []
        assert state(end).differences(lived.end) == []
