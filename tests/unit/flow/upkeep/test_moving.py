"""Moving: tables go to an object store whole or not at all, and only where nobody's lie."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from audit.acts import Operation
from audit.lake import tables_of, unexplained
from catalog_specs.errors import ObjectStoreError, UnreadableError
from catalog_specs.rules.homes.store_faults import StoreFault
from flow.acts import about_resource, at_work
from flow.upkeep import moving
from flow.upkeep.moving import move, plan
from storage import locks
from storage.delta.tables import snapshot
from storage.layout import Layout
from storage.places.claim import bind, lies_at
from storage.places.object_path import ObjectPath
from tests.city import PERSON
from tests.city.homes import Town
from tests.city.records import people
from tests.harness.fixtures import store
from tests.tiers import then_thorough

__all__ = ["store"]


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Town:
    """Return a town with persons, one of them quarantined."""
    town = Town(tmp_path_factory.mktemp("lived"))
    town.take(PERSON, "p.csv", people(range(12), p2=("人2", 9, "1990-01-01", 350500, "1.00")))
    return town


@pytest.fixture
def town(lived: Town, tmp_path: Path) -> Town:
    """Return the town over a copy of its home, to be moved."""
    return lived.copied(tmp_path)


def _over(town: Town, store: ObjectPath) -> Town:
    """Return the town as any later process finds it: its tables on the store."""
    layout = Layout(town.home, store)
    bind(layout.store_note, store, begun=True)
    town.city = replace(town.city, layout=layout)
    return town


def _persons(town: Town) -> int:
    found = snapshot(town.city.layout.authoritative(PERSON))
    return found.rows() if found else 0


def _logs(layout: Layout) -> dict[str, bytes]:
    return {
        f"{name}/{one.name}": one.read_bytes()
        for name, place in tables_of(layout)
        for one in (place / "_delta_log").iterdir()
    }


def _refused(act: Callable[[], object]) -> StoreFault:
    with pytest.raises(ObjectStoreError) as raised:
        act()
    return raised.value.fault


def test_tables_go_over_with_their_logs(town: Town, store: ObjectPath) -> None:
    """What is planned is what is copied, byte by byte; the next delivery is merged there."""
    logs, unsealed = _logs(town.layout), list(unexplained(town.city.audit))
    told = plan(town.city, store)
    assert (told.done, told.to) == (False, str(store))
    assert [*store.below()] == []

    done = move(town.city, store)

    assert (done.done, done.tables) == (True, told.tables)
    assert (done.files, done.size) == (told.files, told.size)
    assert not (town.layout.lake / "authoritative").exists()
    assert not (town.layout.lake / "ledgers").exists()
    assert not town.layout.state(moving.MOVED).exists()
    city = _over(town, store).city
    assert _logs(city.layout) == logs
    assert list(unexplained(city.audit)) == unsealed
    taken = town.take(PERSON, "p2.csv", people(range(13)))
    assert (taken.inserted, taken.deleted) == (2, 0)
    disk = replace(city, layout=town.layout)
    assert move(disk, store).files == 0
    assert _refused(lambda: plan(disk, store / "other")) is StoreFault.ANOTHER_STORE


def test_commits_meanwhile_go_over_too(town: Town, store: ObjectPath) -> None:
    """A delivery that is taken while the first files are copied is in the tables that came."""
    taken: list[object] = []

    def told(*_: int) -> None:
        if not taken:
            with ThreadPoolExecutor(1) as pool:
                work = pool.submit(town.take, PERSON, "p2.csv", people(range(13)))
                taken.append(work.result())

    move(town.city, store, told)

    assert _persons(_over(town, store)) == 13


@pytest.mark.parametrize("at", then_thorough(["switch"], ["reserve", "_require_alike"]))
def test_a_move_that_broke_off_is_gone_on_with(
    town: Town, store: ObjectPath, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    """The home works on its disk as ever, and what was copied is not copied again."""
    files = plan(town.city, store).files
    _kill(monkeypatch, at, town, store)
    assert lies_at(town.layout.store_note) == ""
    bind(town.layout.store_note, None, begun=True)
    assert town.take(PERSON, "p2.csv", people(range(13))).inserted == 2

    again = move(town.city, store)

    assert again.files < files if at != "reserve" else again.files > files
    assert _persons(_over(town, store)) == 13


def test_former_tables_that_were_left_are_removed(
    town: Town, store: ObjectPath, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed after the switch, the home works on the store; the next move only clears the disk."""
    _kill(monkeypatch, "remove", town, store)
    disk = town.city
    assert (disk.layout.lake / "ledgers").is_dir()
    assert _persons(_over(town, store)) == 11
    assert plan(disk, store).done
    done = move(disk, store)
    assert (done.done, done.files) == (True, 0)
    assert not (disk.layout.lake / "ledgers").exists()
    assert _persons(town) == 11


