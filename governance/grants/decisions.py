"""Decisions on grants: whether one is in force on a day, always with the reason.

Belongs here: the rules of 五(二) to 五(四), 五(十) and 九(二), as pure functions of what catalogue
and store say. Keep out: how a decision reads as a page (`governance.grants.text`), and acting on it
(`outlets.shares.project`).
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
    Signature,
    approvals_missing,
    lacks_reason,
    may_ask_specially,
    may_hand_out,
    strictest,
    touched,
)
from catalog_specs.vocabulary import ApprovalRole, GrantStatus, Method, Role, ShareType
from governance.grants.life import GrantState
from governance.grants.standing import Standing, asks_for_more

__all__ = [
    "Decision",
    "Objection",
    "decide",
    "objections",
    "scope_objections",
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


def decide(catalog: Catalog, grant: Grant, standing: Standing | None, today: date) -> Decision:
    """Decide whether a grant holds on a day: consumer, state, term, scope, method, approvals.

    Catalogue and store must both allow it: what one of them ends is over, and the catalogue may ask
    for less than was approved, never for more.
    """
    return Decision(grant.code, today, tuple(objections(catalog, grant, standing, today)))


def objections(
    catalog: Catalog, grant: Grant, standing: Standing | None, today: date
) -> Iterator[Objection]:
    """Yield everything that keeps a grant from holding on a day."""
    yield from _about_consumer(catalog, grant, today)
    yield from standing_objections(grant, today)
    yield from _about_standing(grant, standing, today)
    yield from scope_objections(catalog, grant)
    missing = tuple(_unsigned(catalog, grant, standing, today))
    yield from missing
    if standing and standing.state is GrantState.APPLIED and not missing:
        yield Objection(DecisionReason.UNDECIDED)


def scope_objections(catalog: Catalog, grant: Grant) -> Iterator[Objection]:
    """Yield what is wrong with what a grant asks for, whoever approves it."""
    if lacks_reason(grant):
        yield Objection(DecisionReason.BATCH_WITHOUT_REASON)
    if not may_ask_specially(grant, catalog.departments.get(grant.consumer)):
        yield Objection(DecisionReason.NOT_SPECIAL, grant.consumer)
    for granted in grant.resources:
        resource = catalog.resources.get(granted.resource)
        if resource is None:
            yield Objection(DecisionReason.RESOURCE_UNKNOWN, granted.resource)
        else:
            yield from _about_scope(grant.method, resource, granted, strictest(resource, granted))


def _unsigned(
    catalog: Catalog, grant: Grant, standing: Standing | None, today: date
) -> Iterator[Objection]:
    """Yield whose approval is missing by today's catalogue, among those that count by today."""
    decisions = standing.decisions if standing else ()
    given = {
        Signature(one.department, ApprovalRole(one.role)) for one in decisions if one.on <= today
    }
    for granted in grant.resources:
        resource = catalog.resources.get(granted.resource)
        if resource is not None:
            kind = strictest(resource, granted)
            left = approvals_missing(
                catalog.city.authority, resource, kind, given, special=grant.procedure is not None
            )
            for _, role in left:
                yield Objection(_MISSING[role], resource.ref)


_ENDED = {
    GrantState.REFUSED: DecisionReason.REFUSED,
    GrantState.SUSPENDED: DecisionReason.SUSPENDED,
    GrantState.REVOKED: DecisionReason.REVOKED,
}


def _about_standing(grant: Grant, standing: Standing | None, today: date) -> Iterator[Objection]:
    """Yield what the store says of why a grant does not hold."""
    if standing is None:
        yield Objection(DecisionReason.NOT_APPLIED)
    elif standing.state in _ENDED:
        yield Objection(_ENDED[standing.state])
    elif standing.state is GrantState.GRANTED:
        yield from _beyond(grant, standing.content, today)


def _beyond(grant: Grant, approved: Grant | None, today: date) -> Iterator[Objection]:
    """Yield where the catalogue, or the day, goes beyond what was approved."""
    if approved is None:
        yield Objection(DecisionReason.CHANGED_SINCE_APPROVAL)
        return
    if approved.valid_to < today <= grant.valid_to:
        yield Objection(DecisionReason.EXPIRED)
    more = asks_for_more(approved, grant)
    if more is not None:
        yield Objection(DecisionReason.CHANGED_SINCE_APPROVAL, more)


def standing_objections(grant: Grant, today: date) -> Iterator[Objection]:
    """Yield what the catalogue says itself of why a grant does not hold: its status and term."""
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
