"""Ages of backups: how old the last good one is, and the last drill (八(一)、八(四)).

Belongs here: working them out of the ledger. Keep out: what follows (`flow.upkeep.doctor`,
`flow.supervision`). A home whose ledger has no backup may be copied in another way: nothing is said
of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from catalog_specs.local_time import local_day
from flow.city import City
from storage.backup.ledger import BACKUPS, BackupEvent, BackupRecord, newest

__all__ = ["Age", "ages_of"]


@dataclass(frozen=True)
class Age:
    """Since which day there was none, whether that is too long ago, and by how many days it is so.

    `begun` says whether the home was ever backed up by Quanshu.
    """

    begun: bool
    since: date | None
    days: int
    most: int

    @property
    def overdue(self) -> bool:
        """Say whether it is too long ago."""
        return self.begun and self.days > self.most


def ages_of(city: City) -> tuple[Age, Age]:
    """Return the age of the last good backup, and that of the last drill that went well.

    Until the first drill its age counts from the first backup on.
    """
    figures = city.catalog.profile.supervision
    made = newest(city.layout, BackupEvent.MADE)
    tried = newest(city.layout, BackupEvent.DRILLED, BackupEvent.RESTORED)
    first = _first(city)
    return (
        _age(city, first, made.holds if made else None, int(figures.backup_days.value)),
        _age(city, first, tried.at if tried else None, int(figures.drill_days.value)),
    )


def _first(city: City) -> BackupRecord | None:
    return next(iter(BACKUPS.read(city.layout)), None)


def _age(city: City, first: BackupRecord | None, at: str | None, most: int) -> Age:
    if first is None:
        return Age(False, None, 0, most)
    since = local_day(city.catalog, datetime.fromisoformat(at or first.at))
    days = (local_day(city.catalog, city.clock()) - since).days
    return Age(True, since, days, most)
