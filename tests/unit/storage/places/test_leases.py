"""Leases: one holder at a time, whoever dies on the way."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from catalog_specs.errors import ObjectStoreError
from catalog_specs.rules.homes.store_faults import StoreFault
from storage.places import leases
from storage.places.leases import lease
from storage.places.object_path import ObjectPath


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a lease last for a moment."""
    monkeypatch.setattr(leases, "LASTS", 1.5)
    monkeypatch.setattr(leases, "RENEWED", 0.3)
    monkeypatch.setattr(leases, "PAUSE", 0.02)


def test_one_at_a_time(store: ObjectPath) -> None:
    """Of many who count in a file that nobody else guards, no count is lost."""
    (store / "count").write_bytes(b"0")

    def counted(_: int) -> None:
        with lease(store / "lock"):
            now = int((store / "count").read_bytes())
            (store / "count").write_bytes(str(now + 1).encode())

    with ThreadPoolExecutor(6) as pool:
        assert len([*pool.map(counted, range(18))]) == 18
    assert (store / "count").read_bytes() == b"18"


def test_a_holder_who_lives_is_waited_for(store: ObjectPath) -> None:
    """However long he takes: he renews it."""
    order: list[str] = []
    has_it = Event()

    def slow() -> None:
        with lease(store / "lock"):
            has_it.set()
            time.sleep(2 * leases.LASTS)
            order.append("first")

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(slow)
        assert has_it.wait(30)
        with lease(store / "lock"):
            order.append("second")
        first.result()
    assert order == ["first", "second"]


def test_what_a_dead_holder_held_is_taken_over(store: ObjectPath) -> None:
    """After the time for which a lease stands unrenewed, and not before."""
    (store / "lock").write_bytes(leases._said("somebody who died"))
    began = time.monotonic()
    with lease(store / "lock"):
        assert time.monotonic() - began > leases.LASTS


def test_who_lost_a_lease_is_told(store: ObjectPath) -> None:
    """A runner that was away for too long learns that its block was not alone."""

    def away() -> None:
        with lease(store / "lock"):
            (store / "lock").write_bytes(leases._said("another runner"))
            time.sleep(2 * leases.RENEWED)

    with pytest.raises(ObjectStoreError) as raised:
        away()
    assert raised.value.code is StoreFault.LEASE_LOST


def test_an_error_within_gives_the_lease_back(store: ObjectPath) -> None:
    """The next one need not wait."""
    with pytest.raises(ZeroDivisionError), lease(store / "lock"):
        _ = 1 // 0
    began = time.monotonic()
    with lease(store / "lock"):
        assert time.monotonic() - began < leases.LASTS
