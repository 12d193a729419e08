"""`quanshu upkeep`: what a home needs to work for years, in one command.

Belongs here: arguments and printing. Keep out: the steps (`flow.upkeep.upkeep`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cli.cities import open_at
from cli.console import Exit, err, out, print_json
from cli.options import CatalogOption, DaysOption, HomeOption, JsonOption

if TYPE_CHECKING:
    from flow.upkeep.upkeep import Upkept

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(upkeep)


def upkeep(
    catalog: CatalogOption = None,
    home: HomeOption = None,
    days: DaysOption = 1,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Join small files, shorten logs, remove dead files and what its term is over for.

    No row is touched. What is kept for how long stands below. Exit 3 when a table failed.
    """
    from flow.upkeep.keeping import classes
    from flow.upkeep.upkeep import keep_up

    city = open_at(home, catalog)
    done, kept = keep_up(city, days, dry_run=dry_run), classes(city.catalog)
    if json:
        print_json(done.as_dict() | {"kept": [one.as_dict() for one in kept]})
    else:
        _print(done, dry_run=dry_run)
        out.print("保存年限 / what is kept for how long")
        for one in kept:
            years = "" if one.years is None else f"{one.years} 年 / years, {one.clause}"
            out.print(f"  {one.where}  {years}".rstrip())
            out.print(f"      {one.zh}")
            out.print(f"      {one.english}")
    for failure in done.failures:
        err.print(str(failure), style="red")
    raise typer.Exit(Exit.FAILED if done.failures else Exit.FINE)


def _print(done: Upkept, *, dry_run: bool) -> None:
    joined = "可合并 / would be joined" if dry_run else "已合并 / joined"
    gone = "可清理 / would go" if dry_run else "已清理 / removed"
    for one in done.joined:
        after = "" if one.after is None else f" → {one.after:,}"
        out.print(f"{joined}  {one.table}: {one.before:,}{after} 个文件 / files")
    for held in (one for one in done.tidied if one.held or one.unreadable):
        why = "有外部写入 / not ours" if held.held else "无法读取 / cannot be read"
        out.print(f"保留 / kept  {held.table}: {why}, see `quanshu doctor`")
    files = sum(one.files for one in done.tidied)
    out.print(f"{gone}  {files:,} 个文件 / files, {done.bytes / 1e6:,.1f} MB")
    if done.cleared.put:
        out.print(f"补存 / put on the store  landing: {done.cleared.put:,} 批 / deliveries")
    if done.cleared.files:
        size = f"{done.cleared.bytes / 1e6:,.1f} MB"
        out.print(f"{gone}  landing: {done.cleared.files:,} 个文件 / files, {size}")
    if done.reports:
        out.print(f"{gone}  logs: {done.reports:,} 份到期错误报告 / error reports")
