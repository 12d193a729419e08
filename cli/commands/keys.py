"""`quanshu key create`: the master key, from which the key of every grant is derived."""

from __future__ import annotations

import os
from datetime import datetime
from zoneinfo import ZoneInfo

import typer

from cli.console import out
from cli.options import HomeOption

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the `key` group."""
    group = typer.Typer(no_args_is_help=True, help="The master key behind pseudonyms.")
    group.command("create")(create)
    group.callback()(_group)
    app.add_typer(group, name="key")


def _group() -> None:
    """Keep `create` a sub-command although it is alone."""


def create(home: HomeOption = None) -> None:
    """Make a random master key readable by its owner alone; refuses to replace one."""
    from governance.key_files import create_master_key
    from pipelines.settings import UNCOMPILED_ZONE, Settings
    from storage.layout import Layout

    settings = Settings.from_environment(os.environ, home=home)
    path = Layout(settings.home).master_key
    create_master_key(path, datetime.now(tz=ZoneInfo(UNCOMPILED_ZONE)).date())
    out.print(
        f"created {path} — back it up apart from the lake: without it pseudonyms change",
        markup=False,
    )
