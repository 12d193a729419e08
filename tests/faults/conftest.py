"""What every fault is measured against: an undisturbed run, and processes to disturb."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from catalog_specs.loader import load
from tests.city.declared import write_catalog
from tests.city.deliveries import deliver, deliver_first, deliver_further
from tests.city.homes import city_of
from tests.faults.forks import Forks, forking
from tests.faults.invariants import History, history
from tests.faults.points import Kind
from tests.faults.state import State, state
from tests.faults.syscalls import why_not

__all__ = ["Reference", "require_faults", "undisturbed"]

RUNNERS = 2


@dataclass(frozen=True)
class Reference:
    """An undisturbed run: the home before it, the points it has, its end, its states on the way.

    `further` is the end when one more delivery had been waiting.
    """

    waiting: Path
    points: Counter[Kind]
    end: State
    further: State
    history: History

    def home(self, at: Path) -> Path:
        """Return a fresh home at a place, with all deliveries waiting."""
        shutil.copytree(self.waiting, at)
        return at


@pytest.fixture(scope="session")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the town's catalogue."""
    return write_catalog(tmp_path_factory.mktemp("town"))


@pytest.fixture(scope="session")
def runners(catalogue: Path) -> Iterator[tuple[Forks, ...]]:
    """Start the processes that runs are forked from."""
    require_faults()
    with ExitStack() as stack:
        yield tuple(stack.enter_context(forking(catalogue)) for _ in range(RUNNERS))


def require_faults() -> None:
    """Skip where faults cannot be injected; in CI that fails."""
    missing = why_not()
    if missing and os.environ.get("CI") == "true":
        pytest.fail(f"faults cannot be injected: {missing}")
    if missing:
        pytest.skip(f"faults cannot be injected on this machine: {missing}")


@pytest.fixture(scope="session")
def reference(
    runners: tuple[Forks, ...], catalogue: Path, tmp_path_factory: pytest.TempPathFactory
) -> Reference:
    """Run the town undisturbed."""
    return undisturbed(runners, catalogue, tmp_path_factory.mktemp("reference"))


def undisturbed(runners: tuple[Forks, ...], catalogue: Path, folder: Path) -> Reference:
    """Run a town in one go and step by step; its grants are decided before."""
    decided, waiting, whole, stepwise, more = (folder / name for name in ("0", "w", "1", "2", "3"))
    city_of(load(catalogue), decided)
    for home in (waiting, whole, stepwise, more):
        shutil.copytree(decided, home)
    for home in (waiting, whole, more):
        deliver(home)
    deliver_first(stepwise)
    deliver_further(more)
    with ThreadPoolExecutor(2) as pool:
        first, *rest = pool.map(partial(Forks.run, counted=True), runners, (whole, stepwise))
    deliver(stepwise)
    with ThreadPoolExecutor(2) as pool:
        rest += pool.map(Forks.run, runners, (more, stepwise))
    assert [one.code for one in (first, *rest)] == [0] * 4, [one.said for one in (first, *rest)]
    known = history(waiting, (whole, stepwise, more))
    return Reference(waiting, first.points, state(whole), state(more), known)
