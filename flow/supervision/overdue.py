"""Overdue: what departments and offices owe by a day that is over.

Belongs here: asking calendar, open cases and offices. Keep out: what is due (`quality.timeliness`,
`governance.owed`), the clocks of a case (`governance.cases`), what is suspected of it
(`governance.violations`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from catalog_specs.local_time import local_day, local_moment
from catalog_specs.working_days import working_days
from flow.city import City
from governance.owed import Owed, read_owed
from governance.violations.facts import Overdue
from quality.timeliness.arrivals import left_out
from quality.timeliness.duties import Duty, Timeliness, due_list

__all__ = ["overdue", "owed_too_long"]


def overdue(city: City, dues: Iterable[Timeliness] | None = None) -> tuple[Overdue, ...]:
    """Return what is overdue now: the first delivery of a silence, stale tables, corrections.

    `dues` are what is due, of whoever looked at the clock a moment ago.
    """
    return (*_deliveries(city, dues), *_corrections(city))


def owed_too_long(city: City) -> tuple[Owed, ...]:
    """Return what offices should have done by now: interfaces, decisions, reports, receipts."""
    today = local_day(city.catalog, city.clock())
    found = read_owed(city.layout, city.governance_db, city.catalog, today)
    return tuple(one for one in found if one.overdue)


def _deliveries(city: City, dues: Iterable[Timeliness] | None) -> Iterator[Overdue]:
    now = local_moment(city.catalog, city.clock())
    calendar = working_days(city.catalog)
    if dues is None:
        dues = due_list(city.catalog, city.layout, now, apart=left_out)
    for one in dues:
        owed = _owed(one)
        if owed is not None:
            due = owed.due.date()
            what = "missing" if one.missed else "stale"
            yield Overdue(one.resource, what, due, calendar.between(due, now.date()))


def _owed(one: Timeliness) -> Duty | None:
    """Return the first period of a silence, or else the one since which the table is stale.

    The first, so that it stays one violation however long nothing comes.
    """
    if one.missed:
        return one.missed[0]
    found = None
    for duty in reversed(one.duties) if one.stale else ():
        if duty.stale is False:
            break
        found = duty if duty.stale else found
    return found


def _corrections(city: City) -> Iterator[Overdue]:
    if not (city.governance_db or city.layout.governance_db.is_file()):
        return
    from governance.cases.clocks import Clocks, Standing
    from governance.cases.reading import cases
    from governance.cases.states import CaseState
    from governance.store.database import open_store

    clocks, now = Clocks.of(city.catalog), city.clock()
    with open_store(city.layout, city.governance_db) as store, store.reading() as session:
        shown = cases(session, clocks, now)
    today = local_day(city.catalog, now)
    for one in shown:
        late = one.standing is Standing.OVERDUE and one.case.state is CaseState.CORRECTING
        if late and one.due is not None:
            days = clocks.calendar.between(one.due.day, today)
            yield Overdue(one.case.resource, "correction", one.due.day, days, str(one.case.number))
