"""`quanshu report`: brings the report up to date, and says where its first page lies."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from cli.cities import open_at
from cli.console import Exit, out, print_json
from cli.options import CatalogOption, HomeOption, JsonOption
from cli.run_summary import show_failures

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(report)


def report(
    as_of: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="As of the end of this day, in a folder apart."),
    ] = None,
    catalog: CatalogOption = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Bring the report of quality up to date: pages without values, for people.

    With --as-of it is made of what was on record by the end of that day, whatever came later. Only
    pages whose facts changed are written. Exit 3 if it could not be made.
    """
    from flow.derived import refresh_report
    from flow.failures import Faults
    from storage.permissions import private_files

    city = open_at(home, catalog)
    faults = Faults(city.layout)
    with private_files():
        made = refresh_report(city, faults, as_of.date() if as_of else None)
    show_failures(faults.found)
    if made is None:
        raise typer.Exit(Exit.FAILED)
    if json:
        print_json(made.as_dict())
        return
    out.print(
        f"{made.path}\n共 {made.pages:,} 页，写入 {made.written:,} 页，移除 {made.removed:,} 页 / "
        f"{made.pages:,} pages: {made.written:,} written, {made.removed:,} removed",
        markup=False,
        highlight=False,
        soft_wrap=True,
    )
