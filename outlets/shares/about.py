"""Notes in a grant's DuckDB file, in Chinese: `_meta`, `_receipt`, and the names of codes.

Belongs here: grant, source, as-of time, terms, masks and approvals as text. Keep out: data, and the
values of row conditions.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from catalog_specs.catalog import Catalog
from catalog_specs.local_time import local_moment
from catalog_specs.masks.mask import Remains
from catalog_specs.vocabulary import ItemType
from governance.grants.rights import Rights
from governance.grants.text import department_name
from outlets.as_of import acquired_at
from outlets.shares.file import META, RECEIPT, Note
from outlets.shares.plan import Part, SharePlan
from storage.delta.tables import Snapshot

__all__ = ["about_share", "labels_of", "receipt_of"]

_META_COMMENT = (
    "本文件的授权、来源、数据时点、使用条款与脱敏说明，每个信息资源一行；"
    "此后的数据版本未改变本文件记录的，文件保持原样，数据时点仍为制成时的"
)
_RECEIPT_COMMENT = "交付凭据：凭何审批、由哪一版数据生成、多少记录，每个信息资源一行"


def about_share(
    catalog: Catalog, plan: SharePlan, now: datetime | None, alone: Mapping[str, str]
) -> Note:
    """Return `_meta`: one row for every granted resource, also for one that is not aggregated yet.

    Args:
        catalog: the city.
        plan: what is handed out.
        now: the moment; None leaves out what is of one moment and of one version of the data.
        alone: of each resource that is handed out, how far its rows can be told apart.
    """
    grant = plan.grant
    common: dict[str, str | None] = {
        "授权代码": grant.code,
        "授权名称": grant.name,
        "数据应用单位": department_name(catalog, grant.consumer),
        "应用场景": grant.scenario,
        "用途": grant.purpose,
        "法律依据": "；".join(grant.legal_basis),
        "共享方式": grant.method.label,
        "有效期至": grant.valid_to.isoformat(),
        "使用条款": grant.terms,
        "生成时间": _moment(catalog, now),
    }
    rows = [
        common
        | _about_part(catalog, part, part.found if now else None)
        | {"可区分程度": alone.get(part.resource.ref)}
        for part in plan.parts
    ]
    return Note(META, _META_COMMENT, rows)


def receipt_of(
    rights: Rights,
    plan: SharePlan,
    now: datetime | None,
    parts: Mapping[str, Mapping[str, Any]],
) -> Note:
    """Return `_receipt`: on whose approval what was handed out, a row for every resource (五(五)).

    `parts` are what was written: its number of rows, and the table and version that it is of. With
    no `now` that version is left out, as in `about_share`.
    """
    standing = rights.standings.get(plan.grant.code)
    approvals = [
        f"{department_name(rights.catalog, one.department)} {one.post} {one.on.isoformat()} "
        f"{one.document}"
        for one in (standing.decisions if standing else ())
    ]
    common: dict[str, str | None] = {
        "授权代码": plan.grant.code,
        "审批": "；".join(approvals) or "无条件共享",
        "内容摘要": plan.digest if now else None,
        "密钥版本": str(plan.key.version) if plan.key else None,
        "生成时间": _moment(rights.catalog, now),
    }
    rows = [
        common
        | {
            "视图": part.shape.name,
            "数据表": parts[part.resource.ref]["table"],
            "数据版本": str(parts[part.resource.ref]["version"]) if now else None,
            "记录数": str(parts[part.resource.ref]["rows"]),
        }
        for part in plan.parts
        if part.resource.ref in parts
    ]
    nothing: dict[str, str | None] = {
        "视图": None,
        "数据表": None,
        "数据版本": None,
        "记录数": None,
    }
    return Note(RECEIPT, _RECEIPT_COMMENT, rows or [common | nothing])


def labels_of(catalog: Catalog, part: Part) -> dict[str, Mapping[str, str]]:
    """Return the names of codes, of each column of which codes are still to be seen."""
    return {
        column.code: codes.values
        for column in part.columns
        if column.mask.remains in {Remains.AS_IS, Remains.PART}
        and (codes := catalog.code_lists.get(column.element.code_list or "")) is not None
        and codes.values
        and column.element.type is ItemType.STRING
    }


def _about_part(catalog: Catalog, part: Part, found: Snapshot | None) -> dict[str, str | None]:
    masks = "；".join(f"{column.name}（{column.code}）：{column.note}" for column in part.columns)
    return {
        "信息资源": part.resource.name,
        "信息资源代码": part.resource.code,
        "视图": part.shape.name if part.found else None,
        "数据来源单位": department_name(catalog, part.resource.provider),
        "状态": "已汇聚" if part.found else "尚未汇聚",
        "数据版本": str(found.version) if found else None,
        "数据时点": _readable(acquired_at(catalog, found)) if found else None,
        "脱敏说明": masks,
    }


def _moment(catalog: Catalog, now: datetime | None) -> str | None:
    return None if now is None else _readable(local_moment(catalog, now))


def _readable(moment: datetime) -> str:
    return moment.isoformat(sep=" ", timespec="seconds")
