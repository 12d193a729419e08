"""`quanshu key`: the master key, from which the key of every grant is derived.

Belongs here: options and printing. Keep out: the key's file (`governance.key_files`), what stands
on a version (`flow.upkeep.rotation`). Nothing here shows a key.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from cli.cities import open_at
from cli.console import out, print_json
from cli.options import CatalogOption, HomeOption, JsonOption
from cli.tables import Column, print_rows

if TYPE_CHECKING:
    from flow.upkeep.rotation import KeyVersion

__all__ = ["register"]

DocumentOption = Annotated[
    str | None, typer.Option("--document", help="Number of the document that asks for it.")
]
_COLUMNS = (
    Column("版本", "version", figure=True),
    Column("状态", "state"),
    Column("天数", "age in days"),
    Column("共享", "shares", figure=True),
    Column("发布", "releases", figure=True),
    Column("副本", "copies", figure=True),
    Column("报告", "reports", figure=True),
)


def register(app: typer.Typer) -> None:
    """Add the `key` group."""
    group = typer.Typer(no_args_is_help=True, help="The master key behind pseudonyms.")
    group.command()(create)
    group.command(name="list")(list_versions)
    group.command()(rotate)
    group.command()(retire)
    app.add_typer(group, name="key")


def create(home: HomeOption = None) -> None:
    """Make a random master key readable by its owner alone; refuses to replace one."""
    from flow.upkeep.rotation import version_to_begin
    from governance.key_files import create_master_key
    from pipelines.settings import UNCOMPILED_ZONE, Settings
    from storage.layout import Layout

    settings = Settings.from_environment(os.environ, home=home)
    layout = Layout(settings.home)
    path, today = layout.master_key, datetime.now(tz=ZoneInfo(UNCOMPILED_ZONE)).date()
    version = 1 if path.exists() else version_to_begin(layout, settings.governance_db)
    create_master_key(path, today, version)
    out.print(
        f"created {path} — back it up apart from the lake: without it pseudonyms change",
        markup=False,
    )
    if version > 1:
        out.print(
            f"第 {version} 版，因为已有内容是用别的密钥制作的 / version {version}: something there "
            "was made with a key that is not here",
            markup=False,
        )


def list_versions(
    catalog: CatalogOption = None, home: HomeOption = None, json: JsonOption = False
) -> None:
    """Show the versions of the master key, their ages, and what stands on each; nothing secret."""
    from flow.upkeep.rotation import key_versions

    found = key_versions(open_at(home, catalog))
    if json:
        print_json([one.as_dict() for one in found])
        return
    print_rows("主密钥的版本 / versions of the master key", _COLUMNS, [_row(one) for one in found])
    for one in found[:-1]:
        for line in _standing(one):
            out.print(line, markup=False, highlight=False, soft_wrap=True)


def rotate(
    document: DocumentOption = None, catalog: CatalogOption = None, home: HomeOption = None
) -> None:
    """Add a version to the master key; the next run makes every share anew under it, whole."""
    from flow.upkeep.rotation import rotate as add_version

    version = add_version(open_at(home, catalog), document)
    out.print(
        f"第 {version} 版启用 / version {version} is in use: back the key up, then `quanshu run`",
        markup=False,
        highlight=False,
    )


def retire(
    version: Annotated[int, typer.Argument(help="Number of a former version.")],
    document: DocumentOption = None,
    catalog: CatalogOption = None,
    home: HomeOption = None,
) -> None:
    """Remove a former version for good; refused while anything on disk stands on it."""
    from flow.upkeep.rotation import retire as remove_version

    remove_version(open_at(home, catalog), version, document)
    out.print(
        f"第 {version} 版已停用 / version {version} is gone: take it out of the backups too",
        markup=False,
        highlight=False,
    )


def _row(one: KeyVersion) -> tuple[object, ...]:
    state = "在用 / in use" if one.in_use else "旧 / former"
    counts = (len(one.named(kind)) for kind in ("share", "release", "copy"))
    return one.version, state, "–" if one.age is None else one.age, *counts, one.reports


def _standing(one: KeyVersion) -> Iterator[str]:
    """Yield what still stands on a former version, by name."""
    for kind, title in (("share", "共享"), ("release", "发布"), ("copy", "副本")):
        names = one.named(kind)
        if names:
            said = f"第 {one.version} 版 / version {one.version}  {title} / {kind}"
            yield f"{said}: {'、'.join(names)}"
