"""Locks of a home: one at a time, by name, whatever the name's slashes."""

from __future__ import annotations

from pathlib import Path

import pytest
from filelock import FileLock, Timeout

from storage.layout import Layout
from storage.locks import locked


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
