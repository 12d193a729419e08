"""The desk: what follows for the quality officer at the end of a run.

Belongs here: the sources of signals, the steps that follow from cases, and doing neither when
nothing changed. Keep out: what a signal or a case is (`governance.cases`), printing.
A home in which nothing ever failed has no store, and gets none. SQLAlchemy is imported only when
there is something to settle: a run in which nothing happens must not wait for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from catalog_specs.local_time import local_day
from flow.city import City
from flow.failures import Faults
from flow.supervision.suspecting import suspect
from governance.cases.signals import Signal
from governance.cases.sources.failing_rules import failing_rules
from storage.delta.tables import version
from storage.digests import sha256_of_lines
from storage.swaps import read_json, write_json

__all__ = ["Desk", "Source", "keep_desk"]


Source = Callable[[City], Iterable[Signal]]

SOURCES: tuple[tuple[str, Source], ...] = (("rules", lambda city: failing_rules(city.layout)),)
"""What opens cases by itself, by the name under which a fault of it is told."""


@dataclass(frozen=True)
class Desk:
    """What the desk did in a run: cases that it opened, opened again and closed; violations."""

    opened: int = 0
    reopened: int = 0
    closed: int = 0
    suspected: int = 0
    """Violations that are suspected for the first time, or again."""
    gone: int = 0
    """Violations that are no longer seen."""


def keep_desk(city: City, faults: Faults) -> Desk:
    """Settle the cases by what the lake says now; a source that fails keeps no other from it.

    Nothing is done when no ledger has changed since, and the day is the same.
    """
    with faults.apart("desk"), city.lock("desk"):
        seen = _state(city)
        if read_json(city.layout.desk_state).get("seen") == seen:
            return Desk()
        before = len(faults.found)
        desk = _settled(city, _signals(city, faults))
        with faults.apart("desk", "violations"):
            fresh, gone = suspect(city)
            desk = replace(desk, suspected=fresh, gone=gone)
        if len(faults.found) == before:
            write_json(city.layout.desk_state, {"seen": seen})
        return desk
    return Desk()


def _state(city: City) -> str:
    """Return a digest of all that follows: ledgers, tables, catalogue and the day."""
    logs = sorted(city.layout.ledgers.glob("*/_delta_log/*.json"))
    newest = {log.parent.parent.name: log.name for log in logs}
    day = local_day(city.catalog, city.clock()).isoformat()
    ledgers = (f"{name} {version}" for name, version in newest.items())
    tables = (f"{ref} {version(city.layout.authoritative(ref))}" for ref in city.catalog.resources)
    return sha256_of_lines([city.catalog.digest, day, *ledgers, *tables])


def _signals(city: City, faults: Faults) -> list[Signal]:
    found: list[Signal] = []
    for name, source in SOURCES:
        with faults.apart("desk", name):
            found += [_routed(city, one) for one in source(city)]
    return found


def _routed(city: City, signal: Signal) -> Signal:
    """Return a signal with the department that must put it right."""
    declared = city.catalog.resources.get(signal.resource)
    provider = declared.provider if declared else signal.resource.partition("/")[0]
    return signal if signal.owner else replace(signal, owner=provider)


def _settled(city: City, signals: list[Signal]) -> Desk:
    if not (city.governance_db or city.layout.governance_db.is_file()):
        signals = [one for one in signals if one.failing]
        if not signals:
            return Desk()
    from governance.cases.settling import settle
    from governance.cases.states import By
    from governance.store.database import open_store

    by = By(city.actor, city.clock())
    with open_store(city.layout, city.governance_db) as store, store.writing() as session:
        done = settle(session, signals, by)
    return Desk(len(done.opened), len(done.reopened), len(done.closed))
