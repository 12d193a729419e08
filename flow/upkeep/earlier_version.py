"""Remains of an earlier version: ledgers that lack columns, commits from before the audit log.

Belongs here: looking for both in a home, bringing them along. Keep out: tables and the catalogue
(`evolution`), how a table gains a column (`storage.delta.appending`).
A ledger that lacks a column works: it reads as null, and the next fact brings it. An upgrade that
ends with nothing left to do is easier to trust.
"""

from __future__ import annotations

from collections.abc import Mapping

from audit.acts import Operation
from audit.lake import SEALED, tables_of
from catalog_specs.errors import UnreadableError
from flow.acts import about_city, at_work
from flow.city import City
from flow.failures import Failure, Faults
from flow.upkeep.sealing import seal_lake
from flow.upkeep.tidying import held
from outlets.views.ledgers import LEDGERS
from storage.delta.appending import gain_columns
from storage.delta.tables import glance

__all__ = ["bring_ledgers", "lacking", "take_over_past"]


def lacking(city: City) -> Mapping[str, tuple[str, ...]]:
    """Return the ledgers of a home that lack columns, each with these."""
    found = {}
    for ledger in LEDGERS:
        table = glance(ledger.path(city.layout))
        there = {one.name for one in table.columns} if table else set(ledger.shape.names)
        missing = tuple(name for name in ledger.shape.names if name not in there)
        if missing:
            found[ledger.name] = missing
    return found


def bring_ledgers(city: City) -> Mapping[str, tuple[str, ...]]:
    """Give ledgers the columns that they lack; no row is rewritten. Returns what was done."""
    done = lacking(city)
    known = {ledger.name: ledger for ledger in LEDGERS}
    for name in done:
        act = about_city(city, Operation.MAINTAIN, "补齐台账的新列", f"ledgers/{name}")
        with city.lock(f"tidying.{name}"), at_work(city, act):
            gain_columns(known[name].path(city.layout), known[name].shape)
    return done


def take_over_past(city: City, document: str | None = None) -> tuple[Failure, ...]:
    """Seal what lies in a home whose lake was never sealed: no act could explain it then.

    Once for a home. A table with a commit that was foreign to that version too is left out, and is
    held until somebody decides. Returns what failed.
    """
    faults = Faults(city.layout)
    if not any(SEALED in entry.act.facts for entry in city.audit.read()):
        seal_lake(city, faults, frozenset(_ours(city)), document)
    return tuple(faults.found)


def _ours(city: City) -> list[str]:
    ours = []
    for name, path in tables_of(city.layout):
        try:
            if not held(city, path, name):
                ours.append(name)
        except UnreadableError:
            continue  # nothing of it can be said
    return ours
