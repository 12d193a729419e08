"""`quanshu audit purge` and `hold`: how long the audit log is kept, and what keeps it longer.

Belongs here: the commands. Keep out: what may go (`audit.purging`), the years (`flow.upkeep`).
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from cli.cities import open_at
from cli.console import out, print_json
from cli.files import new_file
from cli.options import CatalogOption, HomeOption, JsonOption
from cli.tables import Column, print_rows

__all__ = ["register"]

Document = Annotated[str, typer.Argument(help="The number of the document that orders the hold.")]
_DAY = ["%Y-%m-%d"]


def register(app: typer.Typer) -> None:
    """Add the command and the group."""
    app.command()(purge)
    group = typer.Typer(
        name="hold", help="Legal holds: what they cover is not purged.", no_args_is_help=True
    )
    for name, command in (("begin", begin), ("end", end), ("list", listed)):
        group.command(name)(command)
    app.add_typer(group)


def purge(
    before: Annotated[
        datetime, typer.Option("--before", formats=_DAY, help="Purge what was before this day.")
    ],
    document: Annotated[str, typer.Option("--document", help="On whose authority.")],
    to: Annotated[Path, typer.Option("--out", help="File that the entries are written to first.")],
    catalog: CatalogOption = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Remove entries that need not be kept any longer (八(四)); every proof still holds.

    Younger entries than the profile's years (three at least) and what a legal hold covers are
    refused. Whole bundles of 256 go; their hashes stay.
    """
    from flow.upkeep.retention import purge_log

    city = open_at(home, catalog)
    done = purge_log(city, before.date(), document, new_file(to))
    if json:
        print_json({**vars(done), "file": str(to) if done.end > done.first else None})
    elif done.end == done.first:
        out.print("没有可清除的整块日志。/ no whole bundle of entries is old enough.")
    else:
        out.print(f"已清除 / purged: {done.first:,}–{done.end - 1:,} → {to}")
        out.print(
            f"  日志自此开始 / the log begins with entry {done.end:,}; 哈希保留 / hashes stay"
        )
        if done.carried:
            out.print(f"  重新登记的封存记录 / seals entered again: {done.carried:,}")


def begin(
    document: Document,
    reason: Annotated[str, typer.Option("--reason", help="Why; no person's name.")],
    since: Annotated[
        datetime | None,
        typer.Option("--since", formats=_DAY, help="Of this day and later; all entries if none."),
    ] = None,
    catalog: CatalogOption = None,
    home: HomeOption = None,
) -> None:
    """Hold the log: nothing that the hold covers is purged until it ends."""
    from flow.upkeep.retention import hold

    made = hold(open_at(home, catalog), document, reason, since.date() if since else None)
    out.print(f"已保全 / held: {made.document}, 条目 / entry {made.begun:,}")


def end(
    document: Document,
    by: Annotated[str, typer.Option("--document", help="The document that ends it.")],
    catalog: CatalogOption = None,
    home: HomeOption = None,
) -> None:
    """End a hold."""
    from flow.upkeep.retention import release

    done = release(open_at(home, catalog), document, by)
    out.print(f"已解除 / released: {done.document}, 条目 / entry {done.ended:,}")


def listed(
    catalog: CatalogOption = None, home: HomeOption = None, json: JsonOption = False
) -> None:
    """List holds, those that are over as well."""
    from audit.holds import holds

    found = holds(open_at(home, catalog).audit)
    if json:
        print_json([{**vars(one), "since": one.since and one.since.isoformat()} for one in found])
        return
    if not found:
        out.print("没有保全。/ there is no hold.")
        return
    print_rows(
        f"保全 / holds: {len(found):,}",
        [
            Column("文号", "document"),
            Column("自", "since"),
            Column("开始条目", "begun", figure=True),
            Column("结束条目", "ended", figure=True),
        ],
        [(one.document, one.since or "全部 / all", one.begun, one.ended or "") for one in found],
    )
