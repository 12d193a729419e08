"""Locks of a home: one file for each thing that two runners must not write at once.

Belongs here: where a lock lies, and holding it. Keep out: what is done under it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from filelock import FileLock

from storage.layout import Layout

__all__ = ["locked"]


@contextmanager
def locked(layout: Layout, name: str) -> Iterator[None]:
    """Hold the lock of a resource, a grant, a set or a step of one; `name` may be its reference."""
    folder = layout.locks
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / f"{name.replace('/', '.')}.lock"):
        yield
