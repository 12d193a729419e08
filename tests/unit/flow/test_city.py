"""The city: its workers do things side by side, each as if it were alone."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import replace
from pathlib import Path
from threading import Barrier

import pytest

from flow.city import City
from tests.city.declared import compiled
from tests.city.homes import city_of

WHO: ContextVar[str] = ContextVar("who", default="nobody")


@pytest.fixture
def city(tmp_path: Path) -> City:
    """Return a city with two workers."""
    return replace(city_of(compiled(), tmp_path, decide=False), workers=2)


def meeting(barrier: Barrier) -> Callable[[int], tuple[int, str]]:
    """Return what can only be done while another does it too."""

    def do(number: int) -> tuple[int, str]:
        barrier.wait(timeout=20)
        before = WHO.get()
        WHO.set(str(number))
        return number, before

    return do


def test_several_are_done_at_a_time(city: City) -> None:
    """In the order given, each in the act that it is part of, which none changes for another."""
    token = WHO.set("run")
    try:
        done = city.side_by_side(range(4), meeting(Barrier(2)))
        assert done == [(number, "run") for number in range(4)]
        assert WHO.get() == "run"
    finally:
        WHO.reset(token)


def test_one_worker_does_all_itself(city: City) -> None:
    """As many as there are, and none is asked for nothing."""
    alone = replace(city, workers=1)
    assert [n for n, _ in alone.side_by_side(range(3), meeting(Barrier(1)))] == [0, 1, 2]
    assert city.side_by_side((), meeting(Barrier(2))) == []


def test_an_error_lets_nobody_begin(city: City) -> None:
    """What has begun ends."""
    barrier, begun = Barrier(2), []

    def do(number: int) -> None:
        begun.append(number)
        barrier.wait(timeout=20)
        raise LookupError(number)

    with pytest.raises(LookupError, match=r"^[01]$"):
        city.side_by_side(range(40), do)
    assert len(begun) < 40
