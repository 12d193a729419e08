"""`quanshu list`: the entries of the catalogue, with their state in a home."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.cities import open_at
from cli.console import print_json
from cli.options import CatalogOption, HomeOption, JsonOption
from cli.resources import RegionOption, meant_departments
from cli.tables import AllOption, Column, WideOption, print_rows

if TYPE_CHECKING:
    from flow.city import City

__all__ = ["register"]

Row = dict[str, Any]
Rows = Iterator[Row]
Titles = dict[str, str]
"""What the columns of a row are called, in both languages."""


class Kind(StrEnum):
    """What can be listed."""

    DEPARTMENTS = "departments"
    RESOURCES = "resources"
    ELEMENTS = "elements"
    GRANTS = "grants"
    SETS = "sets"
    LEGACY = "legacy"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(name="list")(list_declared)


def list_declared(  # noqa: PLR0913, PLR0917 - a command's options are its parameters
    kind: Annotated[Kind, typer.Argument(help="What to list.")],
    department: Annotated[
        str | None, typer.Option(help="Only this department's (a grant: its consumer's).")
    ] = None,
    region: RegionOption = None,
    catalog: CatalogOption = None,
    home: HomeOption = None,
    json: JsonOption = False,
    wide: WideOption = False,
    every: AllOption = False,
) -> None:
    """List departments, resources, elements, grants, open-data sets or legacy exchanges.

    Each with its state.
    """
    city = open_at(home, catalog)
    everybody = department is None and region is None  # also what no department owns
    meant = meant_departments(city.catalog, department, region)
    title, found, narrow, further = _LISTS[kind]
    rows = [row for row in found(city) if everybody or row["department"] in meant]
    if kind is Kind.RESOURCES and (wide or json):
        rows = [row | {"stays_here": _stays_here(city, row["resource"])} for row in rows]
    if json:
        print_json(rows)
        return
    columns = [
        _column(said, [row[name] for row in rows], wide=name in further)
        for name, said in (narrow | further).items()
    ]
    cells = [[row[name] for name in narrow | further] for row in rows]
    print_rows(f"{title}: {len(rows)}", columns, cells, wide=wide, every=every)


def _departments(city: City) -> Rows:
    for one in city.catalog.departments.values():
        mine = [r for r in city.catalog.resources.values() if r.provider == one.code]
        yield {
            "department": one.code,
            "name": one.name,
            "region": one.region,
            "roles": " ".join(sorted(role.value for role in one.roles)),
            "resources": len(mine),
            "steward": one.steward.post if one.steward else None,
        }


def _resources(city: City) -> Rows:
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
            "engine": one.engine.value,
            "stays_here": "",
            "rows": found.rows() if found else 0,
            "delivery": done.delivery if done else None,
            "verdict": done.outcome.verdict.value if done else None,
            "recorded_at": done.recorded_at if done else None,
        }


def _stays_here(city: City, ref: str) -> str:
    """Return what of a resource is done here though it asks for the second engine."""
    from importlib.util import find_spec

    from catalog_specs.local_time import local_day
    from catalog_specs.vocabulary import Engine

    resource = city.catalog.resource(ref)
    if resource.engine is not Engine.SPARK or find_spec("sqlglot") is None:
        return ""
    from outlets.shares.masking import masked_here
    from quality.gate.second_engine import rules_here

    today = local_day(city.catalog, city.clock())
    rules = [f"rule {code}" for code in rules_here(city.catalog, resource, today)]
    grants = [
        f"grant {grant.code}"
        for grant in city.catalog.grants.values()
        for granted in grant.resources
        if granted.resource == ref and masked_here(city.catalog, granted)
    ]
    parted = ["writing of partitions"] if resource.partition is not None else []
    return ", ".join((*rules, *grants, *parted))


def _elements(city: City) -> Rows:
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


def _grants(city: City) -> Rows:
    from catalog_specs.local_time import local_day

    today = local_day(city.catalog, city.clock())
    rights = city.rights
    for one in city.catalog.grants.values():
        decision = rights.decide(one, today)
        yield {
            "grant": one.code,
            "department": one.consumer,
            "method": one.method.value,
            "valid_to": one.valid_to.isoformat(),
            "state": decision.reason.value,
            "extract": city.layout.share_file(one.code).exists(),
        }


def _sets(city: City) -> Rows:
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


def _legacy(city: City) -> Rows:
    from catalog_specs.local_time import local_day

    today = local_day(city.catalog, city.clock())
    for one in city.catalog.legacy.values():
        yield {
            "exchange": one.code,
            "name": one.name,
            "department": one.owner,
            "partners": " ".join(one.partners),
            "exchanges": one.exchanges,
            "resources": " ".join(one.resources),
            "state": one.state.value,
            "due": one.due.isoformat(),
            "overdue": one.overdue(today),
            "done_on": one.done_on.isoformat() if one.done_on else None,
            "filing_no": one.filing_no,
        }


_LISTS: Mapping[Kind, tuple[str, Callable[[City], Rows], Titles, Titles]] = {
    Kind.DEPARTMENTS: (
        "部门 / departments",
        _departments,
        {"department": "代码 / code", "name": "名称 / name", "resources": "资源 / resources"},
        {"region": "区划 / region", "roles": "角色 / roles", "steward": "数据管理员 / steward"},
    ),
    Kind.RESOURCES: (
        "信息资源 / resources",
        _resources,
        {"resource": "资源 / resource", "rows": "行 / rows", "verdict": "判定 / verdict"}
        | {"name": "名称 / name"},
        {"delivery": "最近交付 / last delivery", "recorded_at": "登记时间 / recorded"}
        | {"share": "共享类型 / sharing", "engine": "引擎 / engine"}
        | {"stays_here": "仍在本机 / stays here"},
    ),
    Kind.ELEMENTS: (
        "数据元 / elements",
        _elements,
        {"element": "代码 / code", "name": "名称 / name", "source": "唯一来源 / the one source"},
        {"subject": "主体 / subject", "sensitivity": "敏感级别 / sensitivity"},
    ),
    Kind.GRANTS: (
        "授权 / grants",
        _grants,
        {"grant": "授权 / grant", "state": "状态 / state", "extract": "提取件 / extract"}
        | {"valid_to": "至 / until", "method": "方式 / method"},
        {"department": "应用单位 / consumer"},
    ),
    Kind.SETS: (
        "开放数据集 / open-data sets",
        _sets,
        {"set": "数据集 / set", "releases": "发布 / releases", "latest": "最近一次 / latest"}
        | {"name": "名称 / name"},
        {"type": "开放类型 / type", "resource": "来源资源 / resource"},
    ),
    Kind.LEGACY: (
        "原有交换系统 / legacy exchanges",
        _legacy,
        {"exchange": "代码 / code", "state": "状态 / state", "due": "期限 / due"}
        | {"overdue": "逾期 / overdue", "name": "名称 / name"},
        {
            "department": "单位 / unit",
            "resources": "迁移为 / becomes",
            "filing_no": "备案号 / filed",
        }
        | {"done_on": "完成日期 / done", "partners": "对方 / partners"},
    ),
}
"""What each list is called, its rows, and the titles of its columns: always, and with --wide."""


def _column(title: str, values: Sequence[object], *, wide: bool) -> Column:
    chinese, _, english = title.partition(" / ")
    figure = any(type(value) is int for value in values)
    return Column(chinese, english, figure, wide)
