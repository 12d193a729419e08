"""Upkeep as a whole: what a home needs every night to work for years, in one order.

Belongs here: the order: joining small files, sealing, removing dead files, old log entries, landed
files that a store has too, old error reports. Keep out: each step (`joining`, `sealing`, `tidying`,
`clearing`), what is kept for how long
(`flow.upkeep.keeping`), when (`pipelines.automation`).
What the audit log has not sealed is never removed from a table's log.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flow.city import City
from flow.failures import Failure, Faults
from flow.upkeep.clearing import Cleared, clear_landing
from flow.upkeep.joining import Joined, join_files
from flow.upkeep.keeping import old_reports, remove_reports
from flow.upkeep.sealing import seal_lake
from flow.upkeep.tidying import KEPT_DAYS, Tidied, tidy

__all__ = ["Upkept", "keep_up"]


@dataclass(frozen=True)
class Upkept:
    """What was done, or would be: tables with fewer files, dead files, old error reports."""

    joined: tuple[Joined, ...]
    tidied: tuple[Tidied, ...]
    reports: int
    cleared: Cleared
    failures: tuple[Failure, ...] = ()

    @property
    def bytes(self) -> int:
        """Return the bytes that dead files gave back."""
        return sum(one.bytes for one in self.tidied)

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        return {
            "joined": [one.as_dict() for one in self.joined],
            "tidied": [one.as_dict() for one in self.tidied],
            "error_reports": self.reports,
            "landed": self.cleared.as_dict(),
            "bytes": self.bytes,
            "failures": [one.as_dict() for one in self.failures],
        }


def keep_up(city: City, days: int = KEPT_DAYS, *, dry_run: bool = False) -> Upkept:
    """Do the upkeep of a home; safe to repeat, to be interrupted, and beside runs.

    `days` is how long files of earlier versions stay. What fails stops nothing else.
    """
    faults = Faults(city.layout)
    joined = join_files(city, faults, dry_run=dry_run)
    unexplained = () if dry_run else seal_lake(city, faults)
    keep = frozenset(one.table for one in unexplained)
    # a seal that failed sealed nothing: then every log stays as it is
    logs = None if any(one.stop == "audit" and not one.subject for one in faults.found) else keep
    tidied = tidy(city, days, dry_run=dry_run, keep_logs=logs)
    cleared = clear_landing(city, faults, dry_run=dry_run)
    reports = old_reports(city)
    if not dry_run:
        remove_reports(city, reports)
    return Upkept(joined, tidied, len(reports), cleared, tuple(faults.found))
