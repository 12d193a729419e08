"""`quanshu delegation`: what the operator does for the authority, and for how long (二(五)).

Belongs here: options and printing. Keep out: who may do what (`governance.applications.matters`).
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from catalog_specs.errors import GrantError
from cli.cities import open_at
from cli.commands.governing.matters import (
    NumberArgument,
    add_lists,
    add_step,
    do_step,
    plan_only,
    print_done,
)
from cli.console import telling
from cli.options import CatalogOption, DocumentOption, HomeOption, JsonOption, YesOption

__all__ = ["register"]

_KIND = "delegation"
_DAY = ["%Y-%m-%d"]


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(
        name=_KIND,
        help="Delegations to the operator: give, accept, prolong, end, list.",
        no_args_is_help=True,
    )
    group.command()(give)
    group.command()(accept)
    group.command()(prolong)
    add_step(group, _KIND, "end", "ended", "End it at once.")
    add_lists(group, _KIND)
    app.add_typer(group)


def give(  # noqa: PLR0913, PLR0917 - a command's options are its parameters
    operator: Annotated[str, typer.Argument(help="Code of the unit that is delegated to.")],
    task: Annotated[list[str], typer.Option(help="opening, interface, sharing or quality.")],
    since: Annotated[datetime, typer.Option(formats=_DAY, help="First day.")],
    until: Annotated[datetime, typer.Option(formats=_DAY, help="Last day.")],
    document: DocumentOption = "",
    yes: YesOption = False,
    catalog: CatalogOption = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Show what would be delegated; give it on --yes. It counts once the unit accepted it."""
    from flow.governing.matters import give_delegation
    from governance.grants.text import department_name

    city = open_at(home, catalog)
    term = since.date(), until.date()
    if yes:
        with telling(GrantError):
            done = give_delegation(city, operator, tuple(task), term, document)
            print_done(done, json=json)
        return
    lines = (
        f"委托计划：{department_name(city.catalog, operator)}（{operator}）",
        f"事项：{'、'.join(task)}；{term[0].isoformat()} 至 {term[1].isoformat()}（含当日）",
        "须经：被委托单位接受并签订保密协议（二(五)、九(三)）",
    )
    plan_only(iter(lines))


def accept(
    number: NumberArgument,
    nda: Annotated[str, typer.Option(help="Number of the confidentiality agreement.")] = "",
    document: DocumentOption = "",
    catalog: CatalogOption = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Accept it for the operator, with the number of the confidentiality agreement (九(三))."""
    step = (_KIND, "accepted", number)
    print_done(do_step((catalog, home), step, (document, ""), {"nda": nda}), json=json)


def prolong(
    number: NumberArgument,
    until: Annotated[datetime, typer.Option(formats=_DAY, help="The new last day.")],
    document: DocumentOption = "",
    catalog: CatalogOption = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Give it a later last day, before it is over."""
    facts = {"until": until.date().isoformat()}
    done = do_step((catalog, home), (_KIND, "prolonged", number), (document, ""), facts)
    print_done(done, json=json)
