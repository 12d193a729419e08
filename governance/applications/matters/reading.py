"""Reading matters: lists of openings, interface requests and delegations, as frozen values.

Belongs here: what a reader is shown, with its due day, for the command line, pages and JSON. Keep
out: changing matters (`handling`), printing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from catalog_specs.catalog import Catalog
from governance.applications.matters.delegations import DELEGATION, in_force
from governance.applications.matters.handling import clock_of
from governance.applications.matters.interfaces import INTERFACE
from governance.applications.matters.log import matters_in
from governance.applications.matters.machine import (
    Due,
    Machine,
    Matter,
    MatterWord,
    lived,
)
from governance.applications.matters.machines import MACHINES
from governance.applications.matters.openings import OPENING, opening_holds, request_of
from storage.layout import Layout

__all__ = [
    "ShownMatter",
    "delegations",
    "ending",
    "interface_requests",
    "last_day",
    "matters",
    "openings",
    "overdue",
    "recorded",
    "shown",
]


@dataclass(frozen=True)
class ShownMatter:
    """One matter as a list shows it; it holds names of units and posts, no value of the data."""

    machine: Machine
    matter: Matter
    due: Due | None
    today: date

    @property
    def state(self) -> MatterWord:
        """Return its state, with its words in both languages and its clause."""
        return self.machine.states(self.matter.state)

    @property
    def overdue(self) -> bool:
        """Say whether something should have been done by now; the due day itself is in time."""
        return self.due is not None and self.today > self.due.day

    @property
    def about(self) -> str:
        """Return what it is about: an open set, a resource, or the unit that is delegated to."""
        content: Mapping[str, Any] = self.matter.content
        return str(content.get("dataset") or content.get("resource") or content.get("operator"))

    @property
    def asked_by(self) -> str:
        """Return who asks: the applicant from outside, or the code of a department."""
        return str(self.matter.content.get("applicant") or self.matter.events[0].department)

    @property
    def since(self) -> date:
        """Return the day it began."""
        return self.matter.events[0].on

    @property
    def until(self) -> date | None:
        """Return the last day of its term; None where it has none."""
        return last_day(self.matter)

    @property
    def in_force(self) -> bool:
        """Say whether something may be done by it today."""
        if self.machine is DELEGATION:
            return in_force(self.matter, self.today)
        if self.machine is OPENING:
            return opening_holds(self.matter, self.today)
        return False

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        due, until = self.due, self.until
        return {
            "number": self.matter.number,
            "kind": self.machine.kind,
            "state": self.state.value,
            "state_zh": self.state.label,
            "state_en": self.state.english,
            "clause": self.state.clause,
            "about": self.about,
            "asked_by": self.asked_by,
            "since": self.since.isoformat(),
            "until": until.isoformat() if until else None,
            "in_force": self.in_force,
            "due": due.day.isoformat() if due else None,
            "due_what": due.what if due else None,
            "provisional": due.provisional if due else False,
            "overdue": self.overdue,
        }


def matters(
    layout: Layout, address: str, catalog: Catalog, today: date, kind: str | None = None
) -> tuple[ShownMatter, ...]:
    """Return all matters, or those of one kind, as they stand on a day; none without a store."""
    return tuple(shown(catalog, one, today) for one in recorded(layout, address, kind))


def recorded(
    layout: Layout, address: str, kind: str | None = None, until: datetime | None = None
) -> tuple[Matter, ...]:
    """Return all matters, or those of one kind, as they are or were before a moment."""
    from governance.store.database import exists, open_store

    if not exists(layout, address):
        return ()
    with open_store(layout, address) as store, store.reading() as session:
        found = matters_in(session, kind)
    if until is None:
        return found
    past = (
        lived(MACHINES[one.kind], (event for event in one.events if event.at < until))
        for one in found
    )
    return tuple(one for one in past if one)


def openings(
    layout: Layout, address: str, catalog: Catalog, today: date
) -> tuple[ShownMatter, ...]:
    """Return the applications for 授权开放 (六(四))."""
    return matters(layout, address, catalog, today, OPENING.kind)


def interface_requests(
    layout: Layout, address: str, catalog: Catalog, today: date
) -> tuple[ShownMatter, ...]:
    """Return the interface requests (二(三))."""
    return matters(layout, address, catalog, today, INTERFACE.kind)


def delegations(
    layout: Layout, address: str, catalog: Catalog, today: date
) -> tuple[ShownMatter, ...]:
    """Return the delegations to the operator (二(五))."""
    return matters(layout, address, catalog, today, DELEGATION.kind)


def shown(catalog: Catalog, matter: Matter, today: date) -> ShownMatter:
    """Return a matter as a list shows it on a day."""
    machine = MACHINES[matter.kind]
    return ShownMatter(machine, matter, machine.due(matter, clock_of(catalog, today)), today)


def overdue(found: tuple[ShownMatter, ...]) -> tuple[ShownMatter, ...]:
    """Return the matters in which something should have been done by now, the oldest first."""
    late = [one for one in found if one.overdue and one.due]
    return tuple(sorted(late, key=lambda one: one.due.day if one.due else one.today))


def ending(found: tuple[ShownMatter, ...], days: int) -> tuple[ShownMatter, ...]:
    """Return what is in force and ends within so many days, the soonest first."""
    soon = [
        one
        for one in found
        if one.in_force and one.until and one.until <= one.today + timedelta(days=days)
    ]
    return tuple(sorted(soon, key=lambda one: one.until or one.today))


def last_day(matter: Matter) -> date | None:
    """Return the last day of a matter's term."""
    if matter.kind == OPENING.kind:
        return request_of(matter.content).valid_to
    if matter.kind == DELEGATION.kind:
        return date.fromisoformat(str(matter.content["until"]))
    return None
