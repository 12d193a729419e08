"""Suspecting violations at the end of a run, and keeping what is suspected in the store.

Belongs here: the order of it. Keep out: the facts (`gathering`), what they mean
(`governance.violations`), when there is anything to look at (`flow.desk`).
A home of which nothing was ever suspected has no store, and gets none.
"""

from __future__ import annotations

from collections.abc import Iterable

from flow.city import City
from flow.supervision.comparing import compared
from flow.supervision.gathering import facts_of
from governance.violations.registry import suspicions
from quality.timeliness.duties import Timeliness

__all__ = ["suspect"]


def suspect(city: City, dues: Iterable[Timeliness] | None = None) -> tuple[int, int]:
    """Settle the violations by what is suspected now; return how many are new, and how many gone.

    One that was seen before and comes back counts as new. `dues` are what is due, where known.
    """
    found = suspicions(facts_of(city, compared(city), dues))
    if not found and not (city.governance_db or city.layout.governance_db.is_file()):
        return 0, 0
    from governance.store.database import open_store
    from governance.violations.records import settle_violations

    by = city.clock(), city.actor
    with open_store(city.layout, city.governance_db) as store, store.writing() as session:
        return settle_violations(session, found, by)
