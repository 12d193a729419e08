"""`quanshu list`: the entries of the catalogue, with their state in a home."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.cities import open_at
from cli.console import print_json
from cli.options import CatalogOption, HomeOption, JsonOption
from cli.resources import require_department
from cli.tables import AllOption, Column, WideOption, print_rows

if TYPE_CHECKING:
    from flow.city import City

__all__ = ["register"]


class Kind(StrEnum):
    """What can be listed."""

    DEPARTMENTS = "departments"
    RESOURCES = "resources"
    ELEMENTS = "elements"
    GRANTS = "grants"
    SETS = "sets"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(name="list")(list_declared)


def list_declared(  # noqa: PLR0913, PLR0917 - a command's options are its parameters
    kind: Annotated[Kind, typer.Argument(help="What to list.")],
    department: Annotated[
        str | None, typer.Option(help="Only this department's (a grant: its consumer's).")
    ] = None,
    catalog: CatalogOption = None,
    home: HomeOption = None,
    json: JsonOption = False,
    wide: WideOption = False,
    every: AllOption = False,
) -> None:
    """List departments, resources, elements, grants or open-data sets, with their state."""
    city = open_at(home, catalog)
    if department is not None:
        require_department(city.catalog, department)
    title, columns, found = _LISTS[kind]
    rows = [row for row in found(city) if department in (None, row.get("department"))]
    if json:
        print_json(rows)
        return
    cells = [[row[name] for name in columns] for row in rows]
    print_rows(f"{title}: {len(rows)}", list(columns.values()), cells, wide=wide, every=every)


def _departments(city: City) -> Iterator[dict[str, Any]]:
    for one in city.catalog.departments.values():
        mine = [r for r in city.catalog.resources.values() if r.provider == one.code]
        yield {
            "department": one.code,
            "name": one.name,
            "roles": " ".join(sorted(role.value for role in one.roles)),
            "resources": len(mine),
            "steward": one.steward.post if one.steward else None,
        }


def _resources(city: City) -> Iterator[dict[str, Any]]:
    from register.register import open_registers
    from storage.delta.tables import snapshot

    registers = open_registers(city.layout, city.catalog.resources.values())
    for ref, one in city.catalog.resources.items():
        done = registers[ref].entries.newest_outcome
        found = snapshot(city.layout.authoritative(ref))
        yield {
            "department": one.provider,
            "resource": one.ref,
            "name": one.name,
            "share": one.share.type.value,
            "rows": found.rows() if found else 0,
            "delivery": done.delivery if done else None,
            "verdict": done.outcome.verdict.value if done else None,
            "recorded_at": done.recorded_at if done else None,
        }


def _elements(city: City) -> Iterator[dict[str, Any]]:
    for one in city.catalog.elements.values():
        owner = city.catalog.owner_of(one.code)
        yield {
            "element": one.code,
            "name": one.name,
            "subject": one.subject,
            "sensitivity": one.sensitivity,
            "source": f"{owner[0].ref}.{owner[1].code}" if owner else None,
            "department": owner[0].provider if owner else None,
        }


def _grants(city: City) -> Iterator[dict[str, Any]]:
    from catalog_specs.local_time import local_day
    from governance.grants.decisions import decide

    today = local_day(city.catalog, city.clock())
    for one in city.catalog.grants.values():
        decision = decide(city.catalog, one, today)
        yield {
            "grant": one.code,
            "department": one.consumer,
            "method": one.method.value,
            "valid_to": one.valid_to.isoformat(),
            "state": decision.reason.value,
            "extract": city.layout.share_file(one.code).exists(),
        }


def _sets(city: City) -> Iterator[dict[str, Any]]:
    for one in city.catalog.open_sets.values():
        folder = city.layout.open_data(one.code)
        found = sorted(path.parent.name for path in folder.glob("*/SHA256SUMS"))
        yield {
            "set": one.code,
            "name": one.name,
            "resource": one.resource,
            "department": one.resource.partition("/")[0],
            "type": one.type.value,
            "releases": len(found),
            "latest": found[-1] if found else None,
        }


_LISTS: Mapping[Kind, tuple[str, dict[str, Column], Any]] = {
    Kind.DEPARTMENTS: (
        "部门 / departments",
        {
            "department": Column("代码", "code"),
            "name": Column("名称", "name"),
            "resources": Column("资源", "resources", figure=True),
            "roles": Column("角色", "roles", wide=True),
            "steward": Column("数据管理员", "steward", wide=True),
        },
        _departments,
    ),
    Kind.RESOURCES: (
        "信息资源 / resources",
        {
            "resource": Column("资源", "resource"),
            "rows": Column("行", "rows", figure=True),
            "verdict": Column("判定", "verdict"),
            "name": Column("名称", "name"),
            "delivery": Column("最近交付", "last delivery", wide=True),
            "recorded_at": Column("登记时间", "recorded", wide=True),
            "share": Column("共享类型", "sharing", wide=True),
        },
        _resources,
    ),
    Kind.ELEMENTS: (
        "数据元 / elements",
        {
            "element": Column("代码", "code"),
            "name": Column("名称", "name"),
            "source": Column("唯一来源", "the one source"),
            "subject": Column("主体", "subject", wide=True),
            "sensitivity": Column("敏感级别", "sensitivity", wide=True),
        },
        _elements,
    ),
    Kind.GRANTS: (
        "授权 / grants",
        {
            "grant": Column("授权", "grant"),
            "state": Column("状态", "state"),
            "extract": Column("提取件", "extract"),
            "valid_to": Column("至", "until"),
            "method": Column("方式", "method"),
            "department": Column("应用单位", "consumer", wide=True),
        },
        _grants,
    ),
    Kind.SETS: (
        "开放数据集 / open-data sets",
        {
            "set": Column("数据集", "set"),
            "releases": Column("发布", "releases", figure=True),
            "latest": Column("最近一次", "latest"),
            "name": Column("名称", "name"),
            "type": Column("开放类型", "type", wide=True),
            "resource": Column("来源资源", "resource", wide=True),
        },
        _sets,
    ),
}
