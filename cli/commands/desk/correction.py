"""`quanshu correction`: a consumer reports a value that is wrong (七(一))."""

from __future__ import annotations

from typing import Annotated

import typer

from catalog_specs.errors import CaseError, CatalogLookupError, SettingsError
from catalog_specs.suggestion import did_you_mean
from cli.cities import open_at
from cli.commands.desk.case import case_lines
from cli.console import Exit, err, out, print_json
from cli.options import CatalogOption, HomeOption, JsonOption
from cli.resources import require_department, resource_ref

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(
        name="correction", help="Report a value that is wrong.", no_args_is_help=True
    )
    group.callback()(_group)
    group.command()(report)
    app.add_typer(group)


def _group() -> None:
    """Report a value that is wrong."""


def report(  # noqa: PLR0913, PLR0917 - a command's options are its parameters
    resource: Annotated[str, typer.Option(help="DEPARTMENT/RESOURCE, or RESOURCE alone.")],
    version: Annotated[int, typer.Option(help="Version of its table that the value is in.")],
    key: Annotated[list[str], typer.Option(help="ITEM=VALUE, once for each item of the key.")],
    item: Annotated[str, typer.Option(help="The item whose value is wrong.")],
    wrong: Annotated[str, typer.Option(help="What is wrong, in a few words.")],
    consumer: Annotated[str, typer.Option(help="The department that reports.")],
    grant: Annotated[str, typer.Option(help="The grant through which the value came.")],
    catalog: CatalogOption = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Report a wrong value: it becomes a case of the department that owns it.

    Neither key nor value is stored, but the record's place and keyed digests of both. Exit 1 when
    there is no such version, key or item, or the grant does not cover it.
    """
    from authoritative.lineage import key_of
    from flow.desk.cases import report_wrong, tell_officers
    from governance.cases.corrections import Wrong

    city = open_at(home, catalog)
    require_department(city.catalog, consumer)
    ref = resource_ref(city.catalog, resource)
    declared = city.catalog.resource(ref)
    items = [one.code for one in declared.items]
    if item not in items:
        raise CatalogLookupError(
            f"no item {item!r}",
            where=ref,
            remedy=did_you_mean(item, items, f"see `quanshu show {ref}`"),
        )
    granted = city.catalog.grant(grant)
    wanted = key_of(declared, tuple(key))
    said = Wrong(declared, item, version, wanted, wrong, consumer, granted)
    try:
        found = report_wrong(city, said)
    except CaseError as error:
        err.print(str(error), style="red", markup=False)
        raise typer.Exit(Exit.PROBLEMS) from None
    try:
        tell_officers(city, found)
    except SettingsError as error:
        err.print(str(error), style="red", markup=False)
    if json:
        print_json(found.as_dict())
        return
    out.print("\n".join(case_lines(found.shown)))
    told = len({one.party for one in found.notices})
    out.print(f"    已告知 / told: {told} 家单位 / departments")
