"""Use of grants as ledgers, store and audit log tell of it: copies, refused asks, purposes, posts.

Belongs here: looking, and counting what an official would count. Keep out: what is suspected of it
(`governance.violations`), what a grant may be used for (`governance.grants`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from audit.tally import purpose_digest
from catalog_specs.local_time import local_day
from flow.city import City
from flow.governing.granting import all_stewards
from governance.grants.life import GrantEventKind
from governance.grants.log import read_log
from governance.violations.facts import Control, ControlState, OtherPurpose, RefusedAsks
from register.copies import COPIES, Traced, traced
from storage.delta.tables import exists

__all__ = ["asked_beyond", "other_purposes", "outstanding", "stewards_serving"]


def outstanding(city: City) -> tuple[Traced, ...]:
    """Return the copies that nobody has destroyed or returned, as far as is known."""
    if not exists(COPIES.path(city.layout)):  # most homes hand nothing out
        return ()
    return tuple(one for one in traced(city.layout) if one.receipt is None)


def asked_beyond(city: City) -> tuple[RefusedAsks, ...]:
    """Return what grants were refused in the days that count, by reason."""
    found: dict[tuple[str, str], tuple[int, str]] = {}
    for grant, day, reason, asks in _lately(city, city.tally.refused):
        before = found.get((grant, reason), (0, ""))[0]
        found[grant, reason] = before + asks, day
    return tuple(RefusedAsks(*named, *counted) for named, counted in found.items())


def other_purposes(city: City) -> tuple[OtherPurpose, ...]:
    """Return the purposes of acts in the days that count that were never granted."""
    acts: Counter[tuple[str, str]] = Counter()
    for grant, _, purpose, count in _lately(city, city.tally.purposes):
        acts[grant, purpose] += count
    if not acts:
        return ()
    events, contents = read_log(city.layout, city.governance_db)
    granted = {
        (one.grant, purpose_digest(str(contents[one.application].get("purpose", ""))))
        for one in events
        if one.kind is GrantEventKind.GRANTED
    }
    known = {one.grant for one in events}
    return tuple(
        OtherPurpose(*named, count)
        for named, count in acts.items()
        if named[0] in known and named not in granted
    )


def _lately(city: City, counts: Counter[tuple[str, ...]]) -> Iterator[tuple[str, str, str, int]]:
    """Yield grant, day, what was counted and how often, of the days that count, in order."""
    days = city.catalog.profile.supervision.refused_days.value
    first = local_day(city.catalog, city.clock()) - timedelta(days=days - 1)
    for (grant, day, what), count in sorted(counts.items()):
        if day >= first.isoformat():
            yield grant, day, what, count


def stewards_serving(city: City) -> Iterator[Control]:
    """Yield whether each department that provides or is granted anything has a steward on record.

    Where nobody was ever put on record, nobody knows: that is said once, and suspects nobody.
    """
    catalog, today = city.catalog, local_day(city.catalog, city.clock())
    said = (
        "serving_steward",
        "在册管理员",
        "a steward on record who serves",
        "九(二)",
    )
    terms = all_stewards(city)
    if not terms:
        yield Control(*said, catalog.city.authority, ControlState.UNKNOWN, {})
        return
    consumers = [one.consumer for one in catalog.grants.values()]
    providers = [one.provider for one in catalog.resources.values()]
    for code in dict.fromkeys((catalog.city.authority, *providers, *consumers)):
        mine = [one for one in terms if one.department == code]
        serves = any(one.serves(today) for one in mine)
        last = max((one.until.isoformat() for one in mine if one.until), default="")
        state = ControlState.IN_PLACE if serves else ControlState.MISSING
        yield Control(*said, code, state, {"terms": len(mine)} | ({"until": last} if last else {}))
