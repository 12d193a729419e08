"""`quanshu ui`: the Dagster graph on loopback, with the daemon for sensors and schedules."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Annotated

import typer

from cli.console import err
from cli.options import CatalogOption, HomeOption

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(ui)


def ui(
    home: HomeOption = None,
    catalog: CatalogOption = None,
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1.")] = 3000,
    write: Annotated[
        bool, typer.Option("--write", help="Let its pages start runs and turn sensors off.")
    ] = False,
) -> None:
    """Show the graph at http://127.0.0.1:PORT; sensors and schedules run while it is open.

    It listens on loopback, answers only its own pages, and shows without changing anything.
    """
    from pipelines.instance import dagster_home
    from pipelines.settings import Settings

    settings = Settings.from_environment(os.environ, home=home, catalog=catalog)
    environment = os.environ | {
        "DAGSTER_HOME": str(dagster_home(settings.home, settings.governance_db)),
        "QUANSHU_HOME": str(settings.home),
        "QUANSHU_CATALOG": str(settings.catalog.absolute()),
    }
    what = "" if write else " · it only shows; --write lets it change something"
    err.print(f"Dagster on http://127.0.0.1:{port} · stop with Ctrl-C{what}", markup=False)
    command = [sys.executable, "-m", "pipelines.serving", "--port", str(port)]
    command += ["--catalog", str(settings.catalog.absolute()), *(["--write"] if write else [])]
    raise typer.Exit(subprocess.run(command, env=environment, check=False).returncode)  # noqa: S603
