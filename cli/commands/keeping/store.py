"""`quanshu store move`: the tables of a home taken from its disk to an object store.

Belongs here: arguments, progress and printing. Keep out: the move (`flow.upkeep.moving`).
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

import typer

from cli.cities import HOME
from cli.commands.backup.backup import said_bytes
from cli.console import out, print_json
from cli.options import CatalogOption, HomeOption, JsonOption
from cli.progress import progress

if TYPE_CHECKING:
    from flow.upkeep.moving import Move

__all__ = ["register"]

_MEGABYTE = 1_000_000


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(
        name="store",
        help="The object store of a home: see docs/object_storage.md.",
        no_args_is_help=True,
    )
    group.command()(move)
    app.add_typer(group)


def move(
    catalog: CatalogOption = None,
    home: HomeOption = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be moved, and move nothing.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Move the tables from the home's disk to QUANSHU_OBJECT_STORE, with all their history.

    Runs go on while most is copied. Safe to repeat, and to be interrupted: what was copied is not
    copied again, and until all is there the home works on its disk.
    """
    from flow.upkeep.moving import move as take_there
    from flow.upkeep.moving import plan
    from pipelines.settings import Settings, open_to_move

    settings = Settings.from_environment(os.environ, home=home, catalog=catalog)
    city, to = open_to_move(settings)
    HOME.set(city.layout)
    if dry_run:
        done = plan(city, to)
    else:
        with progress() as listener:

            def told(put: int, total: int) -> None:
                listener("move", "MB", *(-(-size // _MEGABYTE) for size in (put, total)))

            done = take_there(city, to, told)
    if json:
        print_json(done.as_dict())
    else:
        _print(done)


def _print(done: Move) -> None:
    for name, (files, size) in done.tables.items():
        line = f"{name}  {files:,} 个文件 / files, {said_bytes(size)}"
        out.print(line, markup=False, highlight=False)
    put = f"{done.files:,} 个文件 / files, {said_bytes(done.size)}"
    if not done.done:
        out.print(f"待复制 / to be copied: {put} → {done.to}", markup=False, highlight=False)
        out.print("下一步 / next: quanshu store move")
        return
    out.print(f"已复制 / copied: {put}", markup=False, highlight=False)
    out.print(f"数据表现在位于 / the tables now lie at {done.to}", markup=False, highlight=False)
    out.print("下一步 / next: quanshu run（保留 QUANSHU_OBJECT_STORE / with the variable kept）")
