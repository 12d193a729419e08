"""`quanshu copies`: what was handed out, what is called back, and what came of it (五(十)).

Belongs here: options and printing. Keep out: the ledger (`register.copies`), recalls
(`flow.handover.recalls`).
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.cities import open_at
from cli.console import Exit, err, out, print_json
from cli.options import CatalogOption, HomeOption, JsonOption
from cli.run_summary import show_failures
from cli.tables import AllOption, Column, WideOption, print_rows
from register.copies import Disposal

if TYPE_CHECKING:
    from register.copies import Traced

__all__ = ["register"]

CopyArgument = Annotated[str, typer.Argument(help="The copy, as `list` shows it.")]
GrantOption = Annotated[str | None, typer.Option("--grant", help="Of one grant.")]
_COLUMNS = (
    Column("副本", "copy"),
    Column("授权", "grant"),
    Column("单位", "consumer"),
    Column("形式", "form", wide=True),
    Column("行数", "rows", figure=True),
    Column("交付时间", "handed over", wide=True),
    Column("状态", "state"),
    Column("期限", "due"),
)


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(
        name="copies",
        help="Copies that were handed out, and calling them back.",
        no_args_is_help=True,
    )
    group.command(name="list")(list_copies)
    for command in (show, recall, acknowledge):
        group.command()(command)
    app.add_typer(group)


def list_copies(  # noqa: PLR0913, PLR0917 - a command's options are its parameters
    catalog: CatalogOption = None,
    home: HomeOption = None,
    grant: GrantOption = None,
    overdue: Annotated[
        bool, typer.Option("--overdue", help="Those alone that should be back by now.")
    ] = False,
    every: AllOption = False,
    wide: WideOption = False,
    json: JsonOption = False,
) -> None:
    """List what was handed out, and how each copy stands today."""
    from catalog_specs.local_time import local_day
    from flow.handover.recalls import overdue as late
    from register.copies import traced

    city = open_at(home, catalog)
    today = local_day(city.catalog, city.clock())
    found = [one for one in traced(city.layout) if grant in (None, one.copy.grant)]
    if overdue:
        found = list(late(found, today))
    shown = [_shown(one, today.isoformat()) for one in found]
    if json:
        print_json(shown)
        return
    names = ("copy", "grant", "consumer", "form", "rows", "at", "stands", "due")
    rows = [[one[name] for name in names] for one in shown]
    print_rows(f"{len(rows)} 份副本 / copies", _COLUMNS, rows, wide=wide, every=every)


def show(
    copy: CopyArgument,
    catalog: CatalogOption = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Show everything that is on record of one copy. Exit 2 when there is none."""
    from catalog_specs.local_time import local_day
    from register.copies import traced

    city = open_at(home, catalog)
    found = next(iter(traced(city.layout, (copy,))), None)
    if found is None:
        err.print(f"没有这份副本 / no such copy: {copy}", markup=False, highlight=False)
        raise typer.Exit(Exit.USAGE)
    shown = _shown(found, local_day(city.catalog, city.clock()).isoformat())
    if json:
        print_json(shown)
        return
    for name, value in shown.items():
        said = "、".join(value) if isinstance(value, list | tuple) else value
        if said not in ("", None):
            out.print(f"{name}: {said}", markup=False, highlight=False, soft_wrap=True)


def recall(
    catalog: CatalogOption = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Call back every copy whose grant is not in force, as each run does. Exit 3 on a failure."""
    from flow.failures import Faults
    from flow.handover.recalls import recall_lapsed

    city = open_at(home, catalog)
    faults = Faults(city.layout)
    done = recall_lapsed(city, faults)
    show_failures(faults.found)
    if json:
        print_json([asdict(one) for one in done])
    else:
        for one in done:
            place = city.layout.recall_notice(one.copy)
            out.print(
                f"召回 / recalled  {one.copy} → {one.due}\n{place}", markup=False, soft_wrap=True
            )
        out.print(f"{len(done)} 份 / copies", markup=False, highlight=False)
    if faults.found:
        raise typer.Exit(Exit.FAILED)


def acknowledge(
    copy: CopyArgument,
    document: Annotated[str, typer.Option("--document", help="Number of the receiver's reply.")],
    disposal: Annotated[
        Disposal, typer.Option("--as", help="What the receiver did with it.")
    ] = Disposal.DESTROYED,
    catalog: CatalogOption = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Record that a receiver destroyed or returned a copy. Exit 2 when that is on record."""
    from catalog_specs.errors import AccessError
    from catalog_specs.local_time import local_day
    from catalog_specs.plain_text import is_plain
    from flow.handover.recalls import acknowledge as acknowledged

    said = document.strip()
    if not said or not is_plain(said):
        err.print("name the reply with --document, in plain text")
        raise typer.Exit(Exit.USAGE)
    city = open_at(home, catalog)
    try:
        done = acknowledged(city, copy, disposal, said)
    except AccessError as refused:
        err.print(str(refused), style="red", markup=False)
        raise typer.Exit(Exit.USAGE) from None
    shown = _shown(done, local_day(city.catalog, city.clock()).isoformat())
    if json:
        print_json(shown)
    else:
        out.print(f"{disposal.label} / {disposal.value}  {copy}", markup=False, highlight=False)


def _shown(one: Traced, today: str) -> dict[str, Any]:
    """Return one copy as JSON shows it."""
    state = one.state(today)
    return {
        **asdict(one.copy),
        "state": state.value,
        "stands": state.label,
        "due": one.notice.due if one.notice else "",
        "reason": one.notice.reason if one.notice else "",
        "disposal": one.receipt.disposal if one.receipt else None,
        "document": one.receipt.document if one.receipt else "",
    }
