"""Rechecks: stored rows against the rules of today, each result entered in the ledger (三(五)).

Belongs here: the order, isolation of faults, recording. Keep out: asking the rules
(`quality.gate.recheck`), when it is done (`pipelines.automation`). Nothing that is stored changes:
no row is quarantined, and no verdict is touched.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from audit.acts import Operation
from catalog_specs.errors import TableError
from catalog_specs.local_time import local_day, local_moment
from catalog_specs.models.resource import Resource
from flow.acts import about_resource, at_work
from flow.city import City
from flow.failures import Failure, Faults
from quality.gate.recheck import NotAsked, Rechecker, not_asked, open_rechecker
from register.rule_results import RULE_RESULTS, Origin, RuleFound, RuleJudged
from storage.delta.tables import Snapshot, snapshot
from storage.evolution.differences import require_fit

__all__ = ["Rechecked", "Rechecks", "recheck", "recheck_partition"]


@dataclass(frozen=True)
class Rechecked:
    """What the rules of today found in one version of one table."""

    resource: str
    version: int
    rows: int
    results: tuple[RuleJudged, ...]
    not_asked: tuple[NotAsked, ...]
    """Rules that somebody declared and that stored rows cannot be asked."""

    @property
    def failing(self) -> tuple[RuleJudged, ...]:
        """Return the results that did not hold, those of the most records first."""
        return tuple(sorted((r for r in self.results if not r.passed), key=lambda r: -r.failing))

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        return asdict(self)


@dataclass(frozen=True)
class Rechecks:
    """What became of one recheck of a city: tables that were asked, and what failed."""

    done: tuple[Rechecked, ...]
    failures: tuple[Failure, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        return {
            "resources": [one.as_dict() for one in self.done],
            "failures": [one.as_dict() for one in self.failures],
        }


def recheck(city: City, refs: Iterable[str] | None = None) -> Rechecks:
    """Recheck the stored rows of some resources, or of all that have any.

    One that fails keeps no other from being rechecked. The version that is newest when its turn
    comes is read; deliveries may go on meanwhile.
    """
    wanted = [one.ref for one in city.catalog.in_order()] if refs is None else [*refs]
    faults = Faults(city.layout)
    done: list[Rechecked] = []
    with open_rechecker(city.layout, city.catalog, city.limits, city.spark) as rechecker:
        for ref in wanted:
            with faults.apart("recheck", ref):
                done += _rechecked(city, rechecker, city.catalog.resource(ref))
    return Rechecks(tuple(done), tuple(faults.found))


def _rechecked(city: City, rechecker: Rechecker, resource: Resource) -> list[Rechecked]:
    table = snapshot(city.layout.authoritative(resource.ref))
    if table is None:
        return []
    done = _asked(city, rechecker, resource, table)
    with at_work(city, about_resource(city, Operation.CLEAN, resource.ref)):
        RULE_RESULTS.record(city.layout, done.results)
    return [done]


def recheck_partition(city: City, ref: str, partition: str) -> Rechecked:
    """Ask the rules of the rows of one partition; its counts are no part of the rules' history.

    Raises:
        TableError: nothing of the partition is stored.
    """
    resource = city.catalog.resource(ref)
    table = snapshot(city.layout.authoritative(ref))
    found = table.within([partition]) if table is not None else None
    if found is None or not found.files:
        raise TableError(
            f"nothing of partition {partition} is stored",
            where=ref,
            remedy="put the file that has its records into the inbox and run: partitions are made "
            "of what is delivered",
        )
    with open_rechecker(city.layout, city.catalog, city.limits, city.spark) as rechecker:
        return _asked(city, rechecker, resource, found)


def _asked(city: City, rechecker: Rechecker, resource: Resource, table: Snapshot) -> Rechecked:
    require_fit(city.catalog, resource, table)
    now = city.clock()
    found = rechecker.found(resource, table, local_day(city.catalog, now))
    at = local_moment(city.catalog, now).isoformat()
    results = tuple(_judged(resource.ref, table, one, at) for one in found)
    left = not_asked(city.catalog, resource)
    return Rechecked(resource.ref, table.version, table.rows(), results, left)


def _judged(ref: str, table: Snapshot, found: RuleFound, at: str) -> RuleJudged:
    return RuleJudged(
        department=ref.partition("/")[0],
        resource=ref,
        delivery=None,
        **vars(found.asked),
        judged=found.judged[0],
        failing=found.failing[0],
        passed=found.passed[0],
        judged_at=at,
        origin=Origin.RECHECK,
        version=table.version,
        partitions=None if found.partitions is None else json.dumps(found.partitions),
    )
