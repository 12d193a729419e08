"""`quanshu evolve` and `quanshu check --against`: stored tables and an edited catalogue.

Belongs here: printing a plan, doing it when asked. Keep out: what a difference means
(`storage.evolution.differences`), the order of the steps (`flow.upkeep.evolution`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any

import typer

from catalog_specs.rules.homes.evolution import HomeDifference
from cli.cities import open_at
from cli.console import Exit, err, out, print_json
from cli.options import CatalogOption, HomeOption, JsonOption

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flow.city import City
    from flow.upkeep.evolution import Planned

__all__ = ["register", "told_against"]


@dataclass(frozen=True)
class _OfBefore:
    """What an earlier version left: results, approvals, ledgers' new columns and repeated rows."""

    results: int
    grants: tuple[str, ...]
    ledgers: Mapping[str, tuple[str, ...]]
    repeated: Mapping[str, int] = field(default_factory=dict)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(evolve)


def evolve(
    catalog: CatalogOption = None,
    home: HomeOption = None,
    document: Annotated[
        str | None, typer.Option(help="Number of the document that lets stored values go.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Bring the home's tables along with the catalogue; safe to repeat, and to be interrupted.

    Exit 1 when a table is refused; every other one has evolved. Exit 3 when something failed.
    """
    from flow.upkeep import earlier_version
    from flow.upkeep.evolution import evolve as evolve_city
    from flow.upkeep.evolution import former_facts, plan
    from governance.applications.former import begin_grants, waiting_former

    city = open_at(home, catalog)
    failures = () if dry_run else earlier_version.take_over_past(city, document)
    planned = plan(city, document) if dry_run else evolve_city(city, document)
    former = former_facts(city, bring=not dry_run)
    at = city.layout, city.catalog, city.governance_db
    grants = waiting_former(*at) if dry_run else begin_grants(*at, city.clock())
    ledgers = earlier_version.lacking(city) if dry_run else earlier_version.bring_ledgers(city)
    many = earlier_version.repeated(city) if dry_run else earlier_version.drop_repeated(city)
    of_before = _OfBefore(former, grants, ledgers, many)
    _print(city, planned, of_before, json=json, done=not dry_run)
    for failure in failures:
        err.print(str(failure), style="red")
    refused = Exit.PROBLEMS if any(one.refused for one in planned) else Exit.FINE
    raise typer.Exit(Exit.FAILED if failures else refused)


def told_against(city: City, *, json: bool) -> bool:
    """Print what the catalogue means for the home's tables; returns whether something waits.

    A column that is taken away needs a document; that is told and is no refusal yet.
    """
    from flow.upkeep.earlier_version import lacking
    from flow.upkeep.evolution import former_facts, plan
    from governance.applications.former import waiting_former

    planned = plan(city, document="-")
    grants = waiting_former(city.layout, city.catalog, city.governance_db)
    of_before = _OfBefore(former_facts(city, bring=False), grants, lacking(city))
    _print(city, planned, of_before, json=json, done=False)
    return any(one.urgent for one in planned)


def _print(
    city: City,
    planned: tuple[Planned, ...],
    of_before: _OfBefore,
    *,
    json: bool,
    done: bool,
) -> None:
    """Print the tables, and what an earlier version left."""
    from flow.upkeep.evolution import orphans

    left = orphans(city)
    if json:
        shown: dict[str, Any] = {
            "resources": [one.as_dict() for one in planned],
            "orphans": [one.as_dict() for one in left],
            "former_results": of_before.results,
            "former_approvals": list(of_before.grants),
            "ledgers": {name: list(columns) for name, columns in of_before.ledgers.items()},
            "repeated": dict(of_before.repeated),
            "done": done,
        }
        print_json(shown)
        return
    for told in _of_before(of_before, done=done):
        out.print(told, markup=False, highlight=False)
    if not planned:
        out.print("各表与目录一致。/ every table is as the catalogue asks.")
    for one in planned:
        for line in _lines(one, done=done):
            out.print(line, markup=False, highlight=False)
    for orphan in left:
        out.print(str(orphan), markup=False, highlight=False)


def _of_before(of_before: _OfBefore, *, done: bool) -> Iterator[str]:
    """Yield what an earlier version left, and whether it was brought along."""
    state = "已转入 / entered" if done else "待转入 / waits for `quanshu evolve`"
    if of_before.grants:
        names = ", ".join(of_before.grants)
        yield f"grants  {state}  原目录中的审批 / approvals of the catalogue: {names}"
    for name, columns in of_before.ledgers.items():
        yield f"ledgers/{name}  {state}  新列 / new columns: {', '.join(columns)}"
    gone = "已去除 / removed" if done else "待去除 / waits for `quanshu evolve`"
    for name, rows in of_before.repeated.items():
        yield f"ledgers/{name}  {gone}  重复记录 / facts recorded more than once: {rows:,}"
    if of_before.results:
        many = f"{of_before.results:,}"
        yield f"rule_results  {state}  {HomeDifference.FORMER_RESULTS} {many} deliveries"


def _lines(planned: Planned, *, done: bool) -> Iterator[str]:
    """Yield the differences of one table, and what stands against each."""
    if planned.refused:
        state = "拒绝 / refused"
    elif done:
        state = "已调整 / evolved"
    elif planned.urgent:
        state = "待调整 / waits for `quanshu evolve`"
    else:
        state = "无须处理 / nothing has to be done"
    yield f"{planned.resource}  {state}  ({planned.file})"
    for one in planned.differences:
        needs = " · needs --document" if one.loses and not done else ""
        yield f"    {one.kind.value} {one}{needs}"
    for refusal in planned.refused:
        yield f"    {refusal.code} {refusal.what} — {refusal.remedy}"
