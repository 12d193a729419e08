"""Unused grants: what was granted and never taken, for least privilege (二(二)).

Belongs here: asking the audit log and the ledger of copies. Keep out: deciding what follows: an
official asks the consumer, and shortens or revokes the grant.
"""

from __future__ import annotations

from datetime import date, timedelta

from audit.acts import Operation
from audit.log import AuditLog
from catalog_specs.local_time import local_day
from flow.city import City
from governance.grants.life import GrantEventKind
from governance.grants.log import read_log
from register.copies import COPIES

__all__ = ["unused_grants"]

_USES = frozenset(
    {
        Operation.QUERY,
        Operation.COMPARE,
        Operation.DOWNLOAD,
        Operation.ANALYSE,
        Operation.ACCESS,
    }
)
"""Operations of a consumer; deciding about a grant, and making its share, are none."""


def unused_grants(city: City, days: int) -> tuple[tuple[str, date], ...]:
    """Return the grants in force for so many days of which nothing was ever taken, with since when.

    What a consumer reads from its file is not seen until it is fetched through the platform.
    """
    today = local_day(city.catalog, city.clock())
    since = {
        one.grant: one.on
        for one in read_log(city.layout, city.governance_db)[0]
        if one.kind is GrantEventKind.GRANTED
    }
    used = {e.act.grant for e in AuditLog(city.layout).read() if e.act.operation in _USES}
    used |= {one.grant for one in COPIES.read(city.layout)}
    holding = (one.code for one in city.rights.holding(today))
    return tuple(
        (code, since[code])
        for code in holding
        if code not in used and code in since and since[code] + timedelta(days=days) <= today
    )
