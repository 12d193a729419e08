"""What waits in each department: files in its inboxes, deliveries whose way was broken off.

Belongs here: naming that work, so that a runner knows whether there is any and whether it is still
the same. Keep out: doing it (`flow.stops`), when it is tried again (`pipelines.attempts`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Set as AbstractSet

from flow.city import City
from landing.landing import broken_off, waiting
from register.approvals import waiting_for_decision
from register.outcomes import recorded
from register.receipts import landed

__all__ = ["waiting_work", "waits"]


def waiting_work(city: City) -> dict[str, str]:
    """Return the departments that have work, each with a digest that names exactly this work.

    Work is a file in an inbox, a landing that was broken off, or a landed delivery without an
    outcome: its run failed, or it was held back when another delivery was rejected. What waits for
    an approval is no work before it is decided. The digest changes when anything joins or goes.
    """
    done = recorded(city.layout) | waiting_for_decision(city.layout)
    found: dict[str, list[str]] = {}
    for ref, resource in city.catalog.resources.items():
        found.setdefault(resource.provider, []).extend(_work(city, ref, done))
    return {department: _digest(work) for department, work in found.items() if work}


def waits(city: City, ref: str) -> bool:
    """Say whether a resource has any such work."""
    done = recorded(city.layout) | waiting_for_decision(city.layout)
    return bool(_work(city, ref, done))


def _work(city: City, ref: str, done: AbstractSet[tuple[str, str]]) -> list[str]:
    files = []
    for path in waiting(city.layout, ref, city.clock()):
        try:
            state = path.lstat()
        except (FileNotFoundError, NotADirectoryError):
            continue  # a run has just taken it
        files.append(f"{path}:{state.st_size}:{state.st_mtime_ns}")
    unfinished = [f"{ref}@{name}" for name in landed(city.layout, ref) if (ref, name) not in done]
    begun = [f"{ref}@{name}" for name in broken_off(city.layout, ref)]
    return files + unfinished + begun


def _digest(work: list[str]) -> str:
    return hashlib.sha256("\n".join(work).encode()).hexdigest()[:32]
