"""Keeping the desk: the end of a run, at which cases follow from what the lake says now.

Belongs here: the order of the steps, and doing none when nothing changed. Keep out: what each step
does. A home in which nothing ever failed has no store, and gets none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from catalog_specs.local_time import local_day
from flow.city import City
from flow.desk.done import Desk
from flow.desk.sources import SOURCES
from flow.failures import Faults
from flow.supervision.suspecting import suspect
from governance.cases.disputes import Disputed, remember_desk, seen_before
from governance.cases.signals import Signal
from quality.timeliness.duties import Timeliness
from storage.digests import sha256_of_lines
from storage.places.tables import LEDGER_DEPTH, newest_entry, tables_under

if TYPE_CHECKING:
    from governance.cases.alerts import Alert

__all__ = ["keep_desk"]


def keep_desk(city: City, faults: Faults, dues: Iterable[Timeliness] | None = None) -> Desk:
    """Settle the cases by what the lake says now; a source that fails keeps no other from it.

    Nothing is done when no ledger has changed since, and the day is the same. `dues` are what is
    due, of whoever looked at the clock a moment ago.
    """
    with faults.apart("desk"), city.lock("desk"):
        seen = _state(city)
        if seen_before(city.layout) == seen:
            return Desk()
        before = len(faults.found)
        desk, disputed = _settled(city, _signals(city, faults), faults)
        with faults.apart("desk", "violations"):
            fresh, gone = suspect(city, dues)
            desk = replace(desk, suspected=fresh, gone=gone)
        whole = len(faults.found) == before
        remember_desk(city.layout, seen if whole else "", disputed)
        return desk
    return Desk()


def _state(city: City) -> str:
    """Return a digest of all that follows: ledgers, tables, catalogue, grants and the day."""
    day = local_day(city.catalog, city.clock()).isoformat()
    ledgers = tables_under(city.layout.ledgers, LEDGER_DEPTH)
    tables = ((ref, city.layout.authoritative(ref)) for ref in city.catalog.resources)
    newest = (f"{name} {newest_entry(table)}" for name, table in (*ledgers, *tables))
    # refused asks, and what officials did, are in the audit log alone
    return sha256_of_lines([city.catalog.digest, day, city.tally.watched, *newest])


def _signals(city: City, faults: Faults) -> list[Signal]:
    found: list[Signal] = []
    for name, source in SOURCES.items():
        with faults.apart("desk", name):
            found += [_routed(city, one) for one in source(city)]
    return found


def _routed(city: City, signal: Signal) -> Signal:
    """Return a signal with the department that must put it right."""
    declared = city.catalog.resources.get(signal.resource)
    provider = declared.provider if declared else signal.resource.partition("/")[0]
    return signal if signal.owner else replace(signal, owner=provider)


def _settled(
    city: City, signals: Sequence[Signal], faults: Faults
) -> tuple[Desk, tuple[Disputed, ...]]:
    """Settle in one transaction: a run that is killed leaves the cases as they were."""
    if not (city.governance_db or city.layout.governance_db.is_file()):
        signals = [one for one in signals if one.failing]
        if not signals:
            return Desk(), ()
    from flow.desk.settling import settle_all

    done = settle_all(city, signals, faults)
    _send(city, done.alerts, faults)
    return done.desk, done.disputed


def _send(city: City, alerts: Sequence[Alert], faults: Faults) -> None:
    """Send what officers asked to be told of; what cannot be sent fails nothing else."""
    if alerts and city.alerts:
        from governance.cases.alerts import send

        with faults.apart("desk", "alerts"):
            send(city.alerts, alerts)
