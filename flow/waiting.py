"""Waiting work: files in inboxes, deliveries whose processing was interrupted, and where is none.

Belongs here: naming that work, so that a runner knows whether there is any and whether it is still
the same. Keep out: doing it (`flow.stops`), when it is tried again (`pipelines.attempts`).
Of a thousand resources few are delivered at a time. To find one idle costs the register, a look at
its table and a read of who wrote to it: 20 ms. While the catalogue, the program, every ledger and
the resource's own folders are what they were then, it is idle still: `Quiet`.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import catalog_specs
from catalog_specs.models.resource import Resource
from flow.city import City
from landing.landing import broken_off, waiting
from register.register import Register, open_register, open_registers
from storage.digests import sha256_of_lines
from storage.places.tables import LEDGER_DEPTH, log_stamp, newest_entry, tables_under
from storage.swaps import clear_aside, json_text, read_json, write_text

__all__ = ["Quiet", "quiet_before", "waiting_work", "waits"]

_PROGRAM = ("authoritative", "catalog_specs", "flow", "landing", "quality", "register", "storage")
"""Packages that say what there is to do: another version may find something."""
_SETTLED = 2_000_000_000
"""Nanoseconds that a folder must be unchanged for: two changes of one tick have one time."""


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


@dataclass
class Quiet:
    """Which resources were found idle, and by what they are known again."""

    city: City
    base: str
    """What concerns all of them: catalogue, program, ledgers."""
    before: dict[str, str]
    now: dict[str, str] = field(default_factory=dict)

    def look(self, resource: Resource) -> str | None:
        """Return what a resource's folders look like; None where it must have its turn."""
        if resource.feed.pull is not None:
            return None
        layout, ref = self.city.layout, resource.ref
        try:
            if os.listdir(layout.inbox(ref)):  # noqa: PTH208 - only whether there is anything
                return None
        except FileNotFoundError:
            pass
        except OSError:
            return None  # its turn tells what is wrong with it
        return f"{_folder(layout.landing(ref))} {log_stamp(layout.authoritative(ref))}"

    def still(self, resource: Resource, look: str | None) -> bool:
        """Say whether a resource is as it was when it was found idle."""
        same = look is not None and self.before.get(resource.ref) == look
        if same and look is not None:
            self.now[resource.ref] = look
        return same

    def found_idle(self, resource: Resource, look: str | None) -> None:
        """Remember a resource by the look before its turn, in which nothing was to be done."""
        changed = (int(part) for part in (look or "").split() if part.isdecimal())
        if look is not None and max(changed, default=0) < time.time_ns() - _SETTLED:
            self.now[resource.ref] = look

    def remember(self, chosen: Iterable[Resource]) -> None:
        """Keep what was found, for the next run; of resources that had no turn what was known."""
        asked = {one.ref for one in chosen}
        kept = {ref: look for ref, look in self.before.items() if ref not in asked} | self.now
        if kept != self.before:
            self.city.layout.work.mkdir(parents=True, exist_ok=True)
            write_text(
                self.city.layout.state("quiet"), json_text({"base": self.base, "looks": kept})
            )


def quiet_before(city: City) -> Quiet:
    """Return what earlier runs found idle, as far as it still counts."""
    base = _base(city)
    with suppress(OSError):
        clear_aside(city.layout.state("quiet"))
    known = read_json(city.layout.state("quiet"))
    return Quiet(city, base, dict(known["looks"]) if known.get("base") == base else {})


def _base(city: City) -> str:
    ledgers = tables_under(city.layout.ledgers, LEDGER_DEPTH)
    newest = (f"{name} {newest_entry(one)}" for name, one in ledgers)
    return sha256_of_lines([city.catalog.digest, _program(), *newest])


def _folder(path: Path) -> str:
    """Return what changes whenever anything joins or leaves a folder."""
    try:
        state = path.stat()
    except FileNotFoundError:
        return "none"
    return f"#{state.st_ino} {state.st_ctime_ns}"


@cache
def _program() -> str:
    here = Path(catalog_specs.__file__).parents[1]
    sources = sorted(file for name in _PROGRAM for file in (here / name).rglob("*.py"))
    states = ((file, file.stat()) for file in sources)
    return sha256_of_lines(
        f"{file.relative_to(here)} {state.st_size} {state.st_mtime_ns}" for file, state in states
    )
