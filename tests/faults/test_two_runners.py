"""Two runners and a reader at once: nothing is done twice or lost, every look is consistent."""

from __future__ import annotations

import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from catalog_specs.loader import load
from flow.stops import opened_gate, take_waiting
from register.register import open_registers
from tests.city import REFS
from tests.city.deliveries import deliver, deliver_first, deliver_further
from tests.city.homes import city_of
from tests.city.lake import versions
from tests.faults.conftest import Reference
from tests.faults.forks import Forks
from tests.faults.invariants import breaches, half_applied, half_landed
from tests.faults.state import counts, state
from tests.tiers import then_thorough

BREATH = 0.25
"""Seconds between two looks: one who never pauses takes a core from those who work."""
PATIENCE = 5
"""Runs that may end with a TransientError before the work must be done."""


@dataclass
class Reader:
    """Somebody who looks at tables and at the analysts' file all the time."""

    home: Path
    reference: Reference
    looks: int = 0
    problems: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> None:
        """Look until the context is left."""

    def __exit__(self, *_: object) -> None:
        """Look no longer."""
        self.over.set()

    def look(self) -> None:
        """Look until it is over."""
        file = self.home / "views/city.duckdb"
        while not self.over.is_set():
            self.problems += half_applied(self.home, self.reference.history)
            self.problems += half_landed(self.home)
            if file.exists():
                counts(file)
            self.looks += 1
            self.over.wait(BREATH)


def _until_done(runner: Forks, home: Path) -> str:
    """Run, again while the only trouble is that the other one was in the way."""
    for _ in range(PATIENCE):
        ended = runner.run(home)
        if ended.code == 0:
            return ""
        if "TransientError" not in ended.said:
            return ended.said
    return "still in each other's way"


@pytest.mark.parametrize("attempt", then_thorough([0], [1]))
def test_two_runners_over_one_home(
    runners: tuple[Forks, ...], reference: Reference, tmp_path: Path, attempt: int
) -> None:
    """Both take what waits, one more delivery comes meanwhile; the end is that of a single run."""
    home = reference.home(tmp_path / "home")
    reader = Reader(home, reference)

    with ThreadPoolExecutor(len(runners) + 1) as pool:
        looking = pool.submit(reader.look)
        with reader:  # a runner that dies must not leave the pool waiting for who looks
            running = [pool.submit(_until_done, runner, home) for runner in runners]
            said = [one.result() for one in running[attempt % 2 :]]
            deliver_further(home)
            said += [one.result() for one in running]
            said += pool.map(_until_done, runners, [home] * len(runners))
        looking.result()

    assert [one for one in said if one] == []
    assert reader.looks > 0
    assert reader.problems == []
    assert breaches(home) == []
    assert state(home).differences(reference.further) == []


def test_what_another_runner_judged_is_not_judged_again(
    runners: tuple[Forks, ...], catalogue: Path, tmp_path: Path
) -> None:
    """A runner that read the ledgers before the other one's work writes nothing at all."""
    home = tmp_path / "home"
    city = city_of(load(catalogue), home)
    registers = open_registers(city.layout, city.catalog.resources.values())
    deliver_first(home)
    assert runners[0].run(home).code == 0
    before = versions(home)

    with opened_gate(city) as gate:
        done = [take_waiting(city, gate, ref, registers[ref]) for ref in REFS]

    assert done == [()] * len(REFS)
    assert versions(home) == before


def test_a_table_made_anew_is_not_compared_again(
    runners: tuple[Forks, ...], tmp_path: Path
) -> None:
    """Deliveries applied singly, then again in one bundle, keep their first comparison."""
    home = tmp_path / "home"
    deliver_first(home)
    codes = [runners[0].run(home).code]
    deliver(home)
    codes.append(runners[0].run(home).code)
    before = state(home)
    shutil.rmtree(home / "lake/authoritative")
    codes.append(runners[0].run(home).code)

    assert codes == [0, 0, 0]
    after = state(home)
    assert after.ledgers["reconciliation"].equals(before.ledgers["reconciliation"])
    assert all(after.authoritative[ref].equals(before.authoritative[ref]) for ref in REFS)
