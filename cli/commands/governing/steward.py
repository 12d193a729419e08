"""`quanshu steward`: who may apply and decide for a department, on a written report (九(二)).

Belongs here: options and printing. Keep out: the register (`governance.applications.stewards`). A
name is taken and never printed.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from catalog_specs.errors import GrantError
from cli.cities import open_at
from cli.console import out, print_json, telling
from cli.options import CatalogOption, HomeOption, JsonOption
from cli.resources import require_department

__all__ = ["register"]

DepartmentArgument = Annotated[str, typer.Argument(help="Code of a department.")]
AccountOption = Annotated[str, typer.Option(help="The account that acts (QUANSHU_ACTOR).")]
FilingOption = Annotated[str, typer.Option(help="Number of the written report.")]
_DAY = ["%Y-%m-%d"]


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(
        name="steward",
        help="Data stewards and their terms: add, end, list.",
        no_args_is_help=True,
    )
    group.command()(add)
    group.command()(end)
    group.command(name="list")(list_stewards)
    app.add_typer(group)


def add(  # noqa: PLR0913, PLR0917 - a command's options are its parameters
    department: DepartmentArgument,
    account: AccountOption,
    post: Annotated[str, typer.Option(help="The post, as logs name it.")],
    name: Annotated[str, typer.Option(help="The person's name: kept in the store alone.")],
    filing: FilingOption,
    since: Annotated[datetime, typer.Option(formats=_DAY, help="First day of the term.")],
    until: Annotated[
        datetime | None, typer.Option(formats=_DAY, help="Last day of the term.")
    ] = None,
    catalog: CatalogOption = None,
    home: HomeOption = None,
) -> None:
    """Put a steward on record."""
    from flow.governing.granting import register_stewards
    from governance.applications.stewards import Steward

    city = open_at(home, catalog)
    require_department(city.catalog, department)
    last = until.date() if until else None
    with telling(GrantError):
        one = Steward(department, account, post, since.date(), filing, last)
        register_stewards(city, [(one, name)])
    out.print(f"已登记 / on record  {department}  {post}")


def end(
    department: DepartmentArgument,
    account: AccountOption,
    filing: FilingOption,
    until: Annotated[datetime, typer.Option(formats=_DAY, help="Last day of the term.")],
    catalog: CatalogOption = None,
    home: HomeOption = None,
) -> None:
    """End a steward's term on a written report; what was decided stays."""
    from flow.governing.granting import end_steward

    city = open_at(home, catalog)
    with telling(GrantError):
        end_steward(city, (department, account), until.date(), filing)
    out.print(f"已登记 / on record  {department}  {account}  {until.date()}")


def list_stewards(
    catalog: CatalogOption = None, home: HomeOption = None, json: JsonOption = False
) -> None:
    """List every term on record: department, account and post, and no name."""
    from catalog_specs.local_time import local_day
    from flow.governing.granting import all_stewards

    city = open_at(home, catalog)
    today = local_day(city.catalog, city.clock())
    found = all_stewards(city)
    if json:
        print_json([vars(one) | {"serves": one.serves(today)} for one in found])
        return
    for one in found:
        serves = "在任" if one.serves(today) else "不在任"
        until = one.until.isoformat() if one.until else "…"
        term = f"{one.since.isoformat()} 至 {until}"
        out.print(f"{one.department}  {one.account}  {one.post}  {term}  {serves}  {one.filing}")
