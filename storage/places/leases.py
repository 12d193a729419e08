"""Leases: locks between runners on several machines, held by conditional writes to a store.

Belongs here: taking, renewing, giving back, and taking over what a dead runner held. Keep out: what
is locked (`storage.locks`).
A lease is an object that says who holds it, and changes with every renewal. No clock of one machine
is compared with another's: whoever waits takes over when he himself has seen the same object for
longer than it would have stood unrenewed. What a runner commits after it lost a lease does no harm:
a commit fails when another came in between, and no delivery is applied twice.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Event, Thread
from uuid import uuid4

from catalog_specs.errors import ObjectStoreError
from catalog_specs.rules.homes.store_faults import StoreFault
from storage.places.object_path import ObjectPath

__all__ = ["lease"]

LASTS = 30.0
"""Seconds for which a lease stands that nobody renews."""
RENEWED = 6.0
"""Seconds between renewals: a few may fail before the lease is lost."""
PAUSE = 0.25
"""Seconds between two looks of whoever waits."""
_FREE = ""


@contextmanager
def lease(place: ObjectPath) -> Iterator[None]:
    """Hold the lease that lies at a place, and wait for it while somebody else does.

    Raises:
        ObjectStoreError: the store does not answer; or, when the block is over, another runner has
            taken the lease over meanwhile.
    """
    held = _Held(place, _taken(place))
    over = Event()
    renewing = Thread(target=_renew, args=(held, over), name="lease", daemon=True)
    renewing.start()
    try:
        yield
    finally:
        over.set()
        renewing.join()
        kept = held.change(_FREE)
    if not kept:
        raise ObjectStoreError(StoreFault.LEASE_LOST, where=str(place))


@dataclass
class _Held:
    """A lease that this process holds, with the tag of what it wrote last; None once it is lost."""

    place: ObjectPath
    tag: str | None

    def change(self, holder: str) -> bool:
        """Write the lease anew; False when it is somebody else's by now."""
        if self.tag is not None:
            try:
                self.tag = self.place.replace(_said(holder), self.tag)
            except (FileExistsError, FileNotFoundError):
                self.tag = None
        return self.tag is not None


def _taken(place: ObjectPath) -> str:
    """Wait until the lease is free or its holder is dead, take it, and return its tag."""
    seen, since = "", 0.0
    while True:
        try:
            content, tag = place.read()
            if tag != seen:
                seen, since = tag, time.monotonic()
            if _holder(content) == _FREE or time.monotonic() - since > LASTS:
                return place.replace(_said(uuid4().hex), tag)
        except FileNotFoundError:
            with suppress(FileExistsError):
                return place.create(_said(uuid4().hex))
        except FileExistsError:
            continue  # somebody was quicker: look again what it is now
        time.sleep(PAUSE)


def _renew(held: _Held, over: Event) -> None:
    """Renew a lease until it is over; a store that is silent for too long loses it by itself."""
    while not over.wait(RENEWED):
        try:
            if not held.change(uuid4().hex):
                return
        except ObjectStoreError:
            continue


def _said(holder: str) -> bytes:
    # no two writes are alike: a tag may be a digest of the bytes
    return json.dumps({"holder": holder, "once": uuid4().hex}).encode()


def _holder(content: bytes) -> str:
    try:
        return str(json.loads(content).get("holder", _FREE))
    except (ValueError, AttributeError):
        return "?"
