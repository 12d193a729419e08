"""`quanshu scaffold`: a proposed resource file from a sample."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from cli.console import Exit, err
from cli.options import CatalogOption

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add this group's command."""
    app.command()(scaffold)


def scaffold(
    file: Annotated[Path, typer.Argument(help="A sample file.")],
    department: Annotated[str, typer.Option("--department", help="Code of the department.")],
    resource: Annotated[str, typer.Option("--resource", help="Short name of the resource.")],
    output: Annotated[
        Path | None, typer.Option("--output", help="A new file; standard output without.")
    ] = None,
    rows: Annotated[int, typer.Option("--rows", min=1, help="Records looked at.")] = 10_000,
    catalog: CatalogOption = None,
) -> None:
    """Propose a resource file from a sample of real data; no value of it is printed."""
    from catalog_specs.errors import IntakeError
    from catalog_specs.loader import load
    from pipelines.settings import Settings
    from scaffold.looks import looks_of
    from scaffold.matching import names_of, plain
    from scaffold.pages import resource_page
    from scaffold.proposal import propose
    from scaffold.sampling import sample_file
    from storage.engines.workbench import open_workbench

    settings = Settings.from_environment(os.environ, catalog=catalog)
    city = load(settings.catalog)
    if department not in city.departments:
        raise typer.BadParameter(f"no department {department!r}", param_hint="--department")
    if not file.is_file():
        raise typer.BadParameter(f"no file {file}", param_hint="FILE")
    if output is not None and output.exists():
        raise typer.BadParameter(f"{output} exists already", param_hint="--output")
    try:
        # no home is needed, and none is made: what was read is gone with the folder
        with TemporaryDirectory() as work, open_workbench(Path(work), settings.limits) as con:
            names = names_of(city)
            sample = sample_file(con, file, rows, Path(work), lambda cell: plain(cell) in names)
            looks = looks_of(con, city, sample.headers)
    except IntakeError as error:
        err.print(str(error), style="red", markup=False)
        raise typer.Exit(Exit.PROBLEMS) from None
    page = resource_page(propose(city, department, resource, sample, looks))
    if output is None:
        typer.echo(page, nl=False)
        return
    output.parent.mkdir(parents=True, exist_ok=True)
    with output.open("x", encoding="utf-8") as stream:
        stream.write(page)
    err.print(f"起草于 / drafted: {output}", markup=False)