def _kill(monkeypatch: pytest.MonkeyPatch, at: str, town: Town, store: ObjectPath) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(moving, at, killed)
        with pytest.raises(KeyboardInterrupt):
            move(town.city, store)


def test_no_act_begins_meanwhile_nor_afterwards_on_the_disk(
    town: Town, store: ObjectPath, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that opened the home before commits nothing beside the tables that went."""
    act = about_resource(town.city, Operation.MAINTAIN, PERSON)

    def work() -> None:
        with at_work(town.city, act):
            pytest.fail("an act began")

    def alike(*_: object) -> None:
        assert _refused(work) is StoreFault.MOVING

    monkeypatch.setattr(moving, "_require_alike", alike)
    move(town.city, store)
    assert _refused(work) is StoreFault.ELSEWHERE
    assert not (town.layout.lake / "ledgers").exists()


def test_an_act_that_does_not_end_is_not_cut_off(
    town: Town, store: ObjectPath, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is switched; the next move copies nothing of what is there."""
    monkeypatch.setattr(locks, "PATIENCE", 0.0)
    with at_work(town.city, about_resource(town.city, Operation.MAINTAIN, PERSON)):
        assert _refused(lambda: move(town.city, store)) is StoreFault.IN_USE
    assert lies_at(town.layout.store_note) == ""
    assert move(town.city, store).files == 0


def test_it_goes_only_where_nobodys_tables_lie(
    town: Town, store: ObjectPath, tmp_path: Path
) -> None:
    """Neither below another home's prefix, nor over tables that no home claims."""
    (store / "other" / "lake" / "ledgers" / "part.parquet").write_bytes(b"x")
    for act in (plan, move):
        assert _refused(lambda act=act: act(town.city, store / "other")) is StoreFault.OTHER_HOME  # type: ignore[misc]
    bind(tmp_path / "note", store / "claimed", begun=False)
    assert _refused(lambda: move(town.city, store / "claimed")) is StoreFault.OTHER_HOME


def test_a_damaged_table_keeps_all_where_they_are(town: Town, store: ObjectPath) -> None:
    """The plan says so already: what cannot be read cannot be held to what came."""
    log = town.layout.authoritative(PERSON) / "_delta_log"
    max(Path(log).glob("*.json")).write_text("{", encoding="utf-8")
    for act in (plan, move):
        with pytest.raises(UnreadableError):
            act(town.city, store)
    assert [*store.below()] == []


def test_what_came_otherwise_is_refused(
    town: Town, store: ObjectPath, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A store that loses an object after it said that it had it is not moved to."""
    upload = ObjectPath.upload

    def lossy(self: ObjectPath, file: Path) -> str:
        tag = upload(self, file)
        if self.name.endswith(".parquet"):
            self.unlink()
        return tag

    monkeypatch.setattr(ObjectPath, "upload", lossy)
    assert _refused(lambda: move(town.city, store)) is StoreFault.FAILED
    assert lies_at(town.layout.store_note) == ""
