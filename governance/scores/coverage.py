"""Coverage: how much of what a department has is registered, and how much of that is aggregated.

Belongs here: 应登尽登 and 应汇尽汇 (四(一)), as counts of one day. Keep out: the scores of quality.
What nobody ever delivered cannot be counted from here: what is registered is compared with the
columns and sheets that deliveries really had.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow.compute as pc

from catalog_specs.catalog import Catalog
from catalog_specs.models.resource import Resource
from catalog_specs.vocabulary import AggregationMode
from governance.scores.figures import percent
from governance.scores.moments import Span, within
from governance.violations.columns import outside_catalogue
from register.outcomes import OUTCOMES
from storage.layout import Layout

__all__ = ["Coverage", "coverage_of", "registered"]


@dataclass(frozen=True)
class Coverage:
    """Counts of one department on one day; what is exempt need not be aggregated (二(三))."""

    resources: int
    exempt: int
    aggregated: int
    items: int
    undeclared: int
    """Columns and sheets of the newest deliveries that are neither declared nor excepted."""

    @property
    def registration(self) -> str | None:
        """Return the share that is registered of all columns that were seen, in per cent."""
        return percent(self.items, self.items + self.undeclared)

    @property
    def aggregation(self) -> str | None:
        """Return the share of resources that ever reached their table, in per cent."""
        return percent(self.aggregated, self.resources - self.exempt)

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        return {**vars(self), "registration": self.registration, "aggregation": self.aggregation}


def coverage_of(layout: Layout, catalog: Catalog, span: Span) -> dict[str, Coverage]:
    """Return the coverage of every department that has a resource, as of the end of a span."""
    outside = outside_catalogue(layout, catalog, span.end)
    undeclared = Counter(one.resource for one in outside)
    applied = _applied(layout, span)
    found: dict[str, list[Resource]] = {}
    for resource in registered(catalog, span.last):
        found.setdefault(resource.provider, []).append(resource)
    return {
        department: _coverage(resources, applied, undeclared)
        for department, resources in sorted(found.items())
    }


def registered(catalog: Catalog, day: date) -> Iterator[Resource]:
    """Yield the resources of a day: published by then, and not yet retired."""
    for resource in (*catalog.resources.values(), *catalog.retired.values()):
        over = resource.retired is not None and resource.retired.on <= day
        if resource.published_on <= day and not over:
            yield resource


def _coverage(
    resources: list[Resource], applied: frozenset[str], undeclared: Counter[str]
) -> Coverage:
    exempt = [one for one in resources if one.aggregation.mode is AggregationMode.EXEMPT]
    owed = [one for one in resources if one not in exempt]
    return Coverage(
        resources=len(resources),
        exempt=len(exempt),
        aggregated=sum(one.ref in applied for one in owed),
        items=sum(len(one.items) for one in resources),
        undeclared=sum(undeclared[one.ref] for one in resources),
    )


def _applied(layout: Layout, span: Span) -> frozenset[str]:
    rows = OUTCOMES.table(layout, columns=("resource", "applied", "recorded_at"))
    rows = within(rows, "recorded_at", span.ever())
    return frozenset(pc.unique(rows.filter(rows["applied"])["resource"]).to_pylist())
