"""Locks of a home: one at a time, by name, whatever the name's slashes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from filelock import FileLock, Timeout

from catalog_specs.errors import ObjectStoreError
from catalog_specs.rules.homes.store_faults import StoreFault
from storage import locks
from storage.layout import Layout
from storage.locks import in_use, locked, out_of_use
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


def _refused(layout: Layout) -> StoreFault | None:
    try:
        with in_use(layout):
            return None
    except ObjectStoreError as error:
        return error.fault


def test_a_home_is_in_use_by_many_or_out_of_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Acts within acts do not wait for each other; who wants nobody there waits for all of them."""
    monkeypatch.setattr(locks, "PAUSE", 0.01)
    layout, order = Layout(tmp_path), list[str]()

    def alone() -> None:
        with out_of_use(layout):
            order.append("alone")
            assert _refused(layout) is StoreFault.MOVING

    with ThreadPoolExecutor(1) as pool:
        with in_use(layout), in_use(layout):
            waiting = pool.submit(alone)
            with pytest.raises(TimeoutError):
                waiting.result(timeout=0.1)
            order.append("act")
        waiting.result()
    assert order == ["act", "alone"]
    assert _refused(layout) is None


def test_who_waits_for_a_home_gives_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is always an act, and nothing is begun."""
    monkeypatch.setattr(locks, "PATIENCE", 0.0)
    layout = Layout(tmp_path)
    with in_use(layout), pytest.raises(ObjectStoreError) as raised, out_of_use(layout):
        pytest.fail("somebody is at work")
    assert raised.value.fault is StoreFault.IN_USE


def test_no_act_begins_on_a_disk_that_the_tables_have_left(tmp_path: Path) -> None:
    """A process that opened the home before they went is told where they are."""
    layout = Layout(tmp_path)
    layout.store_note.write_text('{"store": "s3://lake/city"}', encoding="utf-8")
    assert _refused(layout) is StoreFault.ELSEWHERE
    assert _refused(Layout(tmp_path, ObjectPath("s3://lake/city"))) is None
