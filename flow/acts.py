"""Acts of a run: what each step enters in the audit log before it does it (八(二)、八(四)).

Belongs here: the seven fields of every act that `flow` and the command line do. Keep out: entering
them (`audit.performing`), the steps themselves. An act whose step does nothing is not entered.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from audit.acts import Act, Operation
from audit.performing import Performance, performing
from catalog_specs.local_time import local_moment
from catalog_specs.models.sharing import Grant, OpenSet
from catalog_specs.vocabulary import Medium
from flow.city import City
from governance.grants.standing import Standing, approval_of
from storage.digests import sha256_of_lines

__all__ = ["about_city", "about_grant", "about_resource", "about_set", "at_work", "told"]

_NAMED = 20
"""Deliveries that an act names one by one: an entry is bounded, and thousands may wait at once."""

_PURPOSES = {
    Operation.AGGREGATE: "按目录汇聚政务数据",
    Operation.CLEAN: "按目录规则检查数据质量，隔离不合规记录",
    Operation.COMPARE: "与来源单位的数据比对",
    Operation.MAINTAIN: "更新维护一数一源的权威数据",
    Operation.QUERY: "按记录查询来源",
    Operation.ACCESS: "查阅原始记录",
    Operation.DOWNLOAD: "导出原始记录",
}


@contextmanager
def at_work(city: City, act: Act | Performance) -> Iterator[Performance]:
    """Let a block be part of an act, which is entered before the first thing of it that lasts."""
    with performing(city.audit, act) as performance:
        yield performance


def about_resource(
    city: City,
    operation: Operation,
    ref: str,
    *,
    document: str | None = None,
    facts: dict[str, Any] | None = None,
) -> Act:
    """Return an act on the data of one resource.

    What no document allows is allowed by the steward of the department that the data come from: by
    filing the catalogue, which is what it follows.
    """
    resource = city.catalog.resource(ref)
    return Act(
        operation=operation,
        purpose=_PURPOSES.get(operation, operation.label),
        user=city.actor,
        approver=document or _steward(city, resource.provider),
        content=f"{resource.name}（{ref}）",
        at=_now(city),
        way=resource.aggregation.mode.label,
        medium=Medium.PLATFORM.label,
        resource=ref,
        department=resource.provider,
        facts=facts or {},
    )


def told(deliveries: Sequence[str]) -> dict[str, Any]:
    """Return the fact of which deliveries an act is about, however many they are."""
    if len(deliveries) <= _NAMED:
        return {"deliveries": list(deliveries)}
    ends = [deliveries[0], deliveries[-1]]
    return {"deliveries": ends, "count": len(deliveries), "sha256": sha256_of_lines(deliveries)}


def about_grant(
    city: City, grant: Grant, standing: Standing | None, operation: Operation = Operation.SHARE
) -> Act:
    """Return an act under a grant: its purpose, its approvals, its columns, its method."""
    return Act(
        operation=operation,
        purpose=grant.purpose,
        user=f"{_name(city, grant.consumer)}（{grant.consumer}）",
        approver=approval_of(standing),
        content=grant.scope(),
        at=_now(city),
        way=grant.method.label,
        medium=grant.medium.label,
        grant=grant.code,
        procedure=grant.procedure or "",
        facts={"by": city.actor, "resources": [one.resource for one in grant.resources]},
    )


def about_set(city: City, open_set: OpenSet) -> Act:
    """Return the act of releasing an open set."""
    authority = _name(city, city.catalog.city.authority)
    return Act(
        operation=Operation.SHARE,
        purpose=f"{open_set.type.label}：{open_set.name}",
        user=city.actor,
        approver=f"{authority}：开放目录（六(一)）",
        content=f"{open_set.resource}：{'、'.join(open_set.items)}",
        at=_now(city),
        way="开放发布",
        medium=Medium.FILE.label,
        resource=open_set.resource,
        department=open_set.resource.partition("/")[0],
        facts={"open_set": open_set.code},
    )


def about_city(
    city: City, operation: Operation, purpose: str, content: str, *, document: str | None = None
) -> Act:
    """Return an act that is about no single resource."""
    return Act(
        operation=operation,
        purpose=purpose,
        user=city.actor,
        approver=document or _steward(city, city.catalog.city.authority),
        content=content,
        at=_now(city),
        way="平台处理",
        medium=Medium.PLATFORM.label,
    )


def _now(city: City) -> str:
    return local_moment(city.catalog, city.clock()).isoformat(timespec="seconds")


def _steward(city: City, code: str) -> str:
    department = city.catalog.departments.get(code)
    if department is None or department.steward is None:
        return _name(city, code)
    return f"{department.name}{department.steward.post}（{department.steward.filing_no}）"


def _name(city: City, code: str) -> str:
    department = city.catalog.departments.get(code)
    return department.name if department else code
