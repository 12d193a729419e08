"""`quanshu ui`: the Dagster graph on loopback, with the daemon for sensors and schedules."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from cli.console import err
from cli.options import CatalogOption, HomeOption

__all__ = ["dagster_home", "register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(ui)


def ui(
    home: HomeOption = None,
    catalog: CatalogOption = None,
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1.")] = 3000,
) -> None:
    """Show the graph at http://127.0.0.1:PORT; sensors and schedules run while it is open.

    Dagster's open-source server has no log-in of its own: it listens on loopback only.
    """
    from pipelines.settings import Settings

    settings = Settings.from_environment(os.environ, home=home, catalog=catalog)
    environment = os.environ | {
        "DAGSTER_HOME": str(dagster_home(settings.home)),
        "QUANSHU_HOME": str(settings.home),
        "QUANSHU_CATALOG": str(settings.catalog.absolute()),
    }
    err.print(f"Dagster on http://127.0.0.1:{port} · stop with Ctrl-C", markup=False)
    quiet = ["-W", "ignore:Function `dev_command` is superseded"]  # `dg` is not installed
    command = [sys.executable, *quiet, "-m", "dagster", "dev", "-m", "pipelines.definitions"]
    command += ["--host", "127.0.0.1", "--port", str(port)]
    raise typer.Exit(subprocess.run(command, env=environment, check=False).returncode)  # noqa: S603


def dagster_home(home: Path) -> Path:
    """Make `<home>/dagster` with the project's dagster.yaml in it, and return it."""
    import pipelines

    folder = home / "dagster"
    folder.mkdir(parents=True, exist_ok=True)
    package = Path(pipelines.__file__).parent
    written = package / "dagster.yaml"
    shutil.copyfile(
        written if written.exists() else package.parent / "dagster.yaml", folder / "dagster.yaml"
    )
    return folder
