"""Turns: who waits for whom, side by side or not, and who hears of an interrupt."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from flow.city import City
from flow.turns import Turn, take_turns
from quality.gate.gate import Gate
from register.records import Outcome
from storage.layout import Layout
from tests.city import NOW, PERMIT, PERSON, REGION, VISIT
from tests.city.declared import compiled
from tests.city.homes import KEYS

PATIENCE = 60.0
"""Seconds after which a thread that should have come is taken not to come."""
ENDLESS = "SELECT count(*) FROM range(1000000000) a, range(1000000000) b"

Deed = Callable[[Callable[[], Gate]], Iterator[Outcome]]


@pytest.fixture
def city(tmp_path: Path) -> City:
    """Return the city over an empty home, two of whose resources have turns at a time."""
    return City(compiled(), Layout(tmp_path), KEYS, lambda: NOW, workers=2)


@pytest.fixture
def deeds(monkeypatch: pytest.MonkeyPatch) -> dict[str, Deed]:
    """Return what resources do in their turns: nothing, unless a test says so."""
    made: dict[str, Deed] = {}

    def taking(_: City, opening: Callable[[], Gate], ref: str, *__: object) -> Iterator[Outcome]:
        return made.get(ref, lambda _: iter(()))(opening)

    monkeypatch.setattr("flow.turns.taking", taking)
    return made


def taken(city: City) -> tuple[Turn, ...]:
    """Give every resource its turn."""
    return take_turns(city, city.catalog.in_order(), lambda *_: None)


def outcome(ref: str) -> Outcome:
    """Return an outcome of a resource."""
    department, _, resource = ref.partition("/")
    return Outcome(department, resource, "000001-a", ("甲.csv",))


def met(barrier: threading.Barrier, ref: str) -> Deed:
    """Return a turn that waits until as many others are at the same place."""

    def deed(_: Callable[[], Gate]) -> Iterator[Outcome]:
        barrier.wait(PATIENCE)
        yield outcome(ref)

    return deed


def test_resources_that_need_not_wait_have_their_turns_at_once(
    city: City, deeds: dict[str, Deed]
) -> None:
    """Persons and permits both refer to divisions, and not to each other."""
    barrier = threading.Barrier(2)
    deeds |= {ref: met(barrier, ref) for ref in (PERSON, PERMIT)}

    turns = taken(city)

    assert [one.resource.ref for one in turns] == [REGION, PERSON, PERMIT, VISIT]
    assert [one.outcomes for one in turns] == [[], [outcome(PERSON)], [outcome(PERMIT)], []]
    assert not any(one.faults.found for one in turns)


@pytest.mark.parametrize("workers", [1, 2, 8])
def test_a_resource_waits_for_those_that_it_refers_to(
    city: City, deeds: dict[str, Deed], workers: int
) -> None:
    """However many could work, its turn begins when theirs are over."""
    log: list[tuple[str, str]] = []

    def noting(ref: str) -> Deed:
        def deed(_: Callable[[], Gate]) -> Iterator[Outcome]:
            log.append(("begins", ref))
            yield outcome(ref)
            log.append(("ends", ref))

        return deed

    order = [one.ref for one in city.catalog.in_order()]
    deeds |= {ref: noting(ref) for ref in order}

    turns = taken(replace(city, workers=workers))

    assert [one.outcomes[0] for one in turns] == [*map(outcome, order)]
    for resource in city.catalog.in_order():
        for ref in city.catalog.upstream(resource):
            assert log.index(("ends", ref)) < log.index(("begins", resource.ref))


def test_each_worker_has_a_gate_of_its_own(city: City, deeds: dict[str, Deed]) -> None:
    """A connection serves one thread."""
    barrier, gates = threading.Barrier(2), []

    def opened(opening: Callable[[], Gate]) -> Iterator[Outcome]:
        gates.append(opening())
        barrier.wait(PATIENCE)
        yield from ()

    deeds |= {PERSON: opened, PERMIT: opened}
    taken(city)

    assert gates[0] is not gates[1]


def test_a_fault_in_one_of_two_ends_that_one(city: City, deeds: dict[str, Deed]) -> None:
    """And is told with its own resource."""
    barrier = threading.Barrier(2)

    def breaking(_: Callable[[], Gate]) -> Iterator[Outcome]:
        barrier.wait(PATIENCE)
        raise KeyError("x")
        yield

    deeds |= {PERSON: breaking, PERMIT: met(barrier, PERMIT)}

    by_ref = {one.resource.ref: one for one in taken(city)}

    assert [one.subject for one in by_ref[PERSON].faults.found] == [PERSON]
    assert by_ref[PERMIT].outcomes == [outcome(PERMIT)]
    assert VISIT in by_ref


def test_an_interrupt_ends_the_query_of_every_worker(city: City, deeds: dict[str, Deed]) -> None:
    """Whoever presses Ctrl-C does not wait for what another thread began."""
    barrier, mine = threading.Barrier(2), threading.get_ident()

    def deed(opening: Callable[[], Gate]) -> Iterator[Outcome]:
        gate = opening()
        barrier.wait(PATIENCE)
        if threading.get_ident() == mine:
            raise KeyboardInterrupt
        gate._con.execute(ENDLESS)
        yield from ()

    deeds |= {PERSON: deed, PERMIT: deed}

    with pytest.raises(KeyboardInterrupt):
        taken(city)
    assert not [one for one in threading.enumerate() if one.name.startswith("turns")]


def test_an_interrupt_ends_a_query_that_begins_after_it(
    city: City, deeds: dict[str, Deed], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker between two queries is told again: else nobody would stop the second."""
    barrier, mine, told = threading.Barrier(2), threading.get_ident(), threading.Event()
    interrupt = Gate.interrupt

    def telling(gate: Gate) -> None:
        interrupt(gate)
        told.set()

    monkeypatch.setattr(Gate, "interrupt", telling)

    def deed(opening: Callable[[], Gate]) -> Iterator[Outcome]:
        gate = opening()
        barrier.wait(PATIENCE)
        if threading.get_ident() == mine:
            raise KeyboardInterrupt
        assert told.wait(PATIENCE)
        gate._con.execute(ENDLESS)
        yield from ()

    deeds |= {PERSON: deed, PERMIT: deed}

    with pytest.raises(KeyboardInterrupt):
        taken(city)


def test_what_ends_the_process_is_raised_from_any_worker(
    city: City, deeds: dict[str, Deed]
) -> None:
    """Also from a thread that nobody waits for at that moment."""
    barrier, mine = threading.Barrier(2), threading.get_ident()

    def deed(_: Callable[[], Gate]) -> Iterator[Outcome]:
        barrier.wait(PATIENCE)
        if threading.get_ident() != mine:
            raise SystemExit(9)
        yield from ()

    deeds |= {PERSON: deed, PERMIT: deed}

    with pytest.raises(SystemExit):
        taken(city)
