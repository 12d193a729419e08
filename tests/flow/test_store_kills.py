"""Runs on an object store that are killed, and two at once: nothing lost, doubled or half."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from catalog_specs.loader import load
from storage.layout import Layout
from storage.permissions import close_doors
from storage.places.claim import bind
from storage.places.object_path import ObjectPath
from tests.city.declared import write_catalog
from tests.city.deliveries import deliver
from tests.city.homes import city_of
from tests.faults.invariants import breaches
from tests.faults.state import State, state
from tests.harness.object_store import fetched, prefix, reaching, server
from tests.harness.placing import only_on_disk
from tests.harness.store_watch import watching

pytestmark = [
    pytest.mark.thorough,
    only_on_disk("takes both places by itself"),
]
"""Twenty seconds a point: kills and two runners on a disk are in the suite, and so are leases."""
POINTS = 40


@dataclass(frozen=True)
class Undisturbed:
    """The town's catalogue, its home before a run, how many writes one has, and its end."""

    catalogue: Path
    waiting: Path
    writes: int
    end: State

    def command(self, home: Path, store: ObjectPath) -> list[str]:
        """Return the command that runs the town in a home."""
        told = (str(self.catalogue), str(home), str(store))
        return [sys.executable, "-m", "tests.flow.store_runner", *told]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Undisturbed]:
    """Run the town once on a store with nobody in its way."""
    folder = tmp_path_factory.mktemp("undisturbed")
    catalogue = write_catalog(folder)
    city_of(load(catalogue), folder / "waiting")
    deliver(folder / "waiting")
    shutil.copytree(folder / "waiting", folder / "home")
    with reaching(server()), watching(server().port) as watch:
        store = prefix()
        known = Undisturbed(catalogue, folder / "waiting", 0, None)  # type: ignore[arg-type]
        code, said = watch.run(known.command(folder / "home", store), server().environment)
        assert code == 0, said
        end = state(fetched(folder / "home", store, folder / "copy"))
        yield Undisturbed(catalogue, folder / "waiting", watch.writes, end)


@pytest.mark.parametrize("point", range(1, POINTS + 1))
def test_a_killed_run_is_gone_on_with(undisturbed: Undisturbed, tmp_path: Path, point: int) -> None:
    """Killed at a write, before the store had it or after: the next run ends as one that was not.

    It takes over the leases of the dead one.
    """
    after = bool(point % 2)
    home, store = tmp_path / "home", prefix()
    shutil.copytree(undisturbed.waiting, home)
    number = max(1, point * undisturbed.writes // (POINTS + 1))
    command, environment = undisturbed.command(home, store), server().environment
    with watching(server().port, number, after=after) as watch:
        code, said = watch.run(command, environment)
        assert watch.struck, said
    assert code == -9, said
    with watching(server().port) as watch:
        code, said = watch.run(command, environment)
        assert code == 0, said
    copy = fetched(home, store, tmp_path / "copy")
    assert breaches(copy) == []
    assert state(copy).differences(undisturbed.end) == []


def test_two_machines_serve_one_home(undisturbed: Undisturbed, tmp_path: Path) -> None:
    """Their file locks do not reach each other; the leases keep them apart.

    The second one's folder is the first one's, but for `work/`, where locks lie.
    """
    home, other, store = tmp_path / "home", tmp_path / "other", prefix()
    shutil.copytree(undisturbed.waiting, home)
    layout = Layout(home, store)
    close_doors(layout)
    layout.public.mkdir(exist_ok=True)
    bind(layout.store_note, store, begun=False)
    other.mkdir()
    for one in home.iterdir():
        if one.name != "work":
            (other / one.name).symlink_to(one)
    environment = server().environment
    with watching(server().port) as one, watching(server().port) as two:
        with ThreadPoolExecutor(2) as pool:
            running = [
                pool.submit(watch.run, undisturbed.command(folder, store), environment)
                for watch, folder in ((one, home), (two, other))
            ]
            ended = [run.result() for run in running]
        assert [code for code, _ in ended] == [0, 0], ended
        code, said = one.run(undisturbed.command(home, store), environment)
        assert code == 0, said
    copy = fetched(home, store, tmp_path / "copy")
    assert breaches(copy) == []
    assert state(copy).differences(undisturbed.end) == []
