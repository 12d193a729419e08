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
from catalog_specs.rules.leaving.sharing import (
    approvals_missing,
    approvals_on,
    lacks_reason,
    may_hand_out,
    strictest,
    touched,
)
from catalog_specs.vocabulary import ApprovalRole, GrantStatus, Method, Role, ShareType, Term

__all__ = [
    "Decision",
    "Objection",
    "Reason",
    "active",
    "decide",
    "objections",
    "standing_objections",
]


class Reason(Term):
    """Why a grant holds or does not; the label is the explanation in Chinese."""

    GRANTED = ("granted", "授权有效，范围、方式与审批均符合规定")
    CONSUMER_UNKNOWN = ("consumer_unknown", "目录中没有该数据应用单位")
    CONSUMER_ROLE = ("consumer_role", "该单位不是数据应用单位")
    CONSUMER_STEWARD = ("consumer_steward", "数据应用单位没有备案的数据管理员")
    SUSPENDED = ("suspended", "授权已暂停")
    REVOKED = ("revoked", "授权已终止")
    STATUS_UNKNOWN = ("status_unknown", "授权状态不明")
    NOT_YET_VALID = ("not_yet_valid", "授权尚未生效")
    EXPIRED = ("expired", "授权已过期")
    RESOURCE_UNKNOWN = ("resource_unknown", "目录中没有该信息资源")
    ITEM_UNKNOWN = ("item_unknown", "信息项不在该资源的权威数据中")
    METHOD_NOT_OFFERED = ("method_not_offered", "该资源不提供此共享方式")
    NEVER_LEAVES = ("never_leaves", "暂不共享的数据可用不可见，只能核验或统计")
    BATCH_WITHOUT_REASON = ("batch_without_reason", "批量交换未说明接口与核验不能满足的理由")
    AUTHORITY_APPROVAL = ("authority_approval", "缺少数据管理机构的同意")
    PRODUCER_APPROVAL = ("producer_approval", "缺少数据生产单位的同意")


_ENGLISH = {
    Reason.GRANTED: "the grant holds: scope, method, term and approvals are in order",
    Reason.CONSUMER_UNKNOWN: "the catalogue knows no such consumer",
    Reason.CONSUMER_ROLE: "the department is not a consumer",
    Reason.CONSUMER_STEWARD: "the consumer has no data steward on record",
    Reason.SUSPENDED: "the grant is suspended",
    Reason.REVOKED: "the grant is revoked",
    Reason.STATUS_UNKNOWN: "the grant's status is unknown",
    Reason.NOT_YET_VALID: "the grant's term has not begun",
    Reason.EXPIRED: "the grant's term is over",
    Reason.RESOURCE_UNKNOWN: "the catalogue knows no such resource",
    Reason.ITEM_UNKNOWN: "the item is not stored in the resource's authoritative table",
    Reason.METHOD_NOT_OFFERED: "the resource is not shared by this method",
    Reason.NEVER_LEAVES: "what is not shared yet only answers verification and statistics",
    Reason.BATCH_WITHOUT_REASON: "batch exchange needs a reason why nothing less suffices",
    Reason.AUTHORITY_APPROVAL: "the authority's approval is missing",
    Reason.PRODUCER_APPROVAL: "the producer's approval is missing",
}
_CLAUSES = {
    Reason.CONSUMER_UNKNOWN: "二(一)",
    Reason.CONSUMER_ROLE: "二(一)",
    Reason.CONSUMER_STEWARD: "九(二)",
    Reason.SUSPENDED: "五(十)",
    Reason.REVOKED: "五(十)",
    Reason.STATUS_UNKNOWN: "五(十)",
    Reason.METHOD_NOT_OFFERED: "五(七)",
    Reason.NEVER_LEAVES: "五(四)",
    Reason.BATCH_WITHOUT_REASON: "五(三)",
    Reason.AUTHORITY_APPROVAL: "五(四)",
    Reason.PRODUCER_APPROVAL: "五(四)",
}


_MISSING = {
    ApprovalRole.AUTHORITY: Reason.AUTHORITY_APPROVAL,
    ApprovalRole.PRODUCER: Reason.PRODUCER_APPROVAL,
}


@dataclass(frozen=True)
class Objection:
    """One thing that keeps a grant from holding; `where` names the resource, item or department."""

    reason: Reason
    where: str = ""

    @property
    def clause(self) -> str:
        """Return the clause the objection comes from; the grant's own term otherwise."""
        return _CLAUSES.get(self.reason, "二(二)")

    def as_dict(self) -> dict[str, str]:
        """Return the JSON shape."""
        return {
            "reason": self.reason.value,
            "where": self.where,
            "clause": self.clause,
            "explanation": self.reason.label,
            "explanation_en": _ENGLISH[self.reason],
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
    def reason(self) -> Reason:
        """Return the first reason, in the order in which an official would look."""
        return self.objections[0].reason if self.objections else Reason.GRANTED

    @property
    def explanation(self) -> str:
        """Return the reason in Chinese."""
        return self.reason.label

    @property
    def explanation_en(self) -> str:
        """Return the reason in English."""
        return _ENGLISH[self.reason]

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
        yield Objection(Reason.BATCH_WITHOUT_REASON)
    for granted in grant.resources:
        resource = catalog.resources.get(granted.resource)
        if resource is None:
            yield Objection(Reason.RESOURCE_UNKNOWN, granted.resource)
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
        yield Objection(Reason.NOT_YET_VALID)
    if today > grant.valid_to:
        yield Objection(Reason.EXPIRED)


def _about_consumer(catalog: Catalog, grant: Grant, today: date) -> Iterator[Objection]:
    consumer = catalog.departments.get(grant.consumer)
    if consumer is None:
        yield Objection(Reason.CONSUMER_UNKNOWN, grant.consumer)
        return
    if Role.CONSUMER not in consumer.roles:
        yield Objection(Reason.CONSUMER_ROLE, grant.consumer)
    if consumer.steward is None or consumer.steward.since > today:
        yield Objection(Reason.CONSUMER_STEWARD, grant.consumer)


def _about_status(status: GrantStatus) -> Iterator[Objection]:
    match status:
        case GrantStatus.ACTIVE:
            return
        case GrantStatus.SUSPENDED:
            yield Objection(Reason.SUSPENDED)
        case GrantStatus.REVOKED:
            yield Objection(Reason.REVOKED)
        case _:
            yield Objection(Reason.STATUS_UNKNOWN)


def _about_scope(
    method: Method, resource: Resource, granted: GrantedResource, kind: ShareType
) -> Iterator[Objection]:
    stored = {item.code for item in resource.stored}
    for code in touched(granted):
        if code not in stored:
            yield Objection(Reason.ITEM_UNKNOWN, f"{resource.ref}.{code}")
    if method not in resource.share.methods:
        yield Objection(Reason.METHOD_NOT_OFFERED, resource.ref)
    if not may_hand_out(method, kind):
        yield Objection(Reason.NEVER_LEAVES, resource.ref)
