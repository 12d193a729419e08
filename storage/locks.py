"""Locks of a home: one for each thing that two runners must not write at once.

Belongs here: where a lock lies, and holding it; whether any act is under way at all. Keep out: what
is done under it.
A file below the home keeps the processes of a machine apart. Where the tables lie on an object
store, runners on several machines may serve one home; no file lock can be trusted between them, so
whoever has the file asks for a lease on the store as well.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

from filelock import FileLock

from catalog_specs.errors import ObjectStoreError
from catalog_specs.rules.homes.store_faults import StoreFault
from storage.layout import Layout
from storage.places.claim import lies_at
from storage.places.leases import lease

__all__ = ["in_use", "locked", "out_of_use"]

PATIENCE = 60.0
"""Seconds for which acts that are under way are waited for."""
PAUSE = 0.1
GLANCE = 0.002
"""Seconds after which who waits for a lock looks again. Most are held for as long as the disk takes
to write a few lines, and several resources at work ask for them all the time."""
_USE = "in-use.lock"


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
    with FileLock(folder / f"{plain}.lock", poll_interval=GLANCE), shared:
        yield


@contextmanager
def in_use(layout: Layout) -> Iterator[None]:
    """Let the tables of a home stay where they are within this block: an act is under way.

    Any number of acts do so at once, one within another as well. Tables on a store never move.

    Raises:
        ObjectStoreError: the tables are being moved to an object store; or they were, after this
            process had opened the home.
    """
    if layout.store is not None:
        yield
        return
    with _opened(layout) as file:
        if not _held(file, fcntl.LOCK_SH):
            raise ObjectStoreError(StoreFault.MOVING, where=str(layout.home))
        store = lies_at(layout.store_note)
        if store:
            raise ObjectStoreError(StoreFault.ELSEWHERE, where=store)
        yield


@contextmanager
def out_of_use(layout: Layout) -> Iterator[None]:
    """Let no act begin within this block, and wait before it until none is under way.

    Raises:
        ObjectStoreError: there was always one.
    """
    until = time.monotonic() + PATIENCE
    with _opened(layout) as file:
        while not _held(file, fcntl.LOCK_EX):
            if time.monotonic() > until:
                raise ObjectStoreError(StoreFault.IN_USE, where=str(layout.home))
            time.sleep(PAUSE)
        yield


@contextmanager
def _opened(layout: Layout) -> Iterator[int]:
    """Open the file that stands for the use of a home: the lock goes when it is closed."""
    layout.locks.mkdir(parents=True, exist_ok=True)
    file = os.open(layout.locks / _USE, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        yield file
    finally:
        os.close(file)


def _held(file: int, how: int) -> bool:
    try:
        fcntl.flock(file, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
