"""Comparisons brought up to date: what stands, compared again when its source changed.

Belongs here: whose turn it is, under its lock. Keep out: what stands and how it is compared
(`quality.reconciliation`), the comparison of a delivery as it is promoted (`promotion`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from audit.acts import Operation
from flow.acts import about_resource, at_work
from flow.city import City
from flow.failures import Faults
from quality.reconciliation.matrix import matrix
from quality.reconciliation.standing import compare_standing, outdated
from register.mismatches import record_again

__all__ = ["compare_again", "figures", "touched"]


def compare_again(
    city: City, faults: Faults, among: Collection[str] | None = None
) -> tuple[str, ...]:
    """Compare again what stands of every resource that needs it, or of those `among` them.

    One that fails keeps no other from it: its comparison stays as of the version it names.
    Returns the resources that were compared.
    """
    waiting: tuple[str, ...] = ()
    with faults.apart("comparisons"):
        waiting = outdated(city.layout, city.catalog)
    done: list[str] = []
    for ref in waiting:
        if among is not None and ref not in among:
            continue
        with faults.apart("comparisons", ref), city.lock(ref):
            with at_work(city, about_resource(city, Operation.COMPARE, ref)):
                found = compare_standing(
                    city.layout, city.catalog, ref, city.clock(), city.limits, city.bounds
                )
                record_again(city.layout, found.comparisons, found.mismatches)
            done.append(ref)
    return tuple(done)


def touched(city: City, ref: str) -> frozenset[str]:
    """Return the resource and those that refer to it: whose comparisons its deliveries touch."""
    referring = (
        one.ref
        for one in city.catalog.resources.values()
        if any((item.source or "").rpartition(".")[0] == ref for item in one.items)
    )
    return frozenset({ref, *referring})


def figures(city: City, ref: str) -> Mapping[str, int]:
    """Return how much of a resource disagrees with its sources, in counts; nothing if none is."""
    lines = [
        line
        for cell in matrix(city.layout, city.catalog).cells
        for line in cell.lines
        if line.resource == ref
    ]
    if not lines:
        return {}
    return {
        "compared": sum(line.compared for line in lines),
        "mismatched": sum(line.mismatched for line in lines),
        "missing_in_source": sum(line.missing for line in lines),
    }
