"""Arrivals: what counts towards what is due, gathered from the register without its receipts.

Belongs here: which deliveries count, and their moments. Keep out: what follows (`settling`).
A delivery counts that passed, or awaits its verdict or an approval: the department has done its
part. A rejected or refused one does not count, and the department still owes. A repeat of one that
counts is a delivery. A replay is none: its records were delivered before.
For the table only what was applied counts, at the moment at which it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass
from datetime import date, datetime

from catalog_specs.errors import UnreadableError
from catalog_specs.models.resource import Resource
from landing.repeats import REPEATS, Repeat
from quality.timeliness.settling import Came
from register.landed import Said
from register.records import VerdictKind
from register.register import Register, open_registers
from storage.layout import Layout

__all__ = ["Apart", "Arrivals", "arrivals", "left_out"]


@dataclass(frozen=True)
class Arrivals:
    """What came of one resource."""

    first: datetime | None
    """When its first delivery came, whatever became of it."""
    delivered: tuple[Came, ...]
    applied: tuple[Came, ...]
    """The same by the moments at which the authoritative table had taken it in."""


Apart = Callable[[str], AbstractContextManager[None]]
"""Sets apart what fails for one resource, given its name."""


def left_out(resource: str) -> AbstractContextManager[None]:
    """Leave a resource out whose receipts cannot be read; every run tells of it."""
    del resource
    return suppress(UnreadableError)


def arrivals(
    layout: Layout, resources: Iterable[Resource], apart: Apart | None = None
) -> Mapping[str, Arrivals]:
    """Return what came of each resource, with one read of each ledger for all.

    A resource whose receipts cannot be read is left out where `apart` lets the others go on.
    """
    repeats: dict[str, list[Repeat]] = {}
    for one in REPEATS.read(layout):
        repeats.setdefault(one.resource, []).append(one)
    registers = open_registers(layout, resources)
    found: dict[str, Arrivals] = {}
    for ref, register in registers.items():
        with apart(ref) if apart else nullcontext():
            found[ref] = _of(register, repeats.get(ref, ()))
    return found


def _of(register: Register, repeats: Iterable[Repeat]) -> Arrivals:
    said, kinds = register.landed.said, register.entries.kinds
    counted = {
        name: one
        for name, one in said.items()
        if kinds.get(name, VerdictKind.PASSED) is VerdictKind.PASSED and not one.replay
    }
    again = tuple(
        _came(counted[one.delivery], one.repeated_at) for one in repeats if one.delivery in counted
    )
    applied = _applied(register, counted)
    held = {one.delivery for one in applied}
    return Arrivals(
        min((datetime.fromisoformat(one.landed_at) for one in said.values()), default=None),
        (*(_came(one, one.landed_at) for one in counted.values()), *again),
        (*applied, *(one for one in again if one.delivery in held)),
    )


def _applied(register: Register, counted: Mapping[str, Said]) -> tuple[Came, ...]:
    """Return what was applied, by the first moment: a table made anew gets all of it again."""
    rows = register.entries.stored.outcomes.select(["delivery", "applied", "recorded_at"])
    done = zip(*(rows[name].to_pylist() for name in rows.column_names), strict=True)
    first: dict[str, str] = {}
    for delivery, applied, recorded_at in done:
        if applied:
            first.setdefault(delivery, recorded_at)
    return tuple(_came(counted[name], at) for name, at in first.items() if name in counted)


def _came(said: Said, moment: str) -> Came:
    day = date.fromisoformat(said.as_of) if said.as_of else None
    return Came(said.delivery, datetime.fromisoformat(moment), day)
