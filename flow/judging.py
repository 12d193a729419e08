"""Judging of landed deliveries: facts known before the gate, then the gate.

Belongs here: findings outside the catalogue, lateness, refusals that come after the verdict. Keep
out: rules (`quality`), what becomes of a verdict (`promotion`).
"""

from __future__ import annotations

from dataclasses import replace

from audit.acts import Operation
from audit.performing import Performance
from catalog_specs.rules.refusals import DeliveryRefusal
from flow.acts import about_resource, at_work, told
from flow.city import City
from landing.as_of import parted_by_lateness
from quality.gate.gate import Gate
from register.approvals import Approval
from register.bundles import Bundle
from register.records import Delivery, Verdict
from register.register import Register
from register.undeclared import record_undeclared

__all__ = ["cleaning", "judge", "judge_refused"]


def cleaning(city: City, bundle: Bundle) -> Performance:
    """Return the act of judging a bundle."""
    facts = told(bundle.names)
    return Performance(
        city.audit, about_resource(city, Operation.CLEAN, bundle.resource, facts=facts)
    )


def judge(
    city: City, gate: Gate, bundle: Bundle, register: Register, act: Performance | None = None
) -> tuple[Verdict, ...]:
    """Judge a bundle, the caller holding the resource's lock; what is late is rejected.

    It is part of `act`, and of an act of its own where none is given.
    """
    with at_work(city, act or cleaning(city, bundle)):
        record_undeclared(city.layout, bundle.deliveries)
        return tuple(v for part in _parted(bundle, register) for v in gate.judge(part))


def judge_refused(gate: Gate, delivery: Delivery, decision: Approval) -> Verdict:
    """Turn the verdict on a held delivery that was refused; every row of it is quarantined."""
    detail = f"refused by {decision.document} · deliver the whole resource"
    refused = replace(delivery, refusal=DeliveryRefusal.MANY_DELETIONS, refusal_detail=detail)
    (verdict,) = gate.judge(Bundle((refused,)))
    return verdict


def _parted(bundle: Bundle, register: Register) -> tuple[Bundle, ...]:
    as_of = register.resource.feed.as_of
    if as_of is None or as_of.late == "apply":
        return (bundle,)
    return parted_by_lateness(bundle, register.newest_day)
