"""Facts of the whole city: every resource with its deliveries, results, table and comparisons.

Belongs here: reading each ledger once, for all resources together. Keep out: what follows from the
facts (`pages`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

from catalog_specs.catalog import Catalog
from catalog_specs.local_time import local_day
from catalog_specs.models.organisation import Department
from catalog_specs.models.resource import Resource
from governance.scores.certificate import Certificate, Period, certificates
from outlets.reports.facts.desk import Desk, read_desk
from outlets.reports.facts.past import register_until, results_until, stored_until
from outlets.reports.facts.results import Results, read_results
from outlets.reports.facts.sharing import Sharing, read_sharing
from outlets.reports.facts.stored import Stored, stored_of
from quality.reconciliation.matrix import Line
from register.records import Delivery, VerdictKind
from register.register import Entry, Register, State, open_registers
from storage.delta.tables import glance
from storage.digests import sha256_of_lines
from storage.engines.connection import end_if_interrupted
from storage.layout import Layout

__all__ = ["Facts", "ResourceFacts", "read_facts"]


@dataclass(frozen=True)
class ResourceFacts:
    """One resource: what is declared of it, and what became of it."""

    resource: Resource
    department: Department
    register: Register
    results: Results
    stored: Stored
    compared: tuple[Line, ...]
    """Each referred item with its source, as it was compared last."""

    @property
    def ref(self) -> str:
        """Return the resource's name."""
        return self.resource.ref

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """Return every delivery with what became of it, the newest first."""
        return tuple(map(self.register.entry, reversed(self.register.landed.names)))

    @cached_property
    def refused(self) -> tuple[Entry, ...]:
        """Return the deliveries that were refused and that no later one made good, newest first."""
        found: list[Entry] = []
        for one in self.entries:
            if one.state in {State.REJECTED, State.REFUSED}:
                found.append(one)
            elif one.verdict is not None and one.verdict.kind is VerdictKind.PASSED:
                break
        return tuple(found)

    @property
    def awaiting(self) -> tuple[Entry, ...]:
        """Return the deliveries that wait for a decision about themselves, in order."""
        return tuple(
            map(self.register.entry, (h.delivery for h in self.register.awaiting_approval))
        )

    @cached_property
    def last_applied(self) -> Entry | None:
        """Return the newest delivery that was applied."""
        done = {State.APPLIED, State.OVERTAKEN}
        return next((one for one in self.entries if one.state in done), None)

    def receipt(self, delivery: str) -> Delivery:
        """Return what was handed over, from its receipt."""
        return self.register.landed.delivery(delivery)

    @cached_property
    def stamp(self) -> str:
        """Return what changes whenever anything changes that its pages tell of."""
        # the states alone: what else the ledgers say of thousands of deliveries, few pages ask
        states = (f"{name} {self.register.state(name)}" for name in self.register.landed.names)
        stored = f"{self.stored.rows} {self.stored.version}"
        compared = (f"{one.item} {one.compared_at}" for one in self.compared)
        return sha256_of_lines([stored, self.results.stamp, *compared, *states])


@dataclass(frozen=True)
class Facts:
    """Everything that the pages tell of, as one look found it."""

    catalog: Catalog
    day: date
    zone: ZoneInfo
    desk: Desk
    resources: Mapping[str, ResourceFacts]
    certify: Callable[[str, Period], Certificate]
    """Makes the certificate of a department and a month, when a page needs one."""
    sharing: Sharing = field(default_factory=Sharing)
    broken: tuple[str, ...] = ()
    """Resources whose table or receipts cannot be read, so that nobody knows what they hold."""

    @cached_property
    def stamp(self) -> str:
        """Return what changes with the day and with every resource."""
        stamps = (one.stamp for one in self.resources.values())
        return sha256_of_lines([self.day.isoformat(), self.desk.stamp, *self.broken, *stamps])

    def of_department(self, code: str) -> Sequence[ResourceFacts]:
        """Return the resources that a department provides."""
        return self.of_departments({code})

    def of_departments(self, codes: Collection[str]) -> Sequence[ResourceFacts]:
        """Return the resources that several departments provide."""
        return [one for one in self.resources.values() if one.resource.provider in codes]

    @property
    def producers(self) -> Sequence[Department]:
        """Return the departments that provide anything."""
        codes = dict.fromkeys(one.resource.provider for one in self.resources.values())
        return [self.catalog.departments[code] for code in codes]


def read_facts(
    layout: Layout,
    catalog: Catalog,
    now: datetime,
    address: str = "",
    until: datetime | None = None,
) -> Facts:
    """Read what the pages tell of: each ledger once, of every table its newest version.

    `address` is that of the governance store; empty means the file of the home. With `until` the
    facts are those before that moment, of which `now` is the last.
    """
    registers = open_registers(layout, catalog.resources.values())
    results = read_results(layout)
    if until is not None:
        registers = {ref: register_until(one, until) for ref, one in registers.items()}
        results = {ref: results_until(one, until) for ref, one in results.items()}
    desk = read_desk(layout, catalog, now, address, until)
    lines = [line for cell in desk.matrix.cells for line in cell.lines]
    found = {
        ref: ResourceFacts(
            one,
            catalog.departments[one.provider],
            registers[ref],
            results.get(ref) or Results.none(),
            stored,
            tuple(line for line in lines if line.resource == ref),
        )
        for ref, one in catalog.resources.items()
        if (stored := _stored(layout, registers[ref], until))
    }
    found = {ref: one for ref, one in found.items() if _is_whole(one)}
    zone = ZoneInfo(catalog.profile.timezone)
    broken = tuple(ref for ref in catalog.resources if ref not in found)

    @lru_cache(maxsize=2)  # departments take turns with their newest months
    def opened(period: Period) -> Callable[[str], Certificate]:
        return certificates(layout, catalog, period, address)

    def certify(department: str, period: Period) -> Certificate:
        return opened(period)(department)

    day = local_day(catalog, now)
    sharing = read_sharing(layout, catalog, day, address, until)
    return Facts(catalog, day, zone, desk, found, certify, sharing, broken)


def _is_whole(mine: ResourceFacts) -> bool:
    """Say whether everything that the pages of a resource tell of can be read."""
    try:
        return bool(mine.stamp)
    except Exception as error:  # noqa: BLE001 - a damaged receipt takes no other resource away
        end_if_interrupted(error)
        return False


def _stored(layout: Layout, register: Register, until: datetime | None) -> Stored | None:
    """Return what is stored of a resource, or was; None when its table cannot be read."""
    if until is not None:
        return stored_until(layout, register)
    try:
        table = glance(layout.authoritative(register.ref))
    except Exception as error:  # noqa: BLE001 - a broken table takes no other; the run tells why
        end_if_interrupted(error)
        return None
    return stored_of(table)
