"""Asking: what every answer has in common, from the decision of the day to the record of it.

Belongs here: whether a grant answers today and of which resource, the entries in the audit log and
in the ledger, for answers and refusals. Keep out: what is answered. One ask makes one act for each
department concerned, before anything is told; if it cannot be entered, nothing is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from audit.acts import Act, Operation
from audit.log import AuditLog
from audit.performing import entered
from catalog_specs.catalog import Catalog
from catalog_specs.errors import AccessError, AnswerError
from catalog_specs.local_time import local_day, local_moment
from catalog_specs.models.sharing import Grant, GrantedResource
from catalog_specs.rules.answers import AnswerRefusal
from catalog_specs.vocabulary import Method
from governance.grants.rights import Rights
from governance.grants.standing import approval_of
from governance.keys import DerivedKey, KeyRing
from outlets.answers.ledger import ANSWERS, Answer, Service
from outlets.shares.plan import Part, plan_share
from register.copies import new_copy_name
from storage.layout import Layout
from storage.locks import locked

__all__ = ["Admitted", "Request", "admitted", "answer_key", "record", "telling"]

_METHODS = {
    Service.MATCH: frozenset({Method.QUERY, Method.BATCH}),
    Service.VERIFY: frozenset({Method.VERIFY}),
    Service.STATISTICS: frozenset({Method.STATISTICS}),
}
_OPERATIONS = {
    Service.MATCH: Operation.QUERY,
    Service.VERIFY: Operation.COMPARE,
    Service.STATISTICS: Operation.ANALYSE,
}


@dataclass(frozen=True)
class Request:
    """What is asked of which grant, when and by whom (a post or a service account)."""

    layout: Layout
    rights: Rights
    keys: KeyRing
    now: datetime
    by: str
    grant: str
    service: Service
    resource: str = ""
    """Needed where the grant covers several."""

    @property
    def catalog(self) -> Catalog:
        """Return the catalogue."""
        return self.rights.catalog

    @property
    def approval(self) -> str:
        """Return the documents by which the grant was approved; what needs none says so."""
        return approval_of(self.rights.standings.get(self.grant))

    @property
    def day(self) -> str:
        """Return the day of the city."""
        return local_day(self.catalog, self.now).isoformat()

    @property
    def at(self) -> str:
        """Return the moment, with the city's offset."""
        return local_moment(self.catalog, self.now).isoformat(timespec="seconds")

    @property
    def operation(self) -> Operation:
        """Return what is done with the data, by the words of 八(四)."""
        return _OPERATIONS[self.service]


@dataclass(frozen=True)
class Admitted:
    """A request that may be answered: its grant, and the resource that it is about."""

    request: Request
    grant: Grant
    granted: GrantedResource

    @property
    def match(self) -> str:
        """Return the item that ids are values of.

        Raises:
            AnswerError: the grant names none.
        """
        if self.granted.match is None:
            raise AnswerError(AnswerRefusal.NO_KEY, where=f"{self.grant.code}: {self.ref}")
        return self.granted.match

    @property
    def ref(self) -> str:
        """Return the resource."""
        return self.granted.resource

    def part(self) -> Part:
        """Return the granted rows and masked columns as they are today.

        Raises:
            AnswerError: the resource is not aggregated yet.
            AccessError: it cannot be masked.
        """
        asked = self.request
        alone = self.grant.model_copy(update={"resources": (self.granted,)})
        (part,) = plan_share(asked.layout, asked.catalog, alone, asked.keys).parts
        if part.found is None:
            raise AnswerError(AnswerRefusal.RESOURCE, where=self.ref, detail="尚未汇聚")
        return part


@contextmanager
def admitted(request: Request) -> Iterator[Admitted]:
    """Decide on a request, and hold the grant while it is answered; a refusal is entered.

    Raises:
        AccessError: it is refused, here or by whoever answers.
        AuditError: the refusal cannot be entered.
    """
    grant = request.catalog.grants[request.grant]
    with locked(request.layout, f"answer.{grant.code}"):
        refs = tuple(one.resource for one in grant.resources)
        try:
            granted = _granted(request, grant)
            refs = (granted.resource,)
            yield Admitted(request, grant, granted)
        except AccessError as refused:
            reason = refused.reason if isinstance(refused, AnswerError) else refused.code
            acts = _acts(request, grant, refs, None, {"refused": reason.stored})
            AuditLog(request.layout).append(acts)
            raise


@contextmanager
def telling(asked: Admitted, rows: int, facts: dict[str, str | int]) -> Iterator[None]:
    """Enter what is about to be told; the block is part of that act.

    Raises:
        AuditError: it cannot be entered; the caller tells nothing.
    """
    acts = _acts(asked.request, asked.grant, (asked.ref,), rows, facts)
    with entered(AuditLog(asked.request.layout), acts):
        yield


def _acts(
    request: Request,
    grant: Grant,
    refs: tuple[str, ...],
    rows: int | None,
    facts: dict[str, str | int],
) -> list[Act]:
    """Return one act for each department whose data it is about."""
    by_department: dict[str, list[str]] = {}
    for ref in refs:
        by_department.setdefault(ref.partition("/")[0], []).append(ref)
    return [
        Act(
            operation=request.operation,
            purpose=grant.purpose,
            user=f"{grant.consumer}（经办：{request.by}）",
            approver=request.approval,
            content=grant.scope(of) or "；".join(of),
            at=request.at,
            way=request.service.label,
            medium=grant.medium.label,
            resource=of[0] if len(of) == 1 else "",
            department=department,
            grant=grant.code,
            procedure=grant.procedure or "",
            rows=rows,
            facts=facts,
        )
        for department, of in by_department.items()
    ]


def record(admitted_: Admitted, asked: int, found: int) -> None:
    """Record an answer in the ledger: from then on it counts towards the day's budget.

    The caller has entered the act.
    """
    request = admitted_.request
    answer = Answer(
        answer=new_copy_name(request.day),
        grant=request.grant,
        resource=admitted_.ref,
        service=request.service,
        day=request.day,
        at=request.at,
        by=request.by,
        asked=asked,
        found=found,
    )
    ANSWERS.record(request.layout, (answer,))


def answer_key(admitted_: Admitted, part: Part) -> DerivedKey | None:
    """Return the key of pseudonyms in answers of a grant; None where no column needs one.

    It is not that of the grant's share: an answer beside its list would be a dictionary of it.
    """
    if not any(column.needs_key for column in part.columns):
        return None
    return admitted_.request.keys.derive(f"answer:{admitted_.grant.code}")


def _granted(request: Request, grant: Grant) -> GrantedResource:
    decision = request.rights.decide(grant, local_day(request.catalog, request.now))
    if not decision.allowed:
        raise AnswerError(
            AnswerRefusal.NOT_IN_FORCE, where=f"grant {grant.code}", detail=decision.explanation
        )
    if grant.method not in _METHODS[request.service]:
        raise AnswerError(
            AnswerRefusal.METHOD, where=f"grant {grant.code}", detail=grant.method.label
        )
    found = [one for one in grant.resources if request.resource in ("", one.resource)]
    if len(found) != 1:
        offered = "、".join(one.resource for one in grant.resources)
        raise AnswerError(AnswerRefusal.RESOURCE, where=f"grant {grant.code}", detail=offered)
    return found[0]
