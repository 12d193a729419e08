"""Locks of a home: one for each thing that two runners must not write at once.

Belongs here: where a lock lies, and holding it. Keep out: what is done under it.
A file below the home keeps the processes of a machine apart. Where the tables lie on an object
store, runners on several machines may serve one home; no file lock can be trusted between them, so
whoever has the file asks for a lease on the store as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

from filelock import FileLock

from storage.layout import Layout
from storage.places.leases import lease

__all__ = ["locked"]


@contextmanager
def locked(layout: Layout, name: str) -> Iterator[None]:
    """Hold the lock of a resource, a grant, a set or a step of one; `name` may be its reference.

    Raises:
        ObjectStoreError: the store does not answer, or the lease was lost meanwhile.
    """
    folder = layout.locks
    folder.mkdir(parents=True, exist_ok=True)
    plain = name.replace("/", ".")
    shared = nullcontext() if layout.store is None else lease(layout.store / "locks" / plain)
    with FileLock(folder / f"{plain}.lock"), shared:
        yield
