"""Locks of a home: one at a time, by name, whatever the name's slashes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from filelock import FileLock, Timeout

from storage.layout import Layout
from storage.locks import locked
from storage.places import leases
from storage.places.object_path import ObjectPath
from tests.harness.fixtures import store

__all__ = ["store"]


def test_a_lock_is_held_by_one(tmp_path: Path) -> None:
    """While one holds the lock of a resource, no other gets it; another's lock is free."""
    layout = Layout(tmp_path)
    place = layout.locks / "landing.civil_affairs.person.lock"
    with locked(layout, "landing.civil_affairs/person"):
        with pytest.raises(Timeout), FileLock(place, timeout=0):
            pass
        with locked(layout, "landing.civil_affairs/region"):
            pass
    with FileLock(place, timeout=0):
        pass


def test_where_tables_lie_on_a_store_a_lease_is_held_as_well(
    store: ObjectPath, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine whose file locks are its own gets the lock after the other has given it back."""
    monkeypatch.setattr(leases, "PAUSE", 0.02)
    one, other = Layout(tmp_path / "one", store), Layout(tmp_path / "other", store)
    order: list[str] = []

    def second() -> None:
        with locked(other, "civil_affairs/person"):
            order.append("second")

    with ThreadPoolExecutor(1) as pool:
        with locked(one, "civil_affairs/person"):
            waiting = pool.submit(second)
            with pytest.raises(TimeoutError):
                waiting.result(timeout=0.5)
            order.append("first")
        waiting.result()
    assert order == ["first", "second"]
    assert [place.name for place, _ in store.below()] == ["civil_affairs.person"]
