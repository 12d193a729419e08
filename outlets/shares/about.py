"""The `_meta` view of a grant's DuckDB file: what the file says of itself, in Chinese.

Belongs here: grant, source, as-of time, terms and masks as text. Keep out: data, and the values of
row conditions.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from catalog_specs.catalog import Catalog
from catalog_specs.local_time import local_moment
from governance.grants.text import department_name
from outlets.as_of import acquired_at
from outlets.shares.plan import Part, SharePlan

__all__ = ["META_COMMENT", "about_share"]

META_COMMENT = "本文件的授权、来源、数据时点、使用条款与脱敏说明，每个信息资源一行"


def about_share(
    catalog: Catalog, plan: SharePlan, now: datetime, alone: Mapping[str, str]
) -> list[dict[str, str | None]]:
    """Return one row for every granted resource, also for one that is not aggregated yet.

    `alone` says of each resource that is handed out how far its rows can be told apart.
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
        "生成时间": _readable(local_moment(catalog, now)),
    }
    return [
        common | _about_part(catalog, part) | {"可区分程度": alone.get(part.resource.ref)}
        for part in plan.parts
    ]


def _about_part(catalog: Catalog, part: Part) -> dict[str, str | None]:
    masks = "；".join(f"{column.name}（{column.code}）：{column.note}" for column in part.columns)
    return {
        "信息资源": part.resource.name,
        "信息资源代码": part.resource.code,
        "视图": part.shape.name if part.found else None,
        "数据来源单位": department_name(catalog, part.resource.provider),
        "状态": "已汇聚" if part.found else "尚未汇聚",
        "数据版本": str(part.found.version) if part.found else None,
        "数据时点": _readable(acquired_at(catalog, part.found)) if part.found else None,
        "脱敏说明": masks,
    }


def _readable(moment: datetime) -> str:
    return moment.isoformat(sep=" ", timespec="seconds")
