"""`quanshu answer`: matching extracts, verification and statistics of a grant (五(四))."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from cli.cities import open_at
from cli.console import Exit, err, out, print_json
from cli.options import CatalogOption, HomeOption, JsonOption

if TYPE_CHECKING:
    from outlets.answers.asking import Request
    from outlets.answers.ledger import Service

__all__ = ["register"]

_Grant = Annotated[str, typer.Argument(help="The grant's code.")]
_List = Annotated[
    Path, typer.Option("--list", help="CSV, Parquet or XLSX with the ids; it is not kept.")
]
_Column = Annotated[str, typer.Option(help="Header of the list's column of ids.")]
_Resource = Annotated[str, typer.Option(help="Which of the grant's resources, where several.")]


def register(app: typer.Typer) -> None:
    """Add the `answer` group."""
    group = typer.Typer(no_args_is_help=True, help="What a consumer may ask of its grant.")
    group.command("match")(match)
    group.command("verify")(verify)
    group.command("statistics")(statistics)
    app.add_typer(group, name="answer")


def match(  # noqa: PLR0913, PLR0917 - a command's options are its parameters
    grant: _Grant,
    list_: _List,
    place: Annotated[Path, typer.Option("--out", help="A new .csv, .parquet or .xlsx file.")],
    column: _Column = "",
    resource: _Resource = "",
    catalog: CatalogOption = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Write the granted records of your own ids, masked, beside your own row numbers.

    Exit 1 when it is refused; the reason is said and on record.
    """
    from catalog_specs.errors import AccessError
    from outlets.answers.ledger import Service
    from outlets.answers.matching import match as answered

    request = _request(Service.MATCH, grant, resource, (home, catalog))
    try:
        done = answered(request, list_, place, column)
    except AccessError as refused:
        _refuse(refused)
    if json:
        print_json(done.as_dict())
        return
    out.print(
        f"匹配提取 / matched  {done.grant} {done.resource}: 名单 {done.asked}，查到 {done.found}，"
        f"未查到 {done.not_found}，记录 {done.rows} → {place}"
    )


def verify(  # noqa: PLR0913, PLR0917 - a command's options are its parameters
    grant: _Grant,
    list_: _List,
    column: _Column = "",
    resource: _Resource = "",
    place: Annotated[
        Path | None, typer.Option("--out", help="Write results beside your ids to a new file.")
    ] = None,
    catalog: CatalogOption = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Say of each row of your list whether what it claims is so: match, mismatch, not_found.

    Exit 1 when it is refused; the reason is said and on record.
    """
    from catalog_specs.errors import AccessError
    from outlets.answers.ledger import Service
    from outlets.answers.verifying import verify as answered

    request = _request(Service.VERIFY, grant, resource, (home, catalog))
    try:
        done = answered(request, list_, column, place)
    except AccessError as refused:
        _refuse(refused)
    if json:
        print_json(done.as_dict())
        return
    out.print(
        f"比对核验 / verified  {done.grant} {done.resource}: 一致 {done.match}，"
        f"不一致 {done.mismatch}，未查到 {done.not_found}"
    )
    for number, result in done.results if place is None else ():
        out.print(f"{number}\t{result}")


def statistics(
    grant: _Grant,
    by: Annotated[list[str], typer.Option(help="Item to count by; at most two.")],
    resource: _Resource = "",
    catalog: CatalogOption = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Count the granted records by one or two items; small cells are hidden, and those beside them.

    Exit 1 when it is refused; the reason is said and on record.
    """
    from catalog_specs.errors import AccessError
    from outlets.answers.ledger import Service
    from outlets.answers.statistics import statistics as answered

    request = _request(Service.STATISTICS, grant, resource, (home, catalog))
    try:
        done = answered(request, by)
    except AccessError as refused:
        _refuse(refused)
    if json:
        print_json(done.as_dict())
        return
    out.print(f"统计 / statistic  {done.grant} {done.resource}（最小统计单元 {done.least}）")
    for labels, count in done.cells:
        out.print("\t".join((*labels, "隐藏" if count is None else str(count))))


def _request(
    service: Service, grant: str, resource: str, places: tuple[Path | None, Path | None]
) -> Request:
    from outlets.answers.asking import Request

    city = open_at(*places)
    city.catalog.grant(grant)
    return Request(
        layout=city.layout,
        rights=city.rights,
        keys=city.keys,
        now=city.clock(),
        by=city.actor,
        grant=grant,
        service=service,
        resource=resource,
    )


def _refuse(refused: Exception) -> NoReturn:
    err.print(str(refused), style="red")
    raise typer.Exit(Exit.PROBLEMS) from None
