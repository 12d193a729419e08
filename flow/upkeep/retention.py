"""Retention of the audit log: purging what is old enough, and the holds that keep it (八(四)).

Belongs here: the day, the years of the profile, and the acts of both. Keep out: how (`audit`).
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from audit.acts import Act, Operation
from audit.holds import Hold, begin_hold, end_hold
from audit.lake import unexplained
from audit.purging import Purged, purge, require_old
from catalog_specs.errors import AuditError
from catalog_specs.local_time import local_day
from catalog_specs.rules.keeping import LEAST_LOG_YEARS
from flow.acts import about_city
from flow.city import City
from flow.failures import Faults
from flow.upkeep.sealing import seal_lake

__all__ = ["hold", "purge_log", "release"]


def purge_log(city: City, before: date, document: str, to: Path) -> Purged:
    """Purge entries of before a day on the authority of a document; they are written out first.

    Raises:
        AuditError: they are too young, a legal hold covers them, the log is damaged, or a table of
            the lake has a commit that no entry explains: its explanation might be what goes.
    """
    log, years = city.audit, max(int(city.catalog.profile.log_years.value), LEAST_LOG_YEARS)
    require_old(log, before, _today(city), years)
    seal_lake(city, Faults(city.layout))  # so that no fresh commit names an act that goes
    left = next(unexplained(log), None)
    if left is not None:
        raise AuditError(
            f"a commit of the lake is not explained: {left}",
            where=left.table,
            remedy="decide about it first: see `quanshu audit verify` and `quanshu tables accept`",
        )
    purpose = f"按保留年限清除 {before} 之前的审计日志"
    return purge(log, _act(city, purpose, document), before, to)


def hold(city: City, document: str, reason: str, since: date | None) -> Hold:
    """Let a document hold the log: all of it, or what happened since a day.

    Raises:
        AuditError: there is one by this document, the day has not come, or it cannot be entered.
    """
    if since is not None and since > _today(city):
        raise AuditError(
            "a hold cannot begin with a day that has not come",
            where=f"--since {since}",
            remedy="name a day that has come, or none: then it covers all entries",
        )
    return begin_hold(city.audit, _act(city, f"保全审计日志：{reason}", document), document, since)


def release(city: City, document: str, by: str) -> Hold:
    """End a hold on the authority of another document.

    Raises:
        AuditError: no such hold is in force, or it cannot be entered.
    """
    return end_hold(city.audit, _act(city, "解除审计日志保全", by), document)


def _act(city: City, purpose: str, document: str) -> Act:
    return about_city(city, Operation.MAINTAIN, purpose, "audit", document=document)


def _today(city: City) -> date:
    return local_day(city.catalog, city.clock())
