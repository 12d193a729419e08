"""The register in tests: what lies in landing, what waits, and verdicts made by hand.

Belongs here: builders and short ways to ask. Keep out: assertions.
"""

from __future__ import annotations

from flow.city import City
from register.approvals import Held
from register.landed import landed
from register.records import Delivery, Verdict, VerdictKind
from register.register import open_registers
from storage.layout import Layout

__all__ = ["awaiting_approval", "deliveries", "verdict_on"]


def deliveries(layout: Layout, ref: str) -> tuple[Delivery, ...]:
    """Return all deliveries of a resource, in the order they apply."""
    return landed(layout, ref).deliveries()


def awaiting_approval(city: City) -> tuple[Held, ...]:
    """Return what waits for a decision about itself, in every resource."""
    registers = open_registers(city.layout, city.catalog.resources.values())
    return tuple(one for register in registers.values() for one in register.awaiting_approval)


def verdict_on(delivery: Delivery, kind: VerdictKind, *reasons: str) -> Verdict:
    """Return a verdict on a delivery, without a single rule."""
    rows = delivery.rows if kind is VerdictKind.PASSED else 0
    return Verdict(
        delivery.resource,
        delivery.delivery,
        delivery.sequence,
        kind,
        delivery.rows,
        rows,
        delivery.rows - rows,
        reasons,
        (),
        "d" * 64,
        delivery.landed_at,
    )
