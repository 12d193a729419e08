"""Commands about the catalogue: `check`, `where`, `explain`."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.cities import open_at
from cli.commands.evolve import told_against
from cli.console import Exit, out, print_json
from cli.options import CatalogOption, HomeOption, JsonOption

if TYPE_CHECKING:
    from governance.applications.plan import Leaving

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.command()(check)
    app.command()(where)
    app.command()(explain)


def check(
    catalog: CatalogOption = None,
    against: Annotated[
        Path | None, typer.Option(help="A home: show what the catalogue means for its tables.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Compile the catalogue and report every problem at once.

    Exit 1 if there is one, or a table of the home given by --against waits for `quanshu evolve`.
    """
    from catalog_specs.laws import dated_laws
    from catalog_specs.loader import check as check_catalog
    from pipelines.settings import Settings
    from quality.engine_law import engine_law
    from quality.sql_law import SQL_LAW
    from quality.suite_law import suite_law

    folder = Settings.from_environment(os.environ, catalog=catalog).catalog
    today = datetime.now(UTC).astimezone().date()
    costly = (suite_law(today), SQL_LAW, engine_law(today))
    compiled, problems = check_catalog(folder, (*dated_laws(today), *costly))
    if against is not None and not problems:
        waits = told_against(open_at(against, catalog), json=json)
        raise typer.Exit(Exit.PROBLEMS if waits else Exit.FINE)
    if json:
        print_json([problem.as_dict() for problem in problems])
    elif compiled is None:
        out.print(f"{folder}: {len(problems)} 个问题 / problem(s)")
        for one in problems:
            spot = f"{one.file}:{one.line}" if one.line else one.file
            out.print(f"\n{spot}  {one.path}\n  {one.code}  {one.message}\n  → {one.remedy}")
    else:
        out.print(
            f"{compiled.city.name}: {len(compiled.departments)} departments, "
            f"{len(compiled.resources)} resources, {len(compiled.elements)} elements, "
            f"{len(compiled.grants)} grants, {len(compiled.open_sets)} open-data sets. 无问题。"
        )
    raise typer.Exit(Exit.PROBLEMS if problems else Exit.FINE)


def where(
    element: Annotated[str, typer.Argument(help="Code or Chinese name of a data element.")],
    catalog: CatalogOption = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Say which one table and column is the source of a fact (一数一源)."""
    from catalog_specs.where import where as find

    city = open_at(home, catalog)
    place = find(city.catalog, element)
    if json:
        print_json(place.as_dict())
        return
    out.print(
        f"{place.name}（{place.element}）\n"
        f"唯一来源 / the one source: {place.department}《{place.resource_name}》"
        f" {place.resource}.{place.item}\n"
        f"视图 / view in {city.layout.city_views}: FROM {place.view}",
        markup=False,
        highlight=False,
    )


def explain(
    grant: Annotated[str, typer.Argument(help="Code of a grant.")],
    column: Annotated[
        str, typer.Option(help="One column alone, by its code or `department/resource.item`.")
    ] = "",
    catalog: CatalogOption = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Say what a grant allows, on which basis, and why it is in force today or not."""
    from flow.governing.explaining import enter_stranger
    from governance.applications.plan import column_leaving
    from governance.grants.text import explain as explain_grant
    from governance.grants.text import today_text
    from outlets.shares.state import uniqueness

    city = open_at(home, catalog)
    found = city.catalog.grant(grant)
    enter_stranger(city, found)
    text, decision = explain_grant(city.rights, found, city.clock())
    if column:
        leaving = column_leaving(city.catalog, found, column)
        _explain_column(column, decision, leaving, json=json)
        return
    alone = uniqueness(city.layout, grant)
    if json:
        print_json(
            decision
            | {
                "method": found.method.value,
                "today": today_text(found, allowed=decision["allowed"]),
            }
            | {"uniqueness": alone}
        )
    else:
        out.print(text, markup=False)
        for ref, said in alone.items():
            out.print(f"可区分程度：{ref}：{said}", markup=False, highlight=False)


def _explain_column(
    column: str, decision: dict[str, Any], leaving: tuple[Leaving, ...], *, json: bool
) -> None:
    """Say whether one column leaves, why, and by which clause."""
    allowed = bool(decision["allowed"] and leaving)
    if json:
        places = [vars(one) for one in leaving]
        print_json({"column": column, "allowed": allowed, "places": places} | {"grant": decision})
        return
    if not leaving:
        out.print(f"不允许：{column} 不在授权的信息项之内（二(二)）")
    for one in leaving:
        out.print(f"{'允许' if allowed else '不允许'}：{one}")
    for one in decision["objections"]:
        out.print(f"  ✗ {one['explanation']}：{one['where']}（{one['clause']}）")
