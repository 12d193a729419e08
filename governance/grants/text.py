"""The page of a grant: Chinese text on what it allows, its basis, and its decision.

Belongs here: wording. Keep out: deciding (`governance.grants.decisions`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from catalog_specs.catalog import Catalog
from catalog_specs.errors import AccessError
from catalog_specs.local_time import local_day
from catalog_specs.models.resource import Resource
from catalog_specs.models.sharing import Grant, GrantedResource
from catalog_specs.vocabulary import ApprovalRole
from governance.grants.decisions import Decision
from governance.grants.rights import Rights
from governance.grants.standing import Standing
from governance.masks.columns import mask_of

__all__ = ["department_name", "explain", "grant_text", "today_text"]


def explain(rights: Rights, grant: Grant, now: datetime) -> tuple[str, dict[str, Any]]:
    """Return what a grant allows and why it holds or not: a Chinese page, and the JSON shape."""
    decision = rights.decide(grant, local_day(rights.catalog, now))
    return grant_text(rights, grant, decision), decision.as_dict()


def grant_text(rights: Rights, grant: Grant, decision: Decision) -> str:
    """Return the page; it names columns and masks, never a value."""
    catalog, standing = rights.catalog, rights.standings.get(grant.code)
    return "\n".join(
        (
            *_head(catalog, grant, decision),
            *_approvals(catalog, standing),
            *_scope(catalog, grant),
        )
    )


def today_text(grant: Grant, *, allowed: bool) -> str:
    """Say in Chinese what the consumer can and cannot do with a grant today."""
    return grant.method.today if allowed else "授权今天不成立：不提供任何记录，也不能查询结果"


def department_name(catalog: Catalog, code: str) -> str:
    """Return a department's Chinese name; its code when the catalogue does not know it."""
    known = catalog.departments.get(code)
    return known.name if known else code


def _head(catalog: Catalog, grant: Grant, decision: Decision) -> Iterator[str]:
    verdict = "允许" if decision.allowed else "不允许"
    yield f"{grant.name}（{grant.code}）"
    yield f"结论：{verdict} —— {decision.explanation}（{decision.on.isoformat()}）"
    for objection in decision.objections:
        where = f"：{objection.where}" if objection.where else ""
        yield f"  ✗ {objection.reason.label}{where}（{objection.clause}）"
    yield f"数据应用单位：{department_name(catalog, grant.consumer)}"
    yield f"应用场景：{grant.scenario}"
    yield f"用途：{grant.purpose}"
    yield f"依据：{'；'.join(grant.legal_basis)}"
    yield f"方式：{grant.method.label}；介质：{grant.medium.label}"
    yield f"现状：{today_text(grant, allowed=decision.allowed)}"
    if grant.procedure:
        yield f"特殊程序：{grant.procedure}（五(九)）"
    if grant.batch_reason:
        yield f"批量交换理由：{grant.batch_reason}"
    yield f"有效期：{grant.valid_from.isoformat()} 至 {grant.valid_to.isoformat()}（含当日）"
    yield f"目录状态：{grant.status.label}"
    yield f"使用条款：{grant.terms}"


def _approvals(catalog: Catalog, standing: Standing | None) -> Iterator[str]:
    waits = "，另有申请待审批" if standing and standing.content and standing.pending else ""
    yield f"办理：{standing.state.label if standing else '未申请'}{waits}"
    if standing is None:
        return
    if not standing.decisions:
        yield "审批：无（仅限无条件共享）"
    for one in standing.decisions:
        name = department_name(catalog, one.department)
        role = ApprovalRole(one.role).label
        kept = "（由原目录转入）" if one.imported else ""
        yield f"审批：{role} {name} {one.post}"
        yield f"  {one.on.isoformat()} {one.document}{kept}"


def _scope(catalog: Catalog, grant: Grant) -> Iterator[str]:
    for granted in grant.resources:
        resource = catalog.resources.get(granted.resource)
        if resource is None:
            yield f"资源：{granted.resource}（目录中没有）"
            continue
        provider = department_name(catalog, resource.provider)
        yield f"资源：{resource.name}（{resource.ref}）"
        yield f"  提供单位：{provider}，{resource.share.type.label}"
        yield f"  行范围：{_rows(catalog, resource, granted)}"
        yield f"  匹配项：{_asked_by(catalog, resource, granted.match)}"
        yield from (f"  {_item(catalog, resource, granted, code)}" for code in granted.items)


def _asked_by(catalog: Catalog, resource: Resource, match: str | None) -> str:
    """Return by which item the consumer may ask for its own ids."""
    found = next((one for one in resource.items if one.code == match), None)
    return f"{catalog.name_of(found)}（{found.code}）" if found else "无（不能按名单匹配或核验）"


def _rows(catalog: Catalog, resource: Resource, granted: GrantedResource) -> str:
    """Return how many conditions narrow the rows, and by which items; their values stay out."""
    names = {item.code: catalog.name_of(item) for item in resource.items}
    by = dict.fromkeys(names.get(c.item, c.item) for c in granted.where)
    return f"按{'、'.join(by)}限定" if by else "全部行"


def _item(catalog: Catalog, resource: Resource, granted: GrantedResource, code: str) -> str:
    found = {item.code: item for item in resource.stored}.get(code)
    if found is None:
        return f"{code}：不在权威数据中"
    try:
        mask = mask_of(catalog, resource, found, granted)
    except AccessError as refused:
        return f"{catalog.name_of(found)}（{code}）：没有可用的脱敏方式 {refused.code}"
    return f"{catalog.name_of(found)}（{code}）：{mask.note}"
