"""`quanshu trace`: whose copy a file is that turned up somewhere (五(十)).

Belongs here: options and printing. Keep out: how a copy is known (`outlets.handover.trace`).
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.cities import open_at
from cli.console import Exit, err, out, print_json
from cli.options import CatalogOption, HomeOption, JsonOption

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(trace)


def trace(
    file: Annotated[Path, typer.Argument(help="The file that was found.", exists=True)],
    catalog: CatalogOption = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Name the copy that a file is, or is a part of, from the file alone.

    By its digest, the mark in its metadata, or the order of its rows, which outlives another format
    and the loss of rows, and does not outlive sorting. Exit 1 when no copy can be named.
    """
    from outlets.handover.found_files import look_at
    from outlets.handover.trace import trace as traced
    from outlets.handover.trace import unmarked
    from register.copies import COPIES

    city = open_at(home, catalog)
    copies = COPIES.read(city.layout)
    found = traced(look_at(file), copies, city.keys)
    if json:
        print_json([one.as_dict() for one in found])
    for one in () if json else found:
        told = f"，{one.values:,} 个值 / values" if one.values else ""
        out.print(
            f"{one.copy}  授权 / grant {one.grant}  {one.consumer}  依据 / by {one.evidence.label}"
            f" {one.evidence.value}{told}  误报概率 / chance of error ≤ {one.chance:.1e}",
            markup=False,
            highlight=False,
            soft_wrap=True,
        )
    if not found:
        if not json:
            out.print("不能指认任何副本 / no copy can be named", markup=False, highlight=False)
        if lost := unmarked(copies, city.keys):
            said = f"{lost} 份副本的密钥版本已失，只能凭摘要指认 / copies whose key is gone"
            err.print(f"{said}: known by their digest alone", markup=False, soft_wrap=True)
        raise typer.Exit(Exit.PROBLEMS)
