"""Waiting work: files in inboxes, and deliveries whose processing was interrupted.

Belongs here: naming that work, so that a runner knows whether there is any and whether it is still
the same. Keep out: doing it (`flow.stops`), when it is tried again (`pipelines.attempts`).
"""

from __future__ import annotations

from flow.city import City
from landing.landing import broken_off, waiting
from register.register import Register, open_register, open_registers
from storage.digests import sha256_of_lines

__all__ = ["waiting_work", "waits"]


def waiting_work(city: City) -> dict[str, str]:
    """Return the departments that have work, each with a digest that names exactly this work.

    Work is a file in an inbox, a landing that was broken off, or a landed delivery without an
    outcome: its run failed, or it was left out when another delivery was rejected. What waits for
    an approval is no work before it is recorded. The digest changes when anything joins or goes.
    """
    found: dict[str, list[str]] = {}
    for register in open_registers(city.layout, city.catalog.resources.values()).values():
        found.setdefault(register.resource.provider, []).extend(_work(city, register))
    return {department: _digest(work) for department, work in found.items() if work}


def waits(city: City, ref: str) -> bool:
    """Say whether a resource has any such work."""
    return bool(_work(city, open_register(city.layout, city.catalog.resource(ref))))


def _work(city: City, register: Register) -> list[str]:
    files, ref = [], register.ref
    for path in waiting(city.layout, ref, city.clock()):
        try:
            state = path.lstat()
        except (FileNotFoundError, NotADirectoryError):
            continue  # a run has just taken it
        files.append(f"{path}:{state.st_size}:{state.st_mtime_ns}")
    unfinished = [f"{ref}@{name}" for name in register.unfinished]
    begun = [f"{ref}@{name}" for name in broken_off(city.layout, ref)]
    return files + unfinished + begun


def _digest(work: list[str]) -> str:
    return sha256_of_lines(work)[:32]
