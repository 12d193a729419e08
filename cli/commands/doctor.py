"""`quanshu doctor`: faults of a home, each with its remedy."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.cities import open_at
from cli.console import Exit, out, print_json
from cli.options import CatalogOption, HomeOption, JsonOption

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(doctor)


def doctor(
    home: HomeOption = None,
    catalog: CatalogOption = None,
    fix: Annotated[bool, typer.Option("--fix", help="Set file rights right.")] = False,
    json: JsonOption = False,
) -> None:
    """Report file rights, keys, leftovers, damaged shares, unknown tables and a full disk.

    Exit 1 when something is not as it should be. Nothing is changed without --fix, which sets
    rights and nothing else.
    """
    from flow.upkeep.doctor import examine

    city = open_at(home, catalog)
    found = examine(city, fix=fix)
    if json:
        print_json([one.as_dict() for one in found])
    else:
        for one in found:
            line = f"{one.code}  {one.where}: {one.what}\n    → {one.remedy}"
            out.print(line, markup=False, highlight=False)
        if not found:
            out.print("一切正常。/ everything is as it should be.")
    raise typer.Exit(Exit.PROBLEMS if found else Exit.FINE)
