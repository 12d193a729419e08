"""Explanations of grants: who is no party to a grant is on record before it is told (八(四)).

Belongs here: telling a party from a stranger, and the entry. Keep out: the page
(`governance.grants.text`). A page of a grant has no value of the data; who looked at it is worth
knowing all the same. Where there is no store yet nobody is a party, and nobody a stranger.
"""

from __future__ import annotations

from dataclasses import replace

from audit.acts import Operation
from audit.log import AuditLog
from catalog_specs.local_time import local_day
from catalog_specs.models.sharing import Grant
from flow.acts import about_city
from flow.city import City
from governance.applications.stewards import serving

__all__ = ["enter_stranger"]


def enter_stranger(city: City, grant: Grant) -> bool:
    """Enter that a grant is explained to an account of none of its parties; say whether it is.

    Parties are serving stewards of the authority, of the consumer, and of the producers.

    Raises:
        AuditError: it cannot be entered; the caller tells nothing.
    """
    from governance.store.database import exists, open_store

    if not exists(city.layout, city.governance_db):
        return False
    today = local_day(city.catalog, city.clock())
    with open_store(city.layout, city.governance_db) as store, store.reading() as session:
        terms = serving(session, city.actor, today)
    producers = {one.resource.partition("/")[0] for one in grant.resources}
    parties = {city.catalog.city.authority, grant.consumer, *producers}
    if any(one.department in parties for one in terms):
        return False
    act = about_city(
        city, Operation.ACCESS, "查看授权说明", f"授权 {grant.code} 的说明（不含数据）"
    )
    resources = [one.resource for one in grant.resources]
    facts = {"act": "explain", "stranger": True, "resources": resources}
    told = replace(act, grant=grant.code, procedure=grant.procedure or "", facts=facts)
    AuditLog(city.layout).append([told])
    return True
