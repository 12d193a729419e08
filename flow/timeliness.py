"""Looking at the clock: due moments that passed become facts, whether anything came or not.

Belongs here: one look, and what it records. Keep out: what is due (`quality.timeliness`), when
somebody looks (a run at its end, a schedule in `pipelines`).
"""

from __future__ import annotations

from audit.acts import Operation
from catalog_specs.local_time import local_moment
from flow.acts import about_city, at_work
from flow.city import City
from flow.failures import Faults
from quality.timeliness.duties import Timeliness, due_list
from quality.timeliness.ledger import changes, record_due
from quality.timeliness.results import record_clock_results

__all__ = ["has_news", "look_at_clock"]


def look_at_clock(city: City, faults: Faults) -> tuple[Timeliness, ...]:
    """Record what became of every period whose due moment has passed since the last look.

    The results of rules come first. A look that is broken off between the two ledgers is made again
    by the next one, which then records its results once more: no period is ever without them.
    """
    now = local_moment(city.catalog, city.clock())
    found: tuple[Timeliness, ...] = ()
    act = about_city(city, Operation.MAINTAIN, "按更新周期核对各部门交付时效", "due, rule_results")
    with faults.apart("due"), city.lock("due"), at_work(city, act):
        found = due_list(city.catalog, city.layout, now, apart=lambda ref: faults.apart("due", ref))
        fresh = changes(city.layout, found, now)
        record_clock_results(city.layout, city.catalog.resources, fresh)
        record_due(city.layout, fresh)
    return found


def has_news(city: City) -> bool:
    """Say whether a look at the clock would record something; nothing is changed."""
    now = local_moment(city.catalog, city.clock())
    return bool(changes(city.layout, due_list(city.catalog, city.layout, now), now))
