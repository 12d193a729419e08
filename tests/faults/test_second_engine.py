"""Killed anywhere while a second engine works for it, a run leaves old or new, and the next ends.

The driver is killed here; the engine lives on, as it would, and may still be writing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.city.declared import change, write_catalog
from tests.faults.conftest import require_faults, undisturbed
from tests.faults.forks import Forks, forking
from tests.faults.test_kill import all_killed, proven, spread
from tests.harness.sail import sail

POINTS = 20
MISSED = 2
FILE = "resources/civil_affairs/person.yaml"


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the catalogue of a town whose persons go to the second engine."""
    pytest.importorskip("pysail")
    return write_catalog(tmp_path_factory.mktemp("elsewhere"), **{FILE: change(engine="spark")})


@pytest.fixture(scope="module")
def there(elsewhere: Path) -> Iterator[tuple[Forks, ...]]:
    """Start the processes that its runs are forked from."""
    require_faults()
    with ExitStack() as stack:
        yield tuple(stack.enter_context(forking(elsewhere, sail())) for _ in range(2))


@pytest.mark.thorough
@pytest.mark.timeout(900)
def test_a_driver_that_is_killed_loses_and_doubles_nothing(
    there: tuple[Forks, ...], elsewhere: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """At twenty points, evenly over all, the next run ends as one that nothing disturbed."""
    folder = tmp_path_factory.mktemp("killed")
    run = undisturbed(there, elsewhere, folder)
    (folder / "kills").mkdir()
    faults = spread(run.points, {("any", "place"): sorted(run.points)}, POINTS)
    proven([*all_killed(there, run, faults, folder / "kills")], POINTS - MISSED)
