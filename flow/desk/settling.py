"""Settling all cases of a city: signals and reports, notices, clocks, in one transaction.

Belongs here: that order. Keep out: each step (`governance.cases`), when it is done (`keeping`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flow.city import City
from flow.desk.done import Desk
from flow.desk.receivers import receivers
from flow.failures import Faults
from governance.cases.alerts import Alert, AlertKind
from governance.cases.clocks import Clocks
from governance.cases.corrections import Checked, Lookup, check_reports
from governance.cases.disputes import Disputed
from governance.cases.notices import NoticeKind, parties_told, tell
from governance.cases.reminding import remind
from governance.cases.reports import disputed_values, known_reports, looked_at
from governance.cases.settling import Settled, settle
from governance.cases.signals import CaseOrigin, Signal
from governance.cases.states import By, EventKind
from governance.store.database import Session, Store, open_store
from storage.engines.workbench import open_workbench

__all__ = ["AllSettled", "settle_all"]


@dataclass(frozen=True)
class AllSettled:
    """What settling came to: its counts, what officers are told, what is disputed now."""

    desk: Desk
    alerts: tuple[Alert, ...]
    disputed: tuple[Disputed, ...]


def settle_all(city: City, signals: Sequence[Signal], faults: Faults) -> AllSettled:
    """Settle every case by signals and by what became of reported records."""
    by, clocks = By(city.actor, city.clock()), Clocks.of(city.catalog)
    with open_store(city.layout, city.governance_db) as store:
        checked = _checked(city, store, by, faults)
        told = [one.signal for one in checked if one.signal]
        with store.writing() as session:
            done = settle(session, [*signals, *told], by)
            looked_at(session, checked)
            _tell(city, session, done, by)
            reminders = remind(session, clocks, by)
            disputed = disputed_values(session)
    counts = [sum(kind is one for kind, _ in reminders) for one in _REMINDERS]
    desk = Desk(len(done.opened), len(done.reopened), len(done.closed), *counts)
    alerts = (
        *(Alert(AlertKind.NEW, one) for one in (*done.opened, *done.reopened)),
        *(Alert(_REMINDERS[kind], one) for kind, one in reminders),
    )
    return AllSettled(desk, alerts, disputed)


_REMINDERS = {
    EventKind.REMINDED: AlertKind.REMINDER,
    EventKind.OVERDUE: AlertKind.OVERDUE,
}


def _checked(city: City, store: Store, by: By, faults: Faults) -> list[Checked]:
    """Look at the tables of reported records, before anything is locked."""
    with store.reading() as session:
        known = known_reports(session)
    if not known:
        return []
    with faults.apart("desk", "reports"), open_workbench(city.layout.work, city.limits) as con:
        lookup = Lookup(con, city.layout, city.catalog, city.keys)
        return list(check_reports(lookup, known, by.at))
    return []


def _tell(city: City, session: Session, done: Settled, by: By) -> None:
    """Tell whoever received a disputed value what became of it."""
    for kind, found in ((NoticeKind.CORRECTED, done.closed), (NoticeKind.REOPENED, done.reopened)):
        for case in found:
            if case.origin is CaseOrigin.REPORT:
                delivery = str(case.evidence.get("delivery", "")) or None
                holding = receivers(city, case.resource, case.about, delivery)
                parties = (*parties_told(session, case.number), *holding)
                tell(session, case.number, kind, parties, by.at)
