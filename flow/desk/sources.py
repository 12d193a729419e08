"""The sources of signals: everything that opens cases by itself, one line each.

Belongs here: the list. Keep out: the sources themselves (`governance.cases.sources`), settling.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from flow.city import City
from governance.cases.signals import Signal
from governance.cases.sources.failing_rules import failing_rules
from governance.cases.sources.lateness import lateness
from governance.cases.sources.mismatching import mismatching

__all__ = ["SOURCES", "Source"]

Source = Callable[[City], Iterable[Signal]]
"""Gives facts as they are now; the same fact given again changes nothing."""

SOURCES: dict[str, Source] = {
    "mismatches": lambda city: mismatching(city.layout, city.catalog, city.clock()),
    "rules": lambda city: failing_rules(city.layout, city.catalog, city.clock()),
    "lateness": lambda city: lateness(city.layout, city.catalog, city.clock()),
}
"""By the name under which a fault of a source is told."""
