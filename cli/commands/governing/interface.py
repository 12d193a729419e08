"""`quanshu interface`: asking producers for interfaces, due in ten working days (二(三)).

Belongs here: options and printing. Keep out: who may do what (`governance.applications.matters`).
"""

from __future__ import annotations

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
from cli.console import chosen, telling
from cli.options import (
    CatalogOption,
    DocumentOption,
    HomeOption,
    JsonOption,
    ReasonOption,
    YesOption,
)

__all__ = ["register"]

_KIND = "interface"


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(
        name=_KIND,
        help="Interface requests: ask, provide, refuse, extend, withdraw, list.",
        no_args_is_help=True,
    )
    group.command()(ask)
    group.command()(provide)
    add_step(group, _KIND, "refuse", "refused", "Refuse it, on the document that shows why.")
    group.command()(extend)
    group.command()(allow)
    add_step(group, _KIND, "withdraw", "withdrawn", "Take the request back.")
    add_lists(group, _KIND)
    app.add_typer(group)


def ask(  # noqa: PLR0913, PLR0917 - a command's options are its parameters
    resource: Annotated[str, typer.Argument(help="`<department>/<resource>`.")],
    document: DocumentOption = "",
    reason: ReasonOption = "",
    yes: YesOption = False,
    catalog: CatalogOption = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Show who would have to provide an interface by when; ask for it on --yes."""
    from catalog_specs.local_time import local_day
    from catalog_specs.working_days import working_days
    from flow.governing.matters import ask_interface
    from governance.applications.matters.handling import Said
    from governance.grants.text import department_name

    city = open_at(home, catalog)
    known = city.catalog.resource(resource)
    if yes:
        with telling(GrantError):
            print_done(ask_interface(city, resource, Said(document, reason)), json=json)
        return
    figure, today = city.catalog.profile.interface_days, local_day(city.catalog, city.clock())
    due = working_days(city.catalog).after(today, max(1, figure.value))
    unit = department_name(city.catalog, known.provider)
    lines = (
        f"接口需求计划：{known.name}（{resource}）",
        f"提供单位：{unit}；应于 {due.day.isoformat()} 前提供（{figure.clause}）",
        f"理由：{reason or '未说明'}",
    )
    plan_only(iter(lines))


def provide(
    number: NumberArgument,
    specification: Annotated[
        str, typer.Option(help="Number of the specification with its call guide.")
    ] = "",
    document: DocumentOption = "",
    catalog: CatalogOption = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Enter that the producer provides it, with its specification and call guide."""
    facts = {"specification": specification}
    done = do_step((catalog, home), (_KIND, "provided", number), (document, ""), facts)
    print_done(done, json=json)


def extend(  # noqa: PLR0913, PLR0917 - a command's options are its parameters
    number: NumberArgument,
    days: Annotated[int, typer.Option(help="So many working days.")],
    document: DocumentOption = "",
    reason: ReasonOption = "",
    catalog: CatalogOption = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Ask in writing for an extension: once, before it is due, for five working days at most."""
    step = (_KIND, "extension_asked", number)
    print_done(do_step((catalog, home), step, (document, reason), {"days": days}), json=json)


def allow(  # noqa: PLR0913, PLR0917 - a command's options are its parameters
    number: NumberArgument,
    approve: Annotated[
        bool | None, typer.Option("--approve/--refuse", help="The authority's decision.")
    ] = None,
    document: DocumentOption = "",
    reason: ReasonOption = "",
    catalog: CatalogOption = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Decide on the extension that was asked for."""
    event = "extended" if chosen(approve, "--approve or --refuse") else "not_extended"
    done = do_step((catalog, home), (_KIND, event, number), (document, reason), {})
    print_done(done, json=json)
