"""`quanshu release withdraw`: withdrawal of a release of open data, with its reason (六(一))."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.cities import open_at
from cli.console import Exit, err, out, print_json
from cli.options import CatalogOption, HomeOption, JsonOption

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the `release` group."""
    group = typer.Typer(no_args_is_help=True, help="Releases of open data.")
    group.command("withdraw")(withdraw)
    group.callback()(_group)
    app.add_typer(group, name="release")


def _group() -> None:
    """Keep `withdraw` a sub-command although it is alone."""


def withdraw(
    release: Annotated[str, typer.Argument(help="SET/RELEASE, as in open_data/.")],
    reason: Annotated[str, typer.Option(help="Why; everybody will read it.")] = "",
    catalog: CatalogOption = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Remove a release's data for good; its name, the reason and the day stay.

    The set is released again when its source or its terms change, not before. Exit 2 without a
    reason, or when no such release stands.
    """
    from catalog_specs.errors import AccessError
    from catalog_specs.plain_text import is_plain
    from flow.derived import retract_release

    dataset, _, name = release.partition("/")
    said = reason.strip()
    if not said or not is_plain(said) or not name:
        err.print("name SET/RELEASE and say why with --reason, in plain text")
        raise typer.Exit(Exit.USAGE)
    city = open_at(home, catalog)
    try:
        done = retract_release(city, dataset, name, said)
    except AccessError as refused:
        err.print(str(refused), style="red", markup=False)
        raise typer.Exit(Exit.USAGE) from None
    if json:
        print_json(done.as_dict())
    else:
        out.print(f"撤回开放 / withdrawn  {dataset}/{name}: {said}", markup=False, highlight=False)
