"""The plan of an application: what it would change, who must approve, what would leave (二(二)).

Belongs here: the value, and its text. Keep out: filing it (`filing`), printing it (`cli`). It holds
names of columns, masks and conditions' items; the values of conditions stay in the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from catalog_specs.catalog import Catalog
from catalog_specs.errors import AccessError
from catalog_specs.models.sharing import Grant, GrantedResource
from catalog_specs.rules.leaving.sharing import Signature, share_type_of, signatures_needed
from governance.applications.questions import Question, questions
from governance.grants.decisions import Objection, scope_objections
from governance.grants.life import GrantState
from governance.grants.standing import Standing, asks_for_more
from governance.grants.text import department_name
from governance.masks.columns import mask_of

__all__ = ["Leaving", "Plan", "column_leaving", "plan_of", "plan_text"]


@dataclass(frozen=True)
class Leaving:
    """One column that would leave: its mask, its sharing type and the clause it leaves by."""

    where: str
    name: str
    mask: str
    share: str
    clause: str
    rows: str

    def __str__(self) -> str:
        """Return it in one line."""
        said = f"{self.name}（{self.where}）：{self.mask}"
        return f"{said} · {self.rows} · {self.share} {self.clause}"


@dataclass(frozen=True)
class Plan:
    """What comes of filing a grant's file today."""

    grant: str
    change: str
    """`new`, `more` than was granted, or `covered` by it: then nothing is to be filed."""
    more: str
    """Where it goes beyond what was granted."""
    needed: tuple[Signature, ...]
    faults: tuple[Objection, ...]
    questions: tuple[Question, ...]
    leaving: tuple[Leaving, ...]
    procedure: str = ""
    """The document of a special procedure, by which the authority alone decides (五(九))."""

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        return {
            "grant": self.grant,
            "change": self.change,
            "more": self.more,
            "procedure": self.procedure or None,
            "needed": [{"department": by, "role": role.value} for by, role in self.needed],
            "faults": [one.as_dict() for one in self.faults],
            "questions": [one.as_dict() for one in self.questions],
            "leaving": [vars(one) for one in self.leaving],
        }


def plan_of(catalog: Catalog, grant: Grant, standing: Standing | None) -> Plan:
    """Return the plan of a grant's file."""
    live = standing is not None and standing.state in {GrantState.GRANTED, GrantState.SUSPENDED}
    approved = standing.content if standing and live else None
    more = asks_for_more(approved, grant) if approved else ""
    return Plan(
        grant.code,
        "new" if approved is None else "covered" if more is None else "more",
        more or "",
        signatures_needed(catalog.city.authority, catalog.resources, grant),
        tuple(scope_objections(catalog, grant)),
        questions(catalog, grant),
        tuple(
            one for granted in grant.resources for one in _columns(catalog, grant, granted)
        ),
        grant.procedure or "",
    )  # fmt: skip


def column_leaving(catalog: Catalog, grant: Grant, column: str) -> tuple[Leaving, ...]:
    """Return what happens to columns of this code or full name under a grant."""
    found = plan_of(catalog, grant, None).leaving
    return tuple(one for one in found if column in {one.where, one.where.rpartition(".")[2]})


def plan_text(catalog: Catalog, plan: Plan, today: date) -> Iterator[str]:
    """Yield the plan in Chinese, line by line."""
    says = {
        "new": "新申请",
        "more": f"变更，超出已批准内容：{plan.more}",
        "covered": "已在批准范围内，无须申请",
    }
    yield f"申请计划：{plan.grant}（{today.isoformat()}）"
    yield f"  {says[plan.change]}"
    for fault in plan.faults:
        yield f"  ✗ {fault.reason.label}：{fault.where}（{fault.clause}）"
    if plan.procedure:
        yield f"特殊程序：{plan.procedure}，由数据管理机构依法协调处理（五(九)）"
    yield from _approvals(catalog, plan)
    for resource, columns in groupby(plan.leaving, lambda one: one.where.rpartition(".")[0]):
        yield from _leaving(catalog, resource, tuple(columns))
    for where, asked in groupby(plan.questions, lambda one: one.where):
        yield f"请核实：{where}"
        yield from (f"  {one.zh}（{one.clause}）" for one in asked)


def _approvals(catalog: Catalog, plan: Plan) -> Iterator[str]:
    if not plan.needed:
        yield "须经审批：无，无条件共享，按申请提供（五(四)）"
        return
    yield f"须经审批（{'五(九)' if plan.procedure else '五(四)'}）："
    for by, role in plan.needed:
        yield f"  {role.label}：{department_name(catalog, by)}（{by}）"


def _leaving(catalog: Catalog, ref: str, columns: Sequence[Leaving]) -> Iterator[str]:
    """Yield what leaves of a resource, by sharing type; what columns share is said once."""
    resource = catalog.resources.get(ref)
    yield f"将提供：{resource.name if resource else ref}（{ref}）"
    for share in dict.fromkeys(one.share for one in columns):
        mine = [one for one in columns if one.share == share]
        yield f"  {mine[0].rows}，{share}（{mine[0].clause}）"
        for one in mine:
            yield f"  {one.name}（{one.where.rpartition('.')[2]}）：{one.mask}"


def _columns(catalog: Catalog, grant: Grant, granted: GrantedResource) -> Iterator[Leaving]:
    resource = catalog.resources.get(granted.resource)
    if resource is None:
        return
    names = {one.code: catalog.name_of(one) for one in resource.items}
    by = "、".join(dict.fromkeys(names.get(one.item, one.item) for one in granted.where))
    rows = f"按{by}限定的行" if by else "全部行"
    for item in resource.stored:
        if item.code not in granted.items:
            continue
        try:
            mask = mask_of(catalog, resource, item, granted).note
        except AccessError as refused:
            mask = f"没有可用的脱敏方式 {refused.code}"
        if not grant.method.materialised:
            mask = f"不提供明细，只用于{grant.method.label}"
        kind = share_type_of(resource, item.code)
        name = catalog.name_of(item)
        yield Leaving(f"{resource.ref}.{item.code}", name, mask, kind.label, "五(四)", rows)
