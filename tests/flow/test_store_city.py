"""The bundled city on an object store, and moved to one half-way: nothing differs from a disk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from audit.lake import unexplained
from demo_city.answer_key import AnswerKey, compare
from demo_city.rounds import rounds
from demo_city.society.history import ROUNDS
from flow.city import City
from flow.failures import Faults
from flow.run import run
from flow.upkeep.clearing import clear_landing
from flow.upkeep.moving import move
from quality.quarantine.table import quarantined_rows
from storage.layout import Layout
from storage.places.claim import bind
from storage.places.object_path import ObjectPath
from tests.faults.state import State, state
from tests.flow.conftest import made_city
from tests.harness.fixtures import store
from tests.harness.object_store import fetched
from tests.harness.placing import only_on_disk

__all__ = ["store"]

pytestmark = [
    pytest.mark.thorough,
    pytest.mark.timeout(900),
    only_on_disk("takes both places by itself"),
]
PEOPLE, SEED = 2_000, 20210702


@dataclass(frozen=True)
class Lived:
    """The city after its rounds, and what must be found in its quarantine."""

    city: City
    answers: AnswerKey


def lived(city: City, before: Callable[[City, int], City] = lambda city, _: city) -> Lived:
    """Take every round of the city the whole way; `before` each may change where it lies."""
    home, day, answers = city.layout.home, city.clock().date(), None
    for made in rounds(city.catalog, home, PEOPLE, SEED, day):
        city, answers = before(city, made.number), made.answers
        result = run(city, derive=made.number == ROUNDS)
        assert [str(one) for one in result.failures] == []
    assert answers is not None
    return Lived(city, answers)


def on_store(city: City, place: ObjectPath) -> City:
    """Return the city with its tables on the store, as any process finds it."""
    layout = Layout(city.layout.home, place)
    bind(layout.store_note, place, begun=False)
    return replace(city, layout=layout)


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> State:
    """Return how the city ends on a disk."""
    home = tmp_path_factory.mktemp("disk") / "home"
    lived(made_city(home))
    return state(home)


def ends_alike(found: Lived, place: ObjectPath, disk: State, to: Path) -> None:
    """Tables, quarantine, ledgers, shares, releases, views; what was planted; who did what."""
    city = found.city
    differences = compare(found.answers, quarantined_rows(city.layout, city.catalog))
    assert differences == []
    assert list(unexplained(city.audit)) == []
    assert not (city.layout.lake / "authoritative").exists()
    here = state(fetched(city.layout.home, place, to))
    assert len(here.authoritative) > 20
    assert here.differences(disk) == []


def test_the_city_ends_on_a_store_as_on_a_disk(
    disk: State, store: ObjectPath, tmp_path: Path
) -> None:
    """From its first day, and with nothing of what was landed left on the disk between rounds."""
    city = replace(on_store(made_city(tmp_path / "home"), store), landed_bytes=0)

    def cleared(city: City, number: int) -> City:
        faults = Faults(city.layout)
        assert bool(clear_landing(city, faults).files) is (number > 1)
        assert faults.found == []
        return city

    ends_alike(lived(city, cleared), store, disk, tmp_path / "copy")


def test_a_city_that_moves_ends_as_one_that_stays(
    disk: State, store: ObjectPath, tmp_path: Path
) -> None:
    """Two rounds on its disk, the last one on the store."""

    def moved(city: City, number: int) -> City:
        if number < ROUNDS:
            return city
        assert move(city, store).done
        return on_store(city, store)

    ends_alike(lived(made_city(tmp_path / "home"), moved), store, disk, tmp_path / "copy")
