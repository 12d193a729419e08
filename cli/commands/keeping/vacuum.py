"""`quanshu vacuum`: removal of files that no version in use needs.

Belongs here: arguments and printing. Keep out: which files (`storage.delta.dead_files`).
"""

from __future__ import annotations

from typing import Annotated

import typer

from cli.cities import open_at
from cli.console import out, print_json
from cli.options import CatalogOption, DaysOption, HomeOption, JsonOption

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(vacuum)


def vacuum(
    catalog: CatalogOption = None,
    home: HomeOption = None,
    days: DaysOption = 1,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would go, and remove nothing.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Remove files of earlier versions, and what killed writers left; no row is touched."""
    from flow.upkeep.tidying import tidy

    city = open_at(home, catalog)
    done = tidy(city, days, dry_run=dry_run)
    if json:
        print_json([one.as_dict() for one in done])
        return
    word = "可清理 / would go" if dry_run else "已清理 / removed"
    for one in done:
        line = f"{word}  {one.table}: {one.files:,} 个文件 / files, {one.bytes:,} 字节 / bytes"
        if one.held:
            line = f"保留 / kept  {one.table}: 有外部写入 / not ours, see `quanshu tables list`"
        if one.unreadable:
            line = f"保留 / kept  {one.table}: 无法读取 / cannot be read, see `quanshu doctor`"
        out.print(line)
    total = sum(one.bytes for one in done)
    out.print(f"合计 / total {total / 1e6:,.1f} MB")
