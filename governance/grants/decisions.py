"""Decisions on grants: whether one is in force on a day, always with the reason.

Belongs here: the rules of 五(二) to 五(四), 五(十) and 九(二) as pure functions. Keep out: how a
decision reads as a page (`governance.grants.text`), and acting on it (`outlets.shares.project`).
Whatever is unknown denies.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from catalog_specs.catalog import Catalog
from catalog_specs.models.resource import Resource
from catalog_specs.models.sharing import Grant, GrantedResource
from catalog_specs.rules.decisions import DecisionReason
from catalog_specs.rules.leaving.sharing import (
    approvals_missing,
    approvals_on,
    lacks_reason,
    may_hand_out,
    strictest,
    touched,
)
from catalog_specs.vocabulary import ApprovalRole, GrantStatus, Method, Role, ShareType

__all__ = [
    "Decision",
    "Objection",
    "active",
    "decide",
    "objections",
    "standing_objections",
]


_MISSING = {
    ApprovalRole.AUTHORITY: DecisionReason.AUTHORITY_APPROVAL,
    ApprovalRole.PRODUCER: DecisionReason.PRODUCER_APPROVAL,
}


@dataclass(frozen=True)
class Objection:
    """One thing that keeps a grant from holding; `where` names the resource, item or department."""

    reason: DecisionReason
    where: str = ""

    @property
    def clause(self) -> str:
        """Return the clause the objection comes from."""
        return self.reason.clause

    def as_dict(self) -> dict[str, str]:
        """Return the JSON shape."""
        return {
            "reason": self.reason.value,
            "where": self.where,
            "clause": self.clause,
            "explanation": self.reason.label,
            "explanation_en": self.reason.english,
        }


@dataclass(frozen=True)
class Decision:
    """Whether a grant holds on a day; `objections` is empty exactly when it does."""

    grant: str
    on: date
    objections: tuple[Objection, ...]

    @property
    def allowed(self) -> bool:
        """Say whether the grant holds."""
        return not self.objections

    @property
    def reason(self) -> DecisionReason:
        """Return the first reason, in the order in which an official would look."""
        return self.objections[0].reason if self.objections else DecisionReason.GRANTED

    @property
    def explanation(self) -> str:
        """Return the reason in Chinese."""
        return self.reason.label

    @property
    def explanation_en(self) -> str:
        """Return the reason in English."""
        return self.reason.english

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        return {
            "grant": self.grant,
            "on": self.on.isoformat(),
            "allowed": self.allowed,
            "reason": self.reason.value,
            "explanation": self.explanation,
            "explanation_en": self.explanation_en,
            "objections": [objection.as_dict() for objection in self.objections],
        }


def decide(catalog: Catalog, grant: Grant, today: date) -> Decision:
    """Decide whether a grant holds on a day: consumer, status, term, scope, method, approvals."""
    return Decision(grant.code, today, tuple(objections(catalog, grant, today)))


def active(catalog: Catalog, today: date) -> tuple[Grant, ...]:
    """Return the grants that hold on a day, in the catalogue's order."""
    return tuple(g for g in catalog.grants.values() if decide(catalog, g, today).allowed)


def objections(catalog: Catalog, grant: Grant, today: date) -> Iterator[Objection]:
    """Yield everything that keeps a grant from holding on a day."""
    yield from _about_consumer(catalog, grant, today)
    yield from standing_objections(grant, today)
    if lacks_reason(grant):
        yield Objection(DecisionReason.BATCH_WITHOUT_REASON)
    for granted in grant.resources:
        resource = catalog.resources.get(granted.resource)
        if resource is None:
            yield Objection(DecisionReason.RESOURCE_UNKNOWN, granted.resource)
        else:
            kind = strictest(resource, granted)
            yield from _about_scope(grant.method, resource, granted, kind)
            given = approvals_on(grant, today)
            for _, role in approvals_missing(catalog.city.authority, resource, kind, given):
                yield Objection(_MISSING[role], resource.ref)


def standing_objections(grant: Grant, today: date) -> Iterator[Objection]:
    """Yield what a grant says itself of why it does not hold: its status and its term."""
    yield from _about_status(grant.status)
    if today < grant.valid_from:
        yield Objection(DecisionReason.NOT_YET_VALID)
    if today > grant.valid_to:
        yield Objection(DecisionReason.EXPIRED)


def _about_consumer(catalog: Catalog, grant: Grant, today: date) -> Iterator[Objection]:
    consumer = catalog.departments.get(grant.consumer)
    if consumer is None:
        yield Objection(DecisionReason.CONSUMER_UNKNOWN, grant.consumer)
        return
    if Role.CONSUMER not in consumer.roles:
        yield Objection(DecisionReason.CONSUMER_ROLE, grant.consumer)
    if consumer.steward is None or not consumer.steward.in_office(today):
        yield Objection(DecisionReason.CONSUMER_STEWARD, grant.consumer)


def _about_status(status: GrantStatus) -> Iterator[Objection]:
    match status:
        case GrantStatus.ACTIVE:
            return
        case GrantStatus.SUSPENDED:
            yield Objection(DecisionReason.SUSPENDED)
        case GrantStatus.REVOKED:
            yield Objection(DecisionReason.REVOKED)
        case _:
            yield Objection(DecisionReason.STATUS_UNKNOWN)


def _about_scope(
    method: Method, resource: Resource, granted: GrantedResource, kind: ShareType
) -> Iterator[Objection]:
    stored = {item.code for item in resource.stored}
    for code in touched(granted):
        if code not in stored:
            yield Objection(DecisionReason.ITEM_UNKNOWN, f"{resource.ref}.{code}")
    if method not in resource.share.methods:
        yield Objection(DecisionReason.METHOD_NOT_OFFERED, resource.ref)
    if not may_hand_out(method, kind):
        yield Objection(DecisionReason.NEVER_LEAVES, resource.ref)
