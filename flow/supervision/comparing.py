"""Comparing values between departments: now and then, and what was counted the last time.

Belongs here: when it is due, and keeping the counts. Keep out: the comparison
(`governance.violations.containment`). The file of counts may be removed: then it is done again.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date
from typing import Any

from catalog_specs.catalog import Catalog
from catalog_specs.local_time import local_day
from flow.city import City
from flow.supervision.tables import readable
from governance.violations.containment import comparable, overlaps
from governance.violations.facts import Overlap
from storage.engines.workbench import open_workbench
from storage.swaps import read_json, write_json

__all__ = ["compared"]


def compared(city: City) -> tuple[Overlap, ...]:
    """Return what is counted of values that two departments have; anew where that is due.

    A home without a usable key compares nothing: `quanshu doctor` speaks of the key.
    """
    place = city.layout.compared
    kept = read_json(place)
    last = tuple(_overlap(one) for one in kept.get("overlaps", ()))
    today = local_day(city.catalog, city.clock())
    if kept and not _due(city, date.fromisoformat(kept["on"]), today):
        return last
    catalog = _readable(city)
    if city.keys.problem is not None or not comparable(city.layout, catalog):
        return last
    with open_workbench(city.layout.work, city.limits) as con:
        found = overlaps(con, city.layout, catalog, city.keys)
    write_json(place, {"on": today.isoformat(), "overlaps": [asdict(one) for one in found]})
    return found


def _readable(city: City) -> Catalog:
    """Return the catalogue of the resources whose tables can be opened."""
    places = ((ref, city.layout.authoritative(ref)) for ref in city.catalog.resources)
    there = readable(places)
    resources = {ref: one for ref, one in city.catalog.resources.items() if ref in there}
    return replace(city.catalog, resources=resources)


def _overlap(kept: dict[str, Any]) -> Overlap:
    return Overlap(**{**kept, "versions": tuple(kept["versions"])})


def _due(city: City, last: date, today: date) -> bool:
    return (today - last).days >= city.catalog.profile.supervision.containment_days.value
