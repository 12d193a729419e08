"""Unused grants, and unused parts of grants: granted and never taken (二(二)).

Belongs here: asking the audit log and the ledger of copies. Keep out: deciding what follows: an
official asks the consumer, and shortens or revokes the grant.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from audit.acts import Act
from catalog_specs.local_time import local_day
from catalog_specs.models.sharing import Grant, GrantedResource
from catalog_specs.vocabulary import Method
from flow.city import City
from governance.grants.life import GrantEventKind
from governance.grants.log import read_log
from register.copies import COPIES, Copy

__all__ = ["UnusedPart", "unused_grants", "unused_parts"]


def unused_grants(city: City, days: int) -> tuple[tuple[str, date], ...]:
    """Return the grants in force for so many days of which nothing was ever taken, with since when.

    What a consumer reads from its file is not seen until it is fetched through the platform.
    """
    since = _in_force_for(city, days)
    used = {*city.tally.used}
    used |= {one.grant for one in COPIES.read(city.layout)}
    return tuple((code, day) for code, day in since.items() if code not in used)


@dataclass(frozen=True)
class UnusedPart:
    """A resource of a grant, or an item of one, that nobody took although the rest is used."""

    grant: str
    where: str
    since: date


def unused_parts(city: City, days: int) -> tuple[UnusedPart, ...]:
    """Return the parts of grants in force for so many days of which nothing was ever taken.

    Resources by what was handed out or asked. Items only where answers name them: what statistics
    were counted by and verifications claimed; nobody sees which columns of a file are read.
    """
    since = _in_force_for(city, days)
    acts: dict[str, list[Act]] = {}
    for act in (entry.act for entry in city.audit.read()):
        if act.grant in since and act.is_use:
            acts.setdefault(act.grant, []).append(act)
    copies: dict[str, list[Copy]] = {}
    for one in COPIES.read(city.layout):
        copies.setdefault(one.grant, []).append(one)
    return tuple(
        UnusedPart(code, where, day)
        for code, day in since.items()
        for where in _untaken(city.catalog.grants[code], acts.get(code, []), copies.get(code, []))
    )


def _untaken(grant: Grant, acts: list[Act], copies: list[Copy]) -> Iterator[str]:
    if not acts and not copies:
        return  # all of it is unused
    taken = {one.resource for one in acts} | {ref for one in copies for ref in one.resources}
    for granted in grant.resources:
        if granted.resource not in taken:
            yield granted.resource
        elif grant.method in {Method.STATISTICS, Method.VERIFY} and not copies:
            yield from _unasked(granted, acts)


def _unasked(granted: GrantedResource, acts: list[Act]) -> Iterator[str]:
    said = [
        one.facts["by"] for one in acts if one.resource == granted.resource and "by" in one.facts
    ]
    asked = {code for by in said for code in str(by).split("、")}
    if said:
        spared = {granted.match, *(one.item for one in granted.where)}
        yield from (
            f"{granted.resource}.{code}"
            for code in granted.items
            if code not in asked and code not in spared
        )


def _in_force_for(city: City, days: int) -> dict[str, date]:
    """Return the grants that have been in force for so many days, with since when."""
    today = local_day(city.catalog, city.clock())
    since = {
        one.grant: one.on
        for one in read_log(city.layout, city.governance_db)[0]
        if one.kind is GrantEventKind.GRANTED
    }
    return {
        one.code: since[one.code]
        for one in city.rights.holding(today)
        if one.code in since and since[one.code] + timedelta(days=days) <= today
    }
