"""The register: what lies in landing, what waits, and receipts and verdicts made by hand.

Belongs here: builders and short ways to ask. Keep out: what is stored of them (`by_hand`).
"""

from __future__ import annotations

from flow.city import City
from register.approvals import Held
from register.landed import landed
from register.records import Delivery, Verdict, VerdictKind
from register.register import open_registers
from storage.layout import Layout
from tests.city import NOW

__all__ = ["awaiting_approval", "deliveries", "delivery", "verdict_on"]


def deliveries(layout: Layout, ref: str) -> tuple[Delivery, ...]:
    """Return all deliveries of a resource, in the order they apply."""
    return landed(layout, ref).deliveries()


def awaiting_approval(city: City) -> tuple[Held, ...]:
    """Return what waits for a decision about itself, in every resource."""
    registers = open_registers(city.layout, city.catalog.resources.values())
    return tuple(one for register in registers.values() for one in register.awaiting_approval)


def delivery(ref: str, sequence: int, rows: int = 0) -> Delivery:
    """Return a delivery's receipt."""
    return Delivery(
        resource=ref,
        delivery=f"{sequence:06}-{'a' * 12}",
        sequence=sequence,
        files=("feed.csv",),
        sha256="a" * 64,
        bytes=1,
        rows=rows,
        malformed=0,
        headers=(),
        landed_at=NOW.isoformat(),
    )


def verdict_on(delivery: Delivery, kind: VerdictKind, *reasons: str) -> Verdict:
    """Return a verdict on a delivery."""
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
        "d" * 64,
        delivery.landed_at,
    )
