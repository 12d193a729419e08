"""Facts of the small city for detectors, and what they suspect of them.

Belongs here: building facts and asking one detector. Keep out: assertions.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from catalog_specs.catalog import Catalog
from governance.applications.matters.machine import Due
from governance.owed import Owed, OwedKind
from governance.violations.detector import Suspicion
from governance.violations.facts import Facts, Outside
from governance.violations.registry import every_detector
from tests.city import GRANT, TODAY
from tests.city.declared import compiled
from tests.city.grants import rights_of

__all__ = ["duty", "facts_of", "outside", "suspected"]


def facts_of(catalog: Catalog | None = None, **seen: Any) -> Facts:
    """Return the facts of a day on which nothing but this was seen."""
    chosen = catalog or compiled()
    return Facts(chosen, TODAY, standings=rights_of(chosen).standings, **seen)


def suspected(name: str, facts: Facts) -> list[Suspicion]:
    """Return what the detector of a module suspects."""
    return list(every_detector()[name].detect(facts))


def outside(header: str, days: int, **more: Any) -> Outside:
    """Return a header that deliveries of visits have had for some days."""
    given: dict[str, Any] = {"deliveries": 3, "newest": "000003-aaaaaaaaaaaa", "cells": 7} | more
    return Outside("data_office/visit", header, TODAY - timedelta(days=days), **given)


def duty(kind: OwedKind, by: str, place: str = f"grant {GRANT}", about: str = GRANT) -> Owed:
    """Return what an office should have done by the last working day before today."""
    due = Due(kind.label, date(2026, 2, 27), provisional=False, clause=kind.clause)
    return Owed(kind, by, place, about, date(2026, 2, 20), due, 1)
