"""Facts of sharing: grants as they stand, copies, answers, and the counts of the audit log.

Belongs here: asking each reader once, now or before a moment. Keep out: what pages say of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from audit.log import AuditLog
from audit.tally import Tally, tallied
from audit.witness import witnessed
from catalog_specs.catalog import Catalog
from catalog_specs.errors import AuditError
from catalog_specs.local_time import local_day
from governance.applications.matters.machine import Matter
from governance.applications.matters.reading import recorded
from governance.grants.life import GrantEvent
from governance.grants.log import read_log
from governance.grants.standing import Standing, standings_in
from governance.owed import Owed, owed
from outlets.answers.ledger import ANSWERS
from register.copies import Traced, traced
from storage.digests import sha256_of_facts, sha256_of_lines
from storage.layout import Layout

__all__ = ["Sharing", "read_sharing"]


@dataclass(frozen=True)
class Sharing:
    """Who was granted what, what was handed out under it, and what is on record of it."""

    standings: Mapping[str, Standing] = field(default_factory=dict)
    events: tuple[GrantEvent, ...] = ()
    copies: tuple[Traced, ...] = ()
    """In the order in which they were handed out."""
    answers: Counter[str] = field(default_factory=Counter)
    """Grant → its answers."""
    tally: Tally | None = None
    """None where the audit log cannot be read."""
    entries: int = 0
    root: str = ""
    """The root of the newest checkpoint, as hexadecimal digits; empty where none is told."""
    witnesses: tuple[tuple[str, int], ...] = ()
    """Names of witnesses, with the entries that each has signed."""
    matters: tuple[Matter, ...] = ()
    """Openings, interface requests and delegations."""
    owed: tuple[Owed, ...] = ()
    """What offices owe by when."""

    @property
    def stamp(self) -> str:
        """Return what changes with any of it; entries that only seal are none of it."""
        counted = self.tally.stamp if self.tally else ""
        grants = sorted({*self.standings, *self.answers, *self._copies})
        beside = [counted, repr(self.witnesses), repr(self.matters)]
        return sha256_of_lines([*beside, *map(self.stamp_of, grants)])

    def stamp_of(self, grant: str) -> str:
        """Return what changes with anything of one grant, but for the day."""
        told = {
            "events": [repr(one) for one in self.events if one.grant == grant],
            "copies": [repr(one) for one in self.copies_of(grant)],
            "answers": self.answers[grant],
            "used": self.last_use(grant),
        }
        return sha256_of_facts(told)

    def copies_of(self, grant: str) -> tuple[Traced, ...]:
        """Return the copies of a grant."""
        return self._copies.get(grant, ())

    @cached_property
    def _copies(self) -> Mapping[str, tuple[Traced, ...]]:
        found: dict[str, list[Traced]] = {}
        for one in self.copies:
            found.setdefault(one.copy.grant, []).append(one)
        return {grant: tuple(some) for grant, some in found.items()}

    def last_use(self, grant: str) -> str:
        """Return the last day on which something was taken under a grant; empty for never."""
        taken = [one.copy.at[:10] for one in self.copies_of(grant)]
        asked = self.tally.used.get(grant, "") if self.tally else ""
        return max([asked, *taken])


def read_sharing(
    layout: Layout, catalog: Catalog, day: date, address: str = "", until: datetime | None = None
) -> Sharing:
    """Read what pages tell of sharing on a day, or told before a moment.

    `address` is that of the governance store; empty means the file of the home.
    """
    zone = ZoneInfo(catalog.profile.timezone)
    events, contents = read_log(layout, address)
    copies = traced(layout, until=until)
    answers = [(one.grant, one.at) for one in ANSWERS.read(layout)]
    if until is not None:
        events = tuple(one for one in events if one.at < until)
        answers = [one for one in answers if datetime.fromisoformat(one[1]) < until]
    log = events, contents
    matters = recorded(layout, address, until=until)
    known = Sharing(
        standings_in(log),
        events,
        copies,
        Counter(grant for grant, _ in answers),
        matters=matters,
        owed=owed(catalog, day, log, matters, copies),
    )
    return _with_log(known, AuditLog(layout), zone, local_day(catalog, until) if until else None)


def _with_log(known: Sharing, log: AuditLog, zone: ZoneInfo, before: object) -> Sharing:
    try:
        counted = tallied(log, zone)
        if before is not None:
            return replace(known, tally=_tally_until(counted, str(before)))
        newest = log.checkpoint
        seen = tuple((key.name, one.size) for key, one in witnessed(log)) if newest else ()
    except AuditError:  # that is for `quanshu audit verify`; no other page waits for it
        return known
    root = newest.root.hex() if newest else ""
    return replace(known, tally=counted, entries=counted.size, root=root, witnesses=seen)


def _tally_until(counted: Tally, day: str) -> Tally:
    """Return the counts of the days before one; of what is older than the days kept, nothing."""
    days = Counter({key: n for key, n in counted.days.items() if key[0] < day})
    about = Counter({key: n for key, n in counted.about.items() if key[1] < day})
    sums: Counter[tuple[str, ...]] = Counter()
    for (_, operation), count in days.items():
        sums["", operation] += count
    for (department, _, operation), count in about.items():
        sums[department, operation] += count
    used = {grant: last for grant, last in counted.used.items() if last < day}
    return Tally(days=days, about=about, sums=sums, used=used)
